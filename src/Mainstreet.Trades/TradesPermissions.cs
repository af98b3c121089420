using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Trades;

/// <summary>What the module's routes ask for.</summary>
internal static class TradesPermissions
{
    internal const string Report = "trades.tickets.report";
    internal const string Read = "trades.tickets.read";
    internal const string Cancel = "trades.tickets.cancel";
    internal const string Rate = "trades.tickets.rate";
    internal const string Triage = "trades.tickets.triage";
    internal const string Dispatch = "trades.tickets.dispatch";
    internal const string Import = "trades.import";
    internal const string Match = "trades.matching.search";
    internal const string ManageProperties = "trades.properties.manage";
    internal const string ManageTerritories = "trades.territories.manage";
    internal const string Work = "trades.work";

    internal static readonly IReadOnlyList<Permission> All =
    [
        new(Report, Roles.Anyone),
        new(Read, Roles.Anyone),
        new(Cancel, Roles.Anyone),
        new(Rate, Roles.Anyone),
        new(Triage, Roles.Agent, Roles.Owner, Roles.Admin),
        new(Dispatch, Roles.Agent, Roles.Owner, Roles.Admin),
        new(Import, Roles.Agent, Roles.Owner, Roles.Admin),
        new(Match, Roles.Agent, Roles.Owner, Roles.Admin),
        new(ManageProperties, Roles.Agent, Roles.Owner, Roles.Admin),
        new(ManageTerritories, Roles.Agent, Roles.Owner, Roles.Admin),
        new(Work, Roles.Contractor),
    ];
}
