using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

[Trait("kind", "race")]
public sealed class AcceptRaceTests(TradesApps apps)
{
    [Theory, EachEngine]
    public async Task Of_many_racers_exactly_one_wins_and_the_others_are_told_so(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 12);
        for (var round = 0; round < 5; round++)
        {
            var id = await street.OfferedAsync();
            var answers = await RaceAsync([.. street.Contractors.SelectMany(c => new[] { c.User, c.User }).Select(u =>
                (Func<Task<(int Status, string? Code)>>)(() => u.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")))]);
            // Each racer accepts twice at once; the winner's both are 200.
            answers.Count(a => a.Status == 200).ShouldBe(2);
            answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Status == 409 && a.Code == "ticket_already_taken");
            await AcceptedOnceAsync(street, id, 1);
        }
    }

    [Theory, EachEngine]
    public async Task An_accept_and_a_cancel_at_once_leave_one_truth(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 6);
        for (var round = 0; round < 8; round++)
        {
            var id = await street.OfferedAsync();
            (int Status, string? Code) cancel = default;
            var acts = street.Contractors.Select(c => (Func<Task<(int Status, string? Code)>>)(() => c.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept"))).ToList();
            acts.Insert(round % acts.Count, async () => cancel = await street.Tenant.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/cancel", new { reason = "Fixed." }));
            var answers = await RaceAsync([.. acts]);
            cancel.Status.ShouldBe(200);
            answers.ShouldAllBe(a => a.Status == 200 || a.Status == 409);
            (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("status").GetString().ShouldBe("cancelled");
            (answers.Count(a => a.Status == 200) - 1).ShouldBeInRange(0, 1);
        }
    }

    [Theory, EachEngine]
    public async Task An_expiry_and_an_accept_at_once_never_overwrite_each_other(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Trades:MaxWaves"] = "1" });
        var street = await Street.MakeAsync(app, 4);
        for (var round = 0; round < 4; round++)
        {
            var id = await street.OfferedAsync(expiresInSeconds: 1);
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            var winners = 0;
            await Task.Delay(TimeSpan.FromMilliseconds(850 + round * 40), TimeProvider.System, stop.Token);
            await Task.WhenAll(street.Contractors.Select(async c =>
            {
                while (true)
                {
                    var (status, code) = await c.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept");
                    if (status == 200) Interlocked.Increment(ref winners);
                    else new[] { "offer_expired", "ticket_already_taken" }.ShouldContain(code);
                    return;
                }
            }));
            await TicketFlowTests.UntilAsync(async () =>
            {
                var ticket = await street.Owner.GetAsync($"/v1/tickets/{id}");
                var status = ticket.GetProperty("status").GetString();
                return winners == 1 ? status == "accepted" : status == "triaged" && ticket.GetProperty("escalated").GetBoolean();
            }, TimeSpan.FromSeconds(15));
            winners.ShouldBeLessThanOrEqualTo(1);
            await AcceptedOnceAsync(street, id, winners);
        }
    }

    [Theory, EachEngine]
    public async Task A_reassignment_and_accepts_at_once_leave_the_last_one_holding_the_job(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 5);
        for (var round = 0; round < 5; round++)
        {
            var id = await street.OfferedAsync(count: 4);
            var to = street.Contractors[4];
            var acts = street.Contractors.Take(4).Select(c => (Func<Task<(int Status, string? Code)>>)(() => c.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept"))).ToList();
            acts.Insert(round % 4, () => street.Owner.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/reassign", new { contractorId = to.Id }));
            var answers = await RaceAsync([.. acts]);
            answers.ShouldAllBe(a => a.Status == 200 || a.Status == 409 || a.Status == 410);
            (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("contractorId").GetGuid().ShouldBe(to.Id);
        }
    }

    [Theory, EachEngine]
    public async Task The_cap_on_open_offers_holds_when_many_tickets_are_offered_at_once(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Trades:ParallelOffers"] = "3", ["Trades:WaveSize"] = "2" });
        var street = await Street.MakeAsync(app, 4);
        var ids = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            var id = (await street.ReportAsync()).GetProperty("id").GetGuid();
            await street.Owner.PostAsync($"/v1/tickets/{id}/triage", new { category = "plumbing" });
            ids.Add(id);
        }

        var answers = await RaceAsync([.. ids.Select(id => (Func<Task<(int Status, string? Code)>>)(() => street.Owner.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/offers", new { })))]);
        answers.ShouldAllBe(a => a.Status == 201 || (a.Status == 422 && a.Code == "nobody_available"));
        var open = 0;
        foreach (var contractor in street.Contractors)
        {
            var count = (await contractor.User.GetAsync("/v1/offers?state=open")).GetProperty("items").GetArrayLength();
            count.ShouldBeLessThanOrEqualTo(3);
            open += count;
        }

        open.ShouldBe(12);   // four contractors with three places each: all are used
    }

    internal static async Task<T[]> RaceAsync<T>(Func<Task<T>>[] racers)
    {
        using var barrier = new SemaphoreSlim(0);
        var running = racers.Select(async racer =>
        {
            await barrier.WaitAsync();
            return await racer();
        }).ToArray();
        barrier.Release(racers.Length);
        return await Task.WhenAll(running);
    }

    private static async Task AcceptedOnceAsync(Street street, Guid id, int times) =>
        (await street.Owner.GetAsync($"/v1/tickets/{id}/history")).GetProperty("items").EnumerateArray()
            .Count(i => i.GetProperty("action").GetString() == "ticket.accepted").ShouldBe(times);
}
