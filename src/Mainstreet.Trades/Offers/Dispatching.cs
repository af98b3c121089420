using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Matching;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Offers;

/// <summary>
/// Offers a ticket in waves. State lives on the try: who was asked, how far, how often. Every method works inside the
/// caller's transaction on a tracked ticket whose version guards the save.
/// </summary>
internal sealed class Dispatching(TradesDb db, TimeProvider clock, IOptions<TradesOptions> options, Matchers matchers)
{
    internal const string WaveJob = "trades.wave";
    internal const string NoShowJob = "trades.no-show";

    private readonly TradesOptions _options = options.Value;

    /// <summary>Ends the present try and asks the best contractors; escalates when there are none or no tries are left.</summary>
    internal async Task BeginTryAsync(Ticket ticket, Guid? actorId, string why, CancellationToken cancel)
    {
        await WithdrawAsync(ticket, OfferState.Withdrawn, why, cancel);
        if (ticket.Try >= _options.MaxTries)
        {
            await EscalateAsync(ticket, actorId, "tries_used_up", cancel);
            return;
        }

        ticket.BeginTry(null, null, null);
        await NextWaveAsync(ticket, actorId, cancel);
    }

    /// <summary>Asks the next contractors of the try, widening the radius until somebody can be asked.</summary>
    internal async Task<WaveMade?> NextWaveAsync(Ticket ticket, Guid? actorId, CancellationToken cancel)
    {
        var now = clock.Now();
        var size = ticket.WaveSize ?? _options.WaveSize;
        var asked = await db.Offers.AsNoTracking().Where(o => o.TicketId == ticket.Id && o.Try == ticket.Try)
            .Select(o => o.ContractorId).ToListAsync(cancel);
        var excluded = await db.Exclusions.AsNoTracking().Where(x => x.TicketId == ticket.Id).Select(x => x.ContractorId).ToListAsync(cancel);
        // Who gives the job back or loses it in this very transaction is not in the database yet.
        excluded.AddRange(db.Exclusions.Local.Where(x => x.TicketId == ticket.Id).Select(x => x.ContractorId));

        for (var wave = ticket.Wave + 1; wave <= _options.MaxWaves; wave++)
        {
            var radius = ticket.RadiusMeters is { } first
                ? Math.Min(Math.Max(first, _options.MaxRadiusMeters), first * Math.Pow(_options.RadiusGrowth, wave - 1))
                : _options.RadiusOf(wave);
            // A few to spare: somebody may reach the cap on open offers between the search and the claim.
            var query = new MatchQuery(
                ticket.Lat, ticket.Lon, ticket.Category, radius, size * 2, ticket.Id, now,
                ticket.BusinessId, ticket.Synthetic, [.. asked, .. excluded], _options.ParallelOffers);
            var ranked = await matchers.For(db).RankAsync(query, cancel);
            var chosen = await ClaimAsync(ranked.Items, size, cancel);
            if (chosen.Count == 0) continue;
            return await MakeAsync(ticket, actorId, chosen, radius, ranked.Explanation.ToJson(), cancel);
        }

        await EscalateAsync(ticket, actorId, "nobody_left", cancel);
        return null;
    }

    /// <summary>Offers to contractors that an agent named, whatever their rank or load.</summary>
    internal async Task<Outcome<WaveMade>> OfferToAsync(Ticket ticket, Guid actorId, IReadOnlyList<Guid> contractorIds, CancellationToken cancel)
    {
        var ids = contractorIds.Distinct().ToArray();
        var known = await db.Contractors.AsNoTracking()
            .Where(c => ids.Contains(c.Id) && c.Synthetic == ticket.Synthetic && (c.BusinessId == null || c.BusinessId == ticket.BusinessId))
            .ToListAsync(cancel);
        if (known.Count != ids.Length) return TradesProblems.NoContractor;
        var asked = await db.Offers.AsNoTracking()
            .Where(o => o.TicketId == ticket.Id && o.Try == ticket.Try && ids.Contains(o.ContractorId)).AnyAsync(cancel);
        if (asked) return new Problem(409, "already_offered", "One of these contractors was already asked in this try.");
        if (await db.Exclusions.AsNoTracking().AnyAsync(x => x.TicketId == ticket.Id && ids.Contains(x.ContractorId), cancel))
            return new Problem(409, "contractor_excluded", "One of these contractors gave this ticket back, or was taken off it.");

        var explanation = matchers.Explain(ticket, known, clock.Now());
        foreach (var id in ids.Order())
        {
            await db.Contractors.Where(c => c.Id == id)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.OpenOffers, c => c.OpenOffers + 1).SetProperty(c => c.OffersReceived, c => c.OffersReceived + 1), cancel);
        }

        return await MakeAsync(ticket, actorId, explanation.Items, 0, explanation.Explanation.ToJson(), cancel);
    }

    /// <summary>
    /// Closes what still stands of every try of the ticket, but for the winner's offer, which is closed already; answers who was told.
    /// One statement for all offers: the ticket's row is held, so nobody else closes any meanwhile.
    /// </summary>
    internal async Task<List<Guid?>> WithdrawAsync(Ticket ticket, OfferState state, string? reason, CancellationToken cancel, Guid? winner = null)
    {
        var now = clock.Now();
        await db.UnscheduleAsync(WaveJob, ticket.Id.ToString(), cancel);
        var standing = db.Offers.Where(o => o.TicketId == ticket.Id && o.State == OfferState.Open && o.ContractorId != winner);
        var open = await (from o in standing join c in db.Contractors on o.ContractorId equals c.Id select new { c.Id, c.AccountId })
            .AsNoTracking().ToListAsync(cancel);
        if (open.Count == 0 && winner is null) return [];
        if (open.Count > 0)
        {
            var late = state == OfferState.Withdrawn ? OfferState.Expired : state;
            await standing.ExecuteUpdateAsync(s => s
                .SetProperty(o => o.State, o => o.ExpiresAt <= now ? late : state)
                .SetProperty(o => o.DecidedAt, now).SetProperty(o => o.Reason, reason), cancel);
        }

        var accounts = open.Where(o => o.AccountId != null).Select(o => o.AccountId).ToList();
        Tell(ticket, open.Select(o => o.Id), accounts, state, winner);
        return accounts;
    }

    /// <summary>Tells contractors that their offers ended, and has their counters follow.</summary>
    internal async Task<List<Guid?>> TellClosedAsync(Ticket ticket, IReadOnlyList<Offer> closed, CancellationToken cancel)
    {
        var ids = closed.Select(o => o.ContractorId).ToArray();
        var accounts = await db.Contractors.AsNoTracking().Where(c => ids.Contains(c.Id) && c.AccountId != null)
            .Select(c => c.AccountId).ToListAsync(cancel);
        Tell(ticket, ids, accounts, closed[0].State, null);
        return accounts;
    }

    private void Tell(Ticket ticket, IEnumerable<Guid> contractorIds, IEnumerable<Guid?> accounts, OfferState state, Guid? winner)
    {
        db.Notify(TicketFacts.Stream(ticket.Id), "offer.closed",
            new { ticketId = ticket.Id, ticket.Number, state = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString()) },
            accounts.Select(a => $"user:{a}"));
        db.Publish(TicketFacts.Stream(ticket.Id),
            new OffersClosed(ticket.Id, winner is { } won ? [.. contractorIds, won] : [.. contractorIds], winner));
    }

    internal async Task EscalateAsync(Ticket ticket, Guid? actorId, string why, CancellationToken cancel)
    {
        var before = ticket.Status;
        ticket.Escalate(clock.Now());
        await db.RecordAsync(ticket, actorId, "ticket.escalated", before, new { reason = why, ticket.Try, ticket.Wave }, null, cancel);
    }

    private async Task<List<Match>> ClaimAsync(IReadOnlyList<Match> ranked, int size, CancellationToken cancel)
    {
        var chosen = new List<Match>();
        var cap = _options.ParallelOffers;
        var next = 0;
        while (chosen.Count < size && next < ranked.Count)
        {
            // Rows are locked in id order within a round, so that two dispatches never wait for each other in a circle;
            // the spare round after a full contractor can, and then PostgreSQL has the transaction run again.
            var round = ranked.Skip(next).Take(size - chosen.Count).ToList();
            next += round.Count;
            foreach (var match in round.OrderBy(m => m.ContractorId))
            {
                var claimed = await db.Contractors.Where(c => c.Id == match.ContractorId && c.OpenOffers < cap && c.Status == ContractorStatus.Available)
                    .ExecuteUpdateAsync(s => s.SetProperty(c => c.OpenOffers, c => c.OpenOffers + 1).SetProperty(c => c.OffersReceived, c => c.OffersReceived + 1), cancel);
                if (claimed == 1) chosen.Add(match);
            }
        }

        return [.. chosen.OrderByDescending(m => m.Score).ThenBy(m => m.DistanceMeters).ThenBy(m => m.ContractorId)];
    }

    private async Task<WaveMade> MakeAsync(
        Ticket ticket, Guid? actorId, IReadOnlyList<Match> chosen, double radius, string explanation, CancellationToken cancel)
    {
        var now = clock.Now();
        var before = ticket.Status;
        var expires = now.AddSeconds(ticket.ExpiresInSeconds ?? _options.OfferSeconds);
        ticket.BeginWave(now);
        var wave = new Wave
        {
            Id = clock.NewId(), TicketId = ticket.Id, Try = ticket.Try, Number = ticket.Wave, RadiusMeters = radius,
            Explanation = explanation, CreatedAt = now, ExpiresAt = expires,
        };
        db.Waves.Add(wave);
        var offers = chosen.Select(m => new Offer
        {
            Id = clock.NewId(), TicketId = ticket.Id, ContractorId = m.ContractorId, Try = ticket.Try, Wave = ticket.Wave,
            Score = m.Score, DistanceMeters = m.DistanceMeters, CreatedAt = now, ExpiresAt = expires,
        }).ToList();
        db.Offers.AddRange(offers);
        await db.UnscheduleAsync(WaveJob, ticket.Id.ToString(), cancel);
        db.Schedule(WaveJob, ticket.Id.ToString(), expires);

        var ids = offers.Select(o => o.ContractorId).ToArray();
        var accounts = await db.Contractors.AsNoTracking().Where(c => ids.Contains(c.Id) && c.AccountId != null)
            .Select(c => c.AccountId!.Value).ToListAsync(cancel);
        await db.RecordAsync(ticket, actorId, "ticket.offered", before,
            new { ticket.Try, ticket.Wave, radiusMeters = radius, contractorIds = ids, expiresAt = expires }, null, cancel);
        db.Notify(TicketFacts.Stream(ticket.Id), "offer.made",
            new { ticketId = ticket.Id, ticket.Number, ticket.Title, ticket.Category, ticket.Priority, expiresAt = expires },
            accounts.Select(a => $"user:{a}"));
        return new WaveMade(wave, offers);
    }
}

/// <summary>A wave that the present transaction makes.</summary>
internal sealed record WaveMade(Wave Wave, IReadOnlyList<Offer> Offers);
