using System.Collections.Concurrent;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>The program is killed where it hurts most, started again, and must have lost and doubled nothing.</summary>
[Trait("kind", "recovery")]
public sealed class KilledProgramTests
{
    private static readonly Dictionary<string, string?> TwoWaves = new() { ["Trades:MaxWaves"] = "2", ["Trades:WaveSize"] = "2" };

    [Theory, EachEngine]
    public Task Killed_after_commit_and_before_relay_nothing_is_lost_or_doubled(Engine engine) => AcceptAsync(engine, Failpoints.BeforeRelay);

    [Theory, EachEngine]
    public Task Killed_after_the_handlers_and_before_the_row_is_gone_nothing_is_doubled(Engine engine) => AcceptAsync(engine, Failpoints.AfterHandler);

    [Theory, EachEngine]
    public Task Killed_after_a_timer_was_claimed_the_wave_advances_once(Engine engine) => WavesAsync(engine, Failpoints.AfterClaim);

    [Theory, EachEngine]
    public Task Killed_before_a_timer_commits_the_wave_advances_once(Engine engine) => WavesAsync(engine, Failpoints.BeforeJobCommit);

    [Theory, EachEngine]
    public async Task Killed_in_a_burst_of_accepts_every_acknowledged_one_is_stored_and_timers_go_on(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var settings = new Dictionary<string, string?> { ["Trades:MaxWaves"] = "1" };
        Neighbourhood people;
        Guid timed;
        var tickets = new List<Guid>();
        var won = new ConcurrentDictionary<Guid, Guid>();
        await using (var first = await ServerProcess.StartAsync(database, settings: settings))
        {
            people = await Neighbourhood.MakeAsync(first.Address, 3);
            for (var i = 0; i < 30; i++) tickets.Add(await people.OfferedAsync());
            timed = await people.OfferedAsync(expiresInSeconds: 3);
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var burst = people.Contractors.SelectMany(c => tickets.Select(t => AcceptAsync(c.User, c.Id, t))).ToArray();
            await Task.WhenAny(enough.Task, Task.WhenAll(burst));
            await first.KillAsync();
            await Task.WhenAll(burst);
            won.Count.ShouldBeGreaterThan(0);

            async Task AcceptAsync(TestUser user, Guid contractorId, Guid ticketId)
            {
                try
                {
                    var answer = await user.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{ticketId}/accept");
                    answer.Status.ShouldBeOneOf(200, 409);
                    if (answer.Status != 200) return;
                    won.TryAdd(ticketId, contractorId).ShouldBeTrue("two contractors were told that they won");
                    if (won.Count >= 8) enough.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    // The program is gone: this accept was not acknowledged.
                }
            }
        }

        await using var second = await ServerProcess.StartAsync(database, settings: settings);
        people = people.At(second.Address);
        await Person.UntilAsync(async () => (await people.HistoryAsync(timed)).Contains("ticket.escalated"), TimeSpan.FromSeconds(30));
        await database.RelayedAsync();
        (await people.HistoryAsync(timed)).ShouldBe(["ticket.created", "ticket.triaged", "ticket.offered", "offer.expired", "ticket.escalated"]);
        var accepted = 0;
        foreach (var id in tickets)
        {
            var ticket = await people.Owner.GetAsync($"/v1/tickets/{id}");
            var taken = ticket.GetProperty("status").GetString() == "accepted";
            if (taken) accepted++;
            if (won.TryGetValue(id, out var winner))
            {
                taken.ShouldBeTrue("an acknowledged accept is gone");
                ticket.GetProperty("contractorId").GetGuid().ShouldBe(winner);
            }

            string[] story = ["ticket.created", "ticket.triaged", "ticket.offered"];
            var history = await people.HistoryAsync(id);
            history.ShouldBe(taken ? [.. story, "ticket.accepted"] : story);
            await database.FeedAgreesAsync(id, history);
        }

        (await database.CountAsync($"SELECT sum(offers_accepted) FROM {database.Trades("contractors")}")).ShouldBe(accepted);
        (await database.CountAsync($"SELECT sum(active_jobs) FROM {database.Trades("contractors")}")).ShouldBe(accepted);
        (await database.CountAsync($"SELECT sum(open_offers) FROM {database.Trades("contractors")}")).ShouldBe((tickets.Count - accepted) * 3);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("jobs")} WHERE kind = 'trades.no-show'")).ShouldBe(accepted);
    }

    private static async Task AcceptAsync(Engine engine, string failpoint)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        Neighbourhood people;
        Guid id;
        await using (var armed = await ServerProcess.StartAsync(database, failpoint))
        {
            people = await Neighbourhood.MakeAsync(armed.Address, 3);
            id = await people.OfferedAsync();
            try
            {
                (await people.Contractors[1].User.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")).Status.ShouldBe(200);
            }
            catch (HttpRequestException)
            {
                // It died before it could answer; the commit was before that.
            }

            await armed.DeathAsync();
        }

        (await database.CountAsync($"SELECT count(*) FROM {database.Table("outbox")} WHERE kind = 'Event'")).ShouldBeGreaterThan(0);
        await using var again = await ServerProcess.StartAsync(database);
        people = people.At(again.Address);
        await database.RelayedAsync();
        string[] story = ["ticket.created", "ticket.triaged", "ticket.offered", "ticket.accepted"];
        (await people.HistoryAsync(id)).ShouldBe(story);
        await database.FeedAgreesAsync(id, story);
        (await database.CountersAsync()).ShouldBe(["1,0,0,0", "1,1,0,1", "1,0,0,0"]);
        var repeated = await people.Contractors[1].User.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept");
        repeated.Status.ShouldBe(200);
        foreach (var loser in new[] { people.Contractors[0], people.Contractors[2] })
        {
            (await database.CountAsync($"SELECT count(*) FROM {database.Table("live_events")} WHERE topic = 'user:{loser.User.Id}' AND type = 'offer.closed'")).ShouldBe(1);
            (await database.CountAsync($"SELECT count(*) FROM {database.Table("live_events")} WHERE topic = 'user:{loser.User.Id}' AND type = 'offer.made'")).ShouldBe(1);
        }
    }

    private static async Task WavesAsync(Engine engine, string failpoint)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        Neighbourhood people;
        Guid id;
        await using (var armed = await ServerProcess.StartAsync(database, failpoint, TwoWaves))
        {
            people = await Neighbourhood.MakeAsync(armed.Address, 4);
            id = await people.TriagedAsync();
            try
            {
                await people.Owner.PostAsync($"/v1/tickets/{id}/offers", new { expiresInSeconds = 1 });
            }
            catch (HttpRequestException)
            {
                // The offer ended, and the program with it, before it had answered.
            }

            await armed.DeathAsync();
        }

        await using var again = await ServerProcess.StartAsync(database, settings: TwoWaves);
        people = people.At(again.Address);
        await Person.UntilAsync(async () => (await people.HistoryAsync(id)).Contains("ticket.escalated"), TimeSpan.FromSeconds(60));
        await database.RelayedAsync();
        string[] story = ["ticket.created", "ticket.triaged", "ticket.offered", "offer.expired", "ticket.offered", "offer.expired", "ticket.escalated"];
        (await people.HistoryAsync(id)).ShouldBe(story);
        await database.FeedAgreesAsync(id, story);
        (await database.CountersAsync()).ShouldBe(["1,0,0,0", "1,0,0,0", "1,0,0,0", "1,0,0,0"]);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("jobs")} WHERE kind LIKE 'trades.%'")).ShouldBe(0);
    }
}
