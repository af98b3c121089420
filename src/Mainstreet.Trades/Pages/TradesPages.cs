using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Photos;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Trades.Pages;

/// <summary>The module's pages, and where they stand in the navigation.</summary>
internal static class TradesPages
{
    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        TradesProblems.TicketTaken, TradesProblems.TicketCancelled, TradesProblems.OfferExpired, TradesProblems.NoContractor,
        TradesProblems.NobodyLeft, Problem.NotFound, Problem.Forbidden, Problem.ConcurrentChange, Problem.Invalid("form", "is not filled in correctly"),
        new Problem(409, "wrong_status", "The ticket is not in a state that allows this."),
        PhotoProblems.Unsupported, PhotoProblems.Corrupt, new Problem(413, "photo_too_large", "The photo is too large."),
        new Problem(422, "photo_too_many_pixels", "The photo has too many pixels."), new Problem(409, "too_many_photos", "A ticket has no room for more photos."),
        new Problem(409, "already_offered", "One of these contractors was already asked in this try."),
        new Problem(409, "contractor_excluded", "One of these contractors gave this ticket back, or was taken off it."),
        new Problem(409, "already_assigned", "This contractor has the job already."),
    }.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    internal static void Add(IServiceCollection services)
    {
        services.AddSingleton(new PageLink("/report", "Report", "Report a problem, with photos.", 10, Roles.Customer));
        services.AddSingleton(new PageLink("/triage", "Triage", "New reports, the uncertain ones first; confirm the trade and send offers.", 20, Roles.Agent, Roles.Owner, Roles.Admin));
        services.AddSingleton(new PageLink("/offers", "Offers", "Jobs offered to you, with the time left to take them.", 20, Roles.Contractor));
        services.AddSingleton(new PageLink("/jobs", "Jobs", "What you have accepted: start, complete, give back.", 30, Roles.Contractor));
        services.AddSingleton(new PageLink("/tickets", "Tickets", "Every ticket you may see and how it stands.", 40, Roles.Customer, Roles.Agent, Roles.Owner, Roles.Admin));
        services.AddSingleton(new PageLink("/map", "Map", "Open tickets on the map.", 50, Roles.Agent, Roles.Owner, Roles.Admin));
        services.AddSingleton(new PageLink("/profile", "Profile", "Your trades, where you start from, how far you go.", 60, Roles.Contractor));

        // Whoever names a tile server means its pictures to be shown.
        services.AddOptions<WebOptions>().PostConfigure<IConfiguration>((web, configuration) =>
        {
            // Read bare: asking for the options here would stop at their first error, before all of them are told together.
            var address = configuration["Trades:MapTiles"]?.Replace("{s}", "a", StringComparison.Ordinal);
            if (Uri.TryCreate(address, UriKind.Absolute, out var tiles)) web.ImageSources = [.. web.ImageSources, tiles.GetLeftPart(UriPartial.Authority)];
        });
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<ReportPage>("/report").RequireAuthorization(TradesPermissions.Report);
        routes.MapPage<TicketsPage>("/tickets").RequireAuthorization(TradesPermissions.Read);
        routes.MapPage<TicketPage>("/tickets/{id:guid}").RequireAuthorization(TradesPermissions.Read);
        routes.MapPage<TriagePage>("/triage").RequireAuthorization(TradesPermissions.Triage);
        routes.MapPage<MapPage>("/map").RequireAuthorization(TradesPermissions.Triage);
        routes.MapPage<OffersPage>("/offers").RequireAuthorization(TradesPermissions.Work);
        routes.MapPage<JobsPage>("/jobs").RequireAuthorization(TradesPermissions.Work);
        routes.MapPage<ProfilePage>("/profile").RequireAuthorization(TradesPermissions.Work);
        ReportForm.Map(routes);
        TicketForms.Map(routes);
        ProfileForm.Map(routes);
    }

    /// <summary>What a list follows: oneself, and the businesses whose tickets one sees.</summary>
    internal static IReadOnlyList<string> TopicsOf(Caller caller) =>
        [$"user:{caller.Id}", .. caller.BusinessesWith(TradesPermissions.Triage).Take(20).Select(b => $"business:{b}")];

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);
}
