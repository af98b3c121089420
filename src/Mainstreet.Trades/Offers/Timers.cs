using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;
using Mainstreet.Trades.Work;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Offers;

/// <summary>A wave's time is up (or everybody declined): expired offers close, and the next wave goes out. Asks for a transition like anybody else: the ticket's version decides.</summary>
internal sealed class WaveTimer(TradesDb db, TimeProvider clock, Dispatching dispatching) : IJobHandler
{
    public ModuleDb Db => db;

    public async Task RunAsync(JobExecution job, CancellationToken cancel)
    {
        var id = Guid.Parse(job.Key);
        var ticket = await db.HoldTicketAsync(id, cancel);
        if (ticket is not { Status: TicketStatus.Offered }) return;

        var now = clock.Now();
        var open = await db.Offers.Where(o => o.TicketId == id && o.State == OfferState.Open).ToListAsync(cancel);
        var expired = open.Where(o => o.ExpiresAt <= now).ToList();
        if (expired.Count > 0)
        {
            foreach (var offer in expired) offer.Close(OfferState.Expired, now);
            ticket.Touch(now);
            await db.SaveChangesAsync(cancel);
            var told = await dispatching.TellClosedAsync(ticket, expired, cancel);
            await db.RecordAsync(ticket, null, "offer.expired", ticket.Status,
                new { contractorIds = expired.Select(o => o.ContractorId), ticket.Wave }, told, cancel);
        }

        if (open.Count > expired.Count)
        {
            db.Schedule(Dispatching.WaveJob, job.Key, open.Where(o => o.State == OfferState.Open).Min(o => o.ExpiresAt));
        }
        else
        {
            await dispatching.NextWaveAsync(ticket, null, cancel);
        }

        await db.SaveChangesAsync(cancel);
    }
}

/// <summary>An accepted job was not started in time: it is taken back and offered to others.</summary>
internal sealed class NoShowTimer(TradesDb db, TimeProvider clock, Dispatching dispatching) : IJobHandler
{
    public ModuleDb Db => db;

    public async Task RunAsync(JobExecution job, CancellationToken cancel)
    {
        var id = Guid.Parse(job.Key);
        var ticket = await db.HoldTicketAsync(id, cancel);
        if (ticket is not { Status: TicketStatus.Accepted, StartBy: { } startBy, ContractorId: { } contractorId } || startBy > clock.Now()) return;
        await TakeBack.FromAsync(db, clock, ticket, contractorId, null, "ticket.noShow", "not started in time", cancel);
        await dispatching.BeginTryAsync(ticket, null, "no_show", cancel);
        await db.SaveChangesAsync(cancel);
    }
}
