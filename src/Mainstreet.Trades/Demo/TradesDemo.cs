using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Properties;
using Mainstreet.Trades.Territories;
using Mainstreet.Trades.Tickets;
using Mainstreet.Trades.Work;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Demo;

/// <summary>
/// Ten tickets in different states on one street of five boroughs. They come about through the use cases themselves, so that
/// history, audit and timers are those of real tickets.
/// </summary>
internal sealed class TradesDemo(IServiceScopeFactory scopes, TimeProvider clock) : IDemoSeed
{
    private enum Stage
    {
        Submitted,
        Triaged,
        Offered,
        Accepted,
        InProgress,
        Completed,
        Closed,
        Cancelled,
    }

    private sealed record Story(string Title, string Description, double Lat, double Lon, string Address, TicketPriority Priority, TradeCategory Trade, Stage Stage);

    private static readonly Story[] Stories =
    [
        new("Kitchen sink leaks", "Water drips from the pipe under the kitchen sink and the cabinet floor is soaked.", 40.8095, -73.9480, "310 W 119th St, Manhattan", TicketPriority.High, TradeCategory.Plumbing, Stage.Submitted),
        new("Lights flicker in the hall", "The hallway lights flicker and the switch feels warm and buzzes.", 40.7072, -73.9540, "215 Bedford Ave, Brooklyn", TicketPriority.High, TradeCategory.Electrical, Stage.Submitted),
        new("No heat since last night", "The radiators are cold in every room and the boiler makes a knocking noise.", 40.8610, -73.8920, "2480 Grand Concourse, Bronx", TicketPriority.Emergency, TradeCategory.Hvac, Stage.Triaged),
        new("Bedroom door does not close", "The door frame is warped, the hinge is loose and the lock does not catch.", 40.7650, -73.9220, "30-12 Steinway St, Queens", TicketPriority.Normal, TradeCategory.Carpentry, Stage.Offered),
        new("Mice in the kitchen", "We have seen mice behind the stove three nights in a row and droppings in the pantry.", 40.6420, -73.9610, "1120 Flatbush Ave, Brooklyn", TicketPriority.Normal, TradeCategory.PestControl, Stage.Offered),
        new("Fridge stopped cooling", "The refrigerator runs but food is warm and the freezer has melted.", 40.7555, -73.8850, "74-09 37th Ave, Queens", TicketPriority.High, TradeCategory.Appliance, Stage.Accepted),
        new("Paint peels off the ceiling", "Paint and plaster flake off the bathroom ceiling after last month's leak.", 40.7270, -73.9830, "98 Avenue A, Manhattan", TicketPriority.Low, TradeCategory.Painting, Stage.InProgress),
        new("Toilet keeps running", "The toilet tank never stops filling and the water bill has doubled.", 40.6440, -74.0750, "55 Bay St, Staten Island", TicketPriority.Normal, TradeCategory.Plumbing, Stage.Completed),
        new("Mailbox lock broken", "The mailbox door hangs open and letters have gone missing.", 40.8425, -73.9380, "560 W 175th St, Manhattan", TicketPriority.Low, TradeCategory.General, Stage.Closed),
        new("Outlet without power", "The outlet by the desk has no power; it came back by itself.", 40.6715, -73.9800, "420 5th Ave, Brooklyn", TicketPriority.Normal, TradeCategory.Electrical, Stage.Cancelled),
    ];

    public async Task SeedAsync(CancellationToken cancel)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<TradesDb>();
            if (await db.Contractors.AnyAsync(cancel)) return;
            var now = clock.Now();
            db.Contractors.AddRange(DemoContractors.All(now));
            db.Properties.AddRange(Stories.Select((s, i) => new Property
            {
                Id = PropertyId(i + 1), BusinessId = DemoIds.Business, Name = s.Address.Split(',')[0], Unit = $"{i + 1}A",
                Address = s.Address, Lat = s.Lat, Lon = s.Lon, CreatedAt = now, Version = 1,
            }));
            DemoTerritories.Add(db, now);
            await db.SaveChangesAsync(cancel);
        }

        for (var i = 0; i < Stories.Length; i++) await TellAsync(i, cancel);
    }

    private static Guid PropertyId(int number) => DemoIds.Of((DemoKind)17, number);

    private async Task TellAsync(int index, CancellationToken cancel)
    {
        var story = Stories[index];
        var tenant = await CallerAsync(DemoIds.Tenant(index + 1), cancel);
        var agent = await CallerAsync(DemoIds.Agent(1), cancel);
        var ticket = await InScopeAsync(s => ReportTicket.Handle(
            new ReportTicket.Request(story.Title, story.Description, new GeoPoint(story.Lat, story.Lon), story.Address, PropertyId(index + 1), null, story.Priority),
            tenant, new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, s.Get<IBusinessDirectory>(),
            s.Get<Classification.ITradeClassifier>(), s.Get<TerritoryMap>(), s.Get<TradesMetrics>(), cancel));
        var id = Value<TicketView>(ticket).Id;
        if (story.Stage == Stage.Submitted) return;

        Value<TicketView>(await InScopeAsync(s => TriageTicket.Handle(id, new TriageTicket.Request(story.Trade), agent,
            new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, cancel)));
        if (story.Stage == Stage.Triaged) return;
        if (story.Stage == Stage.Cancelled)
        {
            Value<TicketView>(await InScopeAsync(s => CancelTicket.Handle(id, new CancelTicket.Request("It works again."), tenant,
                new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, s.Get<Dispatching>(), cancel)));
            return;
        }

        // The demo's offers stand for a day, so that a newcomer finds them open.
        var offers = Value<MakeOffers.Response>(await InScopeAsync(s => MakeOffers.Handle(
            id, new MakeOffers.Request(3, 86_400, 25_000), agent, new DefaultHttpContext(), new IdempotentCall(),
            s.Get<TradesDb>(), s.Get<Dispatching>(), s.Get<TradesMetrics>(), cancel)));
        if (story.Stage == Stage.Offered) return;

        var winner = await InScopeAsync(s => s.Get<TradesDb>().Contractors
            .Where(c => c.Id == offers.Offers[0].ContractorId).Select(c => c.AccountId!.Value).SingleAsync(cancel));
        var contractor = await CallerAsync(winner, cancel);
        Value<TicketView>(await InScopeAsync(s => AcceptTicket.Handle(id, contractor, new DefaultHttpContext(), s.Get<TicketReader>(), s.Get<TradesDb>(), clock,
            s.Get<IOptions<TradesOptions>>(), s.Get<Dispatching>(), s.Get<AcceptTurns>(), s.Get<TradesMetrics>(), cancel)));
        if (story.Stage == Stage.Accepted) return;

        Value<TicketView>(await InScopeAsync(s => StartWork.Handle(id, contractor, new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, cancel)));
        if (story.Stage == Stage.InProgress) return;

        Value<TicketView>(await InScopeAsync(s => CompleteWork.Handle(
            id, new CompleteWork.Request("Replaced the worn part and tested it.", new Money(18_500, "USD")), contractor,
            new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, s.Get<IOptions<TradesOptions>>(), cancel)));
        if (story.Stage == Stage.Completed) return;

        Value<TicketView>(await InScopeAsync(s => RateTicket.Handle(id, new RateTicket.Request(5, "On time and tidy."), tenant,
            new DefaultHttpContext(), new IdempotentCall(), s.Get<TradesDb>(), clock, cancel)));
    }

    private async Task<Caller> CallerAsync(Guid account, CancellationToken cancel) =>
        await InScopeAsync(s => s.Get<IAccountDirectory>().FindAsync(account, null, cancel).AsTask())
        ?? throw new InvalidOperationException("The demo accounts are seeded before the demo tickets.");

    private async Task<T> InScopeAsync<T>(Func<Scope, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(new Scope(scope.ServiceProvider));
    }

    private static T Value<T>(INestedHttpResult result) =>
        result.Result is IValueHttpResult { Value: T value }
            ? value
            : throw new InvalidOperationException($"The demo met a refusal: {result.Result}.");

    private readonly record struct Scope(IServiceProvider Services)
    {
        internal T Get<T>()
            where T : notnull => Services.GetRequiredService<T>();
    }
}
