using System.Globalization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;
using Mainstreet.Trades.Work;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Pages;

/// <summary>
/// Acts on a ticket as plain forms, for browsers without script: the use cases of the API, answered by 303 to the page, with
/// <c>?problem=code</c> when one was refused.
/// </summary>
internal static class TicketForms
{
    private static readonly Problem Unfit = Problem.Invalid("form", "is not filled in correctly");

    internal static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "accept", TradesPermissions.Work, (id, a) => Result(AcceptTicket.Handle(id, a.Caller, a.Http, a.Get<TicketReader>(), a.Db, a.Clock, a.Get<IOptions<TradesOptions>>(), a.Get<Dispatching>(), a.Get<AcceptTurns>(), a.Get<TradesMetrics>(), a.Cancel)));
        Map(routes, "decline", TradesPermissions.Work, (id, a) => Result(DeclineOffer.Handle(id, new DeclineOffer.Request(a.Text("reason", 500)), a.Caller, a.Db, a.Clock, a.Get<Dispatching>(), a.Cancel)), "/offers");
        Map(routes, "start", TradesPermissions.Work, (id, a) => Result(StartWork.Handle(id, a.Caller, a.Http, new IdempotentCall(), a.Db, a.Clock, a.Cancel)));
        Map(routes, "complete", TradesPermissions.Work, CompleteAsync);
        Map(routes, "release", TradesPermissions.Work, (id, a) => a.Text("reason", 500) is not { } reason ? Refused(Unfit)
            : Result(ReleaseTicket.Handle(id, new ReleaseTicket.Request(reason), a.Caller, a.Http, new IdempotentCall(), a.Db, a.Clock, a.Get<Dispatching>(), a.Cancel)), "/jobs");
        Map(routes, "cancel", TradesPermissions.Cancel, (id, a) => a.Text("reason", 500) is not { } reason ? Refused(Unfit)
            : Result(CancelTicket.Handle(id, new CancelTicket.Request(reason), a.Caller, a.Http, new IdempotentCall(), a.Db, a.Clock, a.Get<Dispatching>(), a.Cancel)));
        Map(routes, "rating", TradesPermissions.Rate, (id, a) => a.Number("stars") is not (>= 1 and <= 5 and var stars) ? Refused(Unfit)
            : Result(RateTicket.Handle(id, new RateTicket.Request((int)stars, a.Text("comment", 2_000)), a.Caller, a.Http, new IdempotentCall(), a.Db, a.Clock, a.Cancel)));
        Map(routes, "triage", TradesPermissions.Triage, TriageAsync);
        Map(routes, "offers", TradesPermissions.Dispatch, OfferAsync);
        Map(routes, "reassign", TradesPermissions.Dispatch, (id, a) =>
            Result(ReassignTicket.Handle(id, new ReassignTicket.Request(a.Ids("contractorId").Select(i => (Guid?)i).FirstOrDefault()), a.Caller, a.Http, new IdempotentCall(), a.Db, a.Clock, a.Get<IOptions<TradesOptions>>(), a.Get<Dispatching>(), a.Cancel)));
    }

    /// <summary>The problem that a use case answered with, or null.</summary>
    internal static Problem? ProblemOf(IResult result) => result is not ProblemHttpResult { ProblemDetails: { } details } ? null
        : new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "error", details.Title ?? "The request failed.")
        {
            Detail = details.Detail,
        };

    private static async Task<IResult> CompleteAsync(Guid id, Act act)
    {
        if (act.Text("note", 4_000) is not { } note) return await Refused(Unfit);
        var price = Words.ReadMoney(act.Text("price", 20), act.Text("currency", 3) ?? "USD");
        if (price is null && act.Text("price", 20) is not null) return await Refused(Unfit);
        return await Result(CompleteWork.Handle(id, new CompleteWork.Request(note, price), act.Caller, act.Http, new IdempotentCall(),
            act.Db, act.Clock, act.Get<IOptions<TradesOptions>>(), act.Cancel));
    }

    private static async Task<IResult> TriageAsync(Guid id, Act act)
    {
        if (!Enum.TryParse<TradeCategory>(act.Text("category", 40), true, out var category) || !Enum.IsDefined(category)) return await Refused(Unfit);
        TicketPriority? priority = Enum.TryParse<TicketPriority>(act.Text("priority", 40), true, out var urgent) && Enum.IsDefined(urgent) ? urgent : null;
        var currency = act.Text("currency", 3) ?? "USD";
        var (min, max) = (Words.ReadMoney(act.Text("min", 20), currency), Words.ReadMoney(act.Text("max", 20), currency));
        if ((min is null) != (max is null) || min?.Amount > max?.Amount) return await Refused(Unfit);
        return await Result(TriageTicket.Handle(id,
            new TriageTicket.Request(category, priority, min is null ? null : new Estimate(min, max!), act.Text("note", 2_000)),
            act.Caller, act.Http, new IdempotentCall(), act.Db, act.Clock, act.Cancel));
    }

    private static async Task<IResult> OfferAsync(Guid id, Act act)
    {
        var (size, minutes, kilometres) = (act.Number("waveSize"), act.Number("minutes"), act.Number("kilometres"));
        if (size is not (null or (>= 1 and <= 50)) || minutes is not (null or (> 0 and <= 10_080)) || kilometres is not (null or (> 0 and <= 20_100)))
            return await Refused(Unfit);
        var picked = act.Ids("contractorIds");
        return await Result(MakeOffers.Handle(id,
            new MakeOffers.Request((int?)size, minutes is { } m ? (int)Math.Max(1, m * 60) : null, kilometres * 1000, picked.Length == 0 ? null : picked),
            act.Caller, act.Http, new IdempotentCall(), act.Db, act.Get<Dispatching>(), act.Get<TradesMetrics>(), act.Cancel));
    }

    private static void Map(IEndpointRouteBuilder routes, string name, string permission, Func<Guid, Act, Task<IResult>> act, string? refusedTo = null) => routes
        .MapPost($"/tickets/{{id:guid}}/{name}", async (Guid id, HttpContext http, Caller caller, TradesDb db, TimeProvider clock, CancellationToken cancel) =>
        {
            var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
            var problem = ProblemOf(await act(id, new Act(http, caller, form, db, clock, cancel)));
            // After a refusal or after giving a job away the ticket may be out of sight.
            var seen = await GetTicket.FindAsync(id, caller, db, cancel) is not null;
            var page = seen ? $"/tickets/{id}" : refusedTo ?? (caller.Can(TradesPermissions.Work) ? "/offers" : "/tickets");
            return (IResult)new SeeOther(problem is null ? page : $"{page}?problem={Uri.EscapeDataString(problem.Code)}");
        })
        .RequireAuthorization(permission).ExcludeFromDescription();

    private static async Task<IResult> Result<T>(Task<T> handled)
        where T : INestedHttpResult => (await handled).Result;

    private static Task<IResult> Refused(Problem problem) => Task.FromResult<IResult>(problem.ToHttp());

    /// <summary>What every act needs of its request.</summary>
    private sealed record Act(HttpContext Http, Caller Caller, IFormCollection Form, TradesDb Db, TimeProvider Clock, CancellationToken Cancel)
    {
        internal T Get<T>()
            where T : notnull => Http.RequestServices.GetRequiredService<T>();

        internal string? Text(string name, int most) =>
            Form[name].ToString().Trim() is { Length: > 0 } text && text.Length <= most && !text.Contains('\0') ? text : null;

        internal double? Number(string name) =>
            double.TryParse(Text(name, 20)?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

        internal Guid[] Ids(string name) => [.. Form[name].Select(v => Guid.TryParse(v, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()];
    }
}
