using System.Linq.Expressions;

using Mainstreet.Foundation.Currencies;

namespace Mainstreet.Trades.Tickets;

/// <summary>How a ticket's trade was decided.</summary>
/// <param name="Confidence">0 to 1; 1 when an agent decided.</param>
public sealed record TradeView(TradeCategory Category, double Confidence, CategorySource Source, bool Uncertain);

/// <summary>A ticket on the wire. Money in minor units; instants UTC.</summary>
public sealed record TicketView(
    Guid Id,
    long Number,
    TicketStatus Status,
    string Title,
    string Description,
    GeoPoint Location,
    string? Address,
    TicketPriority Priority,
    TradeView Trade,
    Guid BusinessId,
    Guid? TenantId,
    Guid? AgentId,
    Guid? ContractorId,
    Guid? PropertyId,
    bool Escalated,
    int Try,
    int Wave,
    Estimate? Estimate,
    Money? Price,
    DateTimeOffset? StartBy,
    DateTimeOffset? AcceptedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    string? CompletionNote,
    DateTimeOffset? ClosedAt,
    int? Stars,
    string? Comment,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static readonly Expression<Func<Ticket, TicketView>> Projection = t => new TicketView(
        t.Id, t.Number, t.Status, t.Title, t.Description, new GeoPoint(t.Lat, t.Lon), t.Address, t.Priority,
        new TradeView(t.Category, t.Confidence, t.CategorySource, t.Uncertain),
        t.BusinessId, t.TenantId, t.AgentId, t.ContractorId, t.PropertyId, t.Escalated, t.Try, t.Wave,
        t.EstimateMin == null || t.EstimateMax == null
            ? null : new Estimate(new Money(t.EstimateMin.Value, t.Currency), new Money(t.EstimateMax.Value, t.Currency)),
        t.Price == null ? null : new Money(t.Price.Value, t.Currency),
        t.StartBy, t.AcceptedAt, t.StartedAt, t.CompletedAt, t.CompletionNote, t.ClosedAt, t.Stars, t.Comment,
        t.Version, t.CreatedAt, t.UpdatedAt);

    private static readonly Func<Ticket, TicketView> Compiled = Projection.Compile();

    internal static TicketView Of(Ticket ticket) => Compiled(ticket);
}
