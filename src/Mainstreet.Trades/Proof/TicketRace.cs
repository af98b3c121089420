using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>Takes one ticket from report to the end of its race, as planned, and keeps what the checker needs.</summary>
internal sealed class TicketRace(ProofRun run, ProofClient client, ProofCast cast, TicketPlan plan)
{
    private static readonly TimeSpan LongOffer = TimeSpan.FromMinutes(15);

    /// <summary>How long before the end of a short offer the racers stand at the barrier.</summary>
    private static readonly TimeSpan Lead = TimeSpan.FromMilliseconds(160);
    private static readonly IReadOnlyList<string> TicketFacts = [Act.Facts.Status, Act.Facts.ContractorId, Act.Facts.Version];
    private string Key => TicketId.ToString();

    internal Guid TicketId { get; private set; }

    internal TicketMode Mode => plan.Mode;

    internal Dictionary<Guid, Invitation> Invitations { get; } = [];

    internal async Task RunAsync(TimeSpan shortOffer, CancellationToken cancel)
    {
        var expires = plan.Mode == TicketMode.Expires;
        await PrepareAsync(expires ? shortOffer : LongOffer, cancel);
        if (expires) await WaitUntilAsync(Invitations.Values.First().LatestExpiry - (long)Lead.TotalMicroseconds, cancel);
        await HeatAsync(expires ? Lead : TimeSpan.Zero, Disturb(cancel), cancel);
        var winner = await HolderAsync(cancel);
        if (winner is not null)
        {
            // The same accept again, at the next replica: twice, at the same time.
            await Task.WhenAll(AcceptAsync(winner, plan.Index + 1, cancel), AcceptAsync(winner, plan.Index + 2, cancel));
        }

        switch (plan.Mode)
        {
            case TicketMode.CancelledAfterWin:
                await CancelAsync(cast.Owner, cancel);
                if (winner is not null) await AcceptAsync(winner, plan.Index, cancel);
                break;
            case TicketMode.Released when winner is not null:
                await ReleaseAsync(winner, cancel);
                await HeatAsync(TimeSpan.Zero, Task.CompletedTask, cancel);
                break;
            case TicketMode.Reassigned:
                await HeatAsync(TimeSpan.Zero, Task.CompletedTask, cancel);
                break;
            case TicketMode.Expires:
                // Well after the end, by any clock.
                await WaitUntilAsync(Invitations.Values.Max(i => i.LatestExpiry) + 400_000, cancel);
                break;
        }

        foreach (var late in plan.Late) await AcceptAsync(cast.Racers[late], plan.Index + late, cancel);
        await AcceptAsync(cast.Outsider, plan.Index, cancel);
        await ReadAsync(cast.Tenant, cancel);
        await CloseAsync(cancel);
    }

    /// <summary>Reads the ticket as it is stored now; <c>null</c> when it cannot be read.</summary>
    internal async Task<StoredTicket?> StoredAsync(CancellationToken cancel)
    {
        var answer = await client.SendAsync(new ProofCall("get stored", HttpMethod.Get, $"/v1/tickets/{TicketId}")
        {
            Account = cast.Owner,
            Key = Key,
            Target = plan.Index,
        }, cancel);
        if (answer is not { Ok: true, Body: { } ticket }) return null;
        return new StoredTicket(
            ticket.GetProperty("status").GetString() ?? "",
            ticket.TryGetProperty("contractorId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetGuid() : null,
            ticket.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt64() : null);
    }

    internal async Task<IReadOnlyList<AuditItem>?> AuditAsync(CancellationToken cancel)
    {
        var answer = await client.SendAsync(new ProofCall("history", HttpMethod.Get, $"/v1/tickets/{TicketId}/history")
        {
            Account = cast.Owner,
            Key = Key,
            Target = plan.Index + 1,
        }, cancel);
        return answer is { Ok: true, Body: { } body } ? [.. body.GetProperty("items").EnumerateArray().Select(ItemOf)] : null;
    }

    private static AuditItem ItemOf(JsonElement item) => new(
        item.GetProperty("at").GetDateTimeOffset(),
        item.GetProperty("actorId") is { ValueKind: JsonValueKind.String } actor ? actor.GetGuid() : null,
        item.GetProperty("action").GetString() ?? "",
        item.GetProperty("from").GetString(),
        item.GetProperty("to").GetString());

    private async Task PrepareAsync(TimeSpan lifetime, CancellationToken cancel)
    {
        var created = (await client.SendAsync(new ProofCall("create", HttpMethod.Post, "/v1/tickets")
        {
            Account = cast.Tenant,
            Target = plan.Index,
            Once = true,
            Body = new
            {
                title = $"Synthetic leak {plan.Index + 1}",
                description = "Water drips from the pipe under the kitchen sink.",
                location = new { lat = cast.Place.Lat, lon = cast.Place.Lon },
                businessId = cast.BusinessId,
            },
        }, cancel)).Require();
        TicketId = created.GetProperty("id").GetGuid();

        RequireDone(await client.SendAsync(new ProofCall("triage", HttpMethod.Post, $"/v1/tickets/{TicketId}/triage")
        {
            Account = cast.Owner,
            Key = Key,
            Target = plan.Index + 1,
            Once = true,
            Body = new { category = ProofCast.Trade },
        }, cancel));
        var offered = await client.SendAsync(new ProofCall("offer", HttpMethod.Post, $"/v1/tickets/{TicketId}/offers")
        {
            Account = cast.Owner,
            Key = Key,
            Target = plan.Index,
            Once = true,
            Body = new
            {
                waveSize = Math.Min(50, cast.Racers.Count),
                expiresInSeconds = (int)lifetime.TotalSeconds,
                contractorIds = cast.Racers.Select(r => r.ContractorId),
            },
        }, cancel);
        RequireDone(offered);
        foreach (var racer in cast.Racers)
        {
            // The offers were made at some instant of the call: that bounds their end without comparing clocks.
            Invitations[racer.ContractorId] = new Invitation(
                racer.ContractorId, offered.Began + (long)lifetime.TotalMicroseconds, offered.Last.End + (long)lifetime.TotalMicroseconds);
        }
    }

    private static void RequireDone(ProofAnswer answer)
    {
        if (answer is { Status: 409, Retried: true }) return; // done by the attempt whose answer was lost
        answer.Require();
    }

    /// <summary>All racers accept at once, held back only by their own delays; a reader and the disturbance among them.</summary>
    private async Task HeatAsync(TimeSpan lead, Task disturbance, CancellationToken cancel)
    {
        var barrier = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runners = cast.Racers.Select(async (racer, i) =>
        {
            await barrier.Task;
            var delay = lead + plan.Delays[i];
            if (delay > TimeSpan.Zero) await Task.Delay(delay, run.Clock, cancel);
            await AcceptAsync(racer, plan.Index + i, cancel);
        }).Append(WatchAsync()).ToArray();
        barrier.SetResult();
        await Task.WhenAll(runners.Append(disturbance));

        async Task WatchAsync()
        {
            await barrier.Task;
            await ReadAsync(cast.Tenant, cancel);
        }
    }

    private async Task Disturb(CancellationToken cancel)
    {
        if (plan.Mode is not (TicketMode.TenantCancels or TicketMode.OwnerCancels or TicketMode.Reassigned)) return;
        await Task.Delay(plan.Disturbance, run.Clock, cancel);
        await (plan.Mode switch
        {
            TicketMode.TenantCancels => CancelAsync(cast.Tenant, cancel),
            TicketMode.OwnerCancels => CancelAsync(cast.Owner, cancel),
            _ => ReassignAsync(cancel),
        });
    }

    private Task<ProofAnswer> AcceptAsync(Racer racer, int target, CancellationToken cancel) => client.SendAsync(
        Asked("accept", racer.Account, racer.ContractorId) with { Target = target }, cancel);

    private Task<ProofAnswer> ReleaseAsync(Racer racer, CancellationToken cancel) => client.SendAsync(
        Asked("release", racer.Account, racer.ContractorId) with { Once = true, Body = new { reason = "synthetic" } }, cancel);

    private Task<ProofAnswer> CancelAsync(SyntheticAccount account, CancellationToken cancel) => client.SendAsync(
        Asked("cancel", account, null) with { Once = true, Body = new { reason = "synthetic" } }, cancel);

    private Task<ProofAnswer> ReassignAsync(CancellationToken cancel)
    {
        var call = Asked("reassign", cast.Owner, null) with { Once = true };
        if (plan.AssignTo is not { } index) return client.SendAsync(call with { Body = new { } }, cancel);
        var to = cast.Racers[index].ContractorId;
        var facts = new Dictionary<string, string>(call.Facts!) { [Act.Facts.AssignTo] = to.ToString() };
        return client.SendAsync(call with { Body = new { contractorId = to }, Facts = facts }, cancel);
    }

    private Task<ProofAnswer> ReadAsync(SyntheticAccount account, CancellationToken cancel) => client.SendAsync(
        Asked("get", account, null) with { Method = HttpMethod.Get, Path = $"/v1/tickets/{TicketId}" }, cancel);

    private ProofCall Asked(string name, SyntheticAccount account, Guid? contractor)
    {
        var facts = new Dictionary<string, string> { [Act.Facts.Account] = account.Id.ToString() };
        if (contractor is { } id) facts[Act.Facts.Contractor] = id.ToString();
        return new ProofCall(name, HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/v1/tickets/{TicketId}/{name}"))
        {
            Account = account,
            Key = Key,
            Target = plan.Index,
            Facts = facts,
            Keep = TicketFacts,
        };
    }

    private async Task<Racer?> HolderAsync(CancellationToken cancel)
    {
        var answer = await ReadAsync(cast.Owner, cancel);
        return answer is { Ok: true, Last: var read } && read.Fact(Act.Facts.Status) == "accepted" && Guid.TryParse(read.Fact(Act.Facts.ContractorId), out var id)
            ? cast.Racers.FirstOrDefault(r => r.ContractorId == id)
            : null;
    }

    /// <summary>Leaves nothing open.</summary>
    private async Task CloseAsync(CancellationToken cancel)
    {
        var now = await ReadAsync(cast.Owner, cancel);
        if (now.Last.Fact(Act.Facts.Status) is "cancelled" or "closed" or "completed") return;
        await CancelAsync(cast.Owner, cancel);
    }

    private async Task WaitUntilAsync(long microseconds, CancellationToken cancel)
    {
        var left = microseconds - run.Now();
        if (left > 0) await Task.Delay(TimeSpan.FromMicroseconds(left), run.Clock, cancel);
    }
}
