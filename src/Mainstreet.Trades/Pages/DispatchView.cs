using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Matching;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Pages;

/// <summary>What an agent sees of a ticket's way to its contractor: who could be asked now, who was asked and what they said.</summary>
/// <param name="Ranked">Best first; empty once somebody has the job.</param>
/// <param name="Waves">Latest first.</param>
/// <param name="Places">Where the contractors named above start from.</param>
internal sealed record DispatchView(
    IReadOnlyList<Match> Ranked, IReadOnlyList<DispatchView.WaveRow> Waves, IReadOnlyDictionary<Guid, Contractor> Places, string Currency)
{
    private const int Most = 12;

    internal sealed record WaveRow(Wave Wave, bool Current, bool Reproducible, IReadOnlyList<Offer> Offers, IReadOnlyList<ExplainMatch.Candidate> Candidates);

    /// <summary>Contractors that were asked in the present try, with what they said.</summary>
    internal IReadOnlySet<Guid> Asked => Waves.Where(w => w.Current).SelectMany(w => w.Offers).Select(o => o.ContractorId).ToHashSet();

    internal string NameOf(Guid contractorId) => Places.TryGetValue(contractorId, out var known) ? known.DisplayName : "Somebody";

    internal static async Task<DispatchView> ReadAsync(
        TicketView ticket, Foundation.Authorization.Caller caller, TradesDb db, TimeProvider clock, Matchers matchers, TradesOptions options, CancellationToken cancel)
    {
        var row = await db.Tickets.AsNoTracking().Where(t => t.Id == ticket.Id).Select(t => new { t.Synthetic, t.Currency }).SingleAsync(cancel);
        IReadOnlyList<Match> ranked = [];
        if (ticket.Status is TicketStatus.Submitted or TicketStatus.Triaged or TicketStatus.Offered or TicketStatus.Accepted or TicketStatus.InProgress)
        {
            var result = await matchers.For(db).RankAsync(new MatchQuery(
                ticket.Location.Lat, ticket.Location.Lon, ticket.Trade.Category, options.MaxRadiusMeters, Most, ticket.Id, clock.Now(),
                ticket.BusinessId, row.Synthetic, [], int.MaxValue), cancel);
            ranked = result.Items;
        }

        var waves = await db.Waves.AsNoTracking().Where(w => w.TicketId == ticket.Id)
            .OrderByDescending(w => w.Try).ThenByDescending(w => w.Number).Take(20).ToListAsync(cancel);
        var offers = await db.Offers.AsNoTracking().Where(o => o.TicketId == ticket.Id)
            .OrderByDescending(o => o.Score).ThenBy(o => o.Id).Take(500).ToListAsync(cancel);
        var explained = waves.Count == 0 ? null : await ExplainMatch.ReadAsync(ticket.Id, caller, db, clock, matchers, options, cancel);
        var ids = ranked.Select(m => m.ContractorId).Concat(offers.Select(o => o.ContractorId))
            .Concat(ticket.ContractorId is { } holder ? [holder] : []).Distinct().ToArray();
        var places = await db.Contractors.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
        return new DispatchView(ranked, [.. waves.Select(w =>
        {
            var why = explained?.Waves.FirstOrDefault(e => e.Try == w.Try && e.Wave == w.Number);
            return new WaveRow(w, w.Try == ticket.Try, why?.Reproducible ?? false,
                [.. offers.Where(o => o.Try == w.Try && o.Wave == w.Number)], why?.Candidates ?? []);
        })], places, row.Currency);
    }
}
