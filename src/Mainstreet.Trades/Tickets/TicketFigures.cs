using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Tickets that nobody has taken yet, of all businesses; those of proofs do not count.</summary>
internal sealed class TicketFigures(TradesDb db, TimeProvider clock) : IFigures
{
    private const string Unclaimed = "mainstreet.trades.ticket.unclaimed";
    private const string Age = "mainstreet.trades.ticket.unclaimed.age";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Unclaimed, "{ticket}", "Tickets without a contractor, by priority."),
        new(Age, "s", "Time since the oldest ticket without a contractor was reported, by priority."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var figures = new List<Figure>();
        foreach (var priority in Enum.GetValues<TicketPriority>())
        {
            var waiting = db.Tickets.Where(t => t.Priority == priority && !t.Synthetic
                && (t.Status == TicketStatus.Submitted || t.Status == TicketStatus.Triaged || t.Status == TicketStatus.Offered));
            var count = await waiting.CountAsync(cancel);
            var oldest = count == 0 ? now : await waiting.MinAsync(t => (DateTimeOffset?)t.CreatedAt, cancel) ?? now;
            figures.Add(new(Unclaimed, count, "priority", Words.Of(priority)));
            figures.Add(new(Age, Math.Max(0, (now - oldest).TotalSeconds), "priority", Words.Of(priority)));
        }

        return figures;
    }
}
