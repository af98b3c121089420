using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

/// <summary>Callback, payment.authorized, payment.captured and order.paid tell one fact: in every order, again and again, and at the same moment.</summary>
[Trait("kind", "race")]
public sealed class OneFactTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task In_every_order_one_paid_order_and_one_posting(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        foreach (var way in Permutations(4))
        {
            var order = await till.OrderAsync();
            var paid = await till.PayAsync(order);
            foreach (var step in way)
            {
                // Each is told twice.
                await TellAsync(till, paid, step);
                await TellAsync(till, paid, step);
            }

            await OnceAsync(till, order, paid, string.Join(',', way));
        }
    }

    [Theory, EachEngine]
    public async Task At_the_same_moment_one_paid_order_and_one_posting(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine), 10_000);
        for (var round = 0; round < 15; round++)
        {
            var order = await till.OrderAsync();
            var paid = await till.PayAsync(order);
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var all = Enumerable.Range(0, 12).Select(async i =>
            {
                await start.Task;
                await TellAsync(till, paid, i % 4);
            }).ToList();
            start.SetResult();
            await Task.WhenAll(all);
            await OnceAsync(till, order, paid, $"round {round}");
        }
    }

    [Fact]
    public async Task On_two_replicas_at_the_same_moment_one_paid_order_and_one_posting()
    {
        Assert.SkipWhen(TestDatabase.WhyNoPostgres is not null, TestDatabase.WhyNoPostgres ?? "");
        var app = await apps.OnAsync(Engine.Postgres);
        await using var replica = await TestApp.StartReplicaAsync(app, new Dictionary<string, string?> { ["Store:Payments:Razorpay:Url"] = $"{app.Address}simulator/razorpay" });
        var till = await Till.OpenAsync(app, 10_000);
        for (var round = 0; round < 10; round++)
        {
            var order = await till.OrderAsync();
            var paid = await till.PayAsync(order);
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => TellAsync(till, paid, i / 2 % 4, i % 2 == 0 ? app : replica)));
            await OnceAsync(till, order, paid, $"round {round}");
        }
    }

    [Theory, EachEngine]
    public async Task Of_two_attempts_that_both_brought_money_one_pays_and_the_other_goes_back(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var (first, second) = (await till.PayAsync(order), await till.PayAsync(order, how: new { anyway = true }));
        var news = first.Events.Concat(second.Events).ToArray();
        new Random(7).Shuffle(news);
        await Task.WhenAll(news.Select(till.WebhookAsync));
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)) is [{ State: Store.Payments.RefundState.Processed }], "the second attempt was not given back");
        var captures = await till.CapturesAsync(order);
        captures.Count.ShouldBe(2);
        captures.Single(c => c.Primary).Refunded.ShouldBe(0);
        captures.Single(c => !c.Primary).Refunded.ShouldBe(order.Total);
        (await till.StatusAsync(order)).ShouldBe("paid");
        (await till.TimesPaidAsync(order)).ShouldBe(1);
        var payment = await till.PaymentAsync(order);
        (payment.State, payment.Captured, payment.Refunded).ShouldBe((Store.Payments.PaymentState.Captured, order.Total, 0));
    }

    private static async Task TellAsync(Till till, Paid paid, int step, TestApp? to = null)
    {
        var http = (to ?? till.App).Http;
        if (step == 0)
        {
            (await till.CallbackAsync(paid, to: http)).Status.ShouldBe(200);
            return;
        }

        var told = paid[step switch { 1 => "payment.authorized", 2 => "payment.captured", _ => "order.paid" }];
        (await till.WebhookAsync(told.Body, told.Signature, told.Id, http)).ShouldBe(200);
    }

    private static async Task OnceAsync(Till till, Placed order, Paid paid, string when)
    {
        (await till.StatusAsync(order)).ShouldBe("paid", when);
        (await till.TimesPaidAsync(order)).ShouldBe(1, when);
        var capture = (await till.CapturesAsync(order)).ShouldHaveSingleItem(when);
        (capture.ProviderPaymentId, capture.Amount, capture.Primary).ShouldBe((paid.PaymentId, order.Total, true), when);
        (await till.RefundsAsync(order)).ShouldBeEmpty(when);
        (await till.StoryAsync(order)).Count(s => s == "payment.captured").ShouldBe(1, when);
        // Points of one order, earned once.
        (await till.Grocery.InDbAsync(db => db.Audit.CountAsync(a => a.Stream == $"order:{order.Id}"))).ShouldBe(2, when);
    }

    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 0) return [[]];
        return from rest in Permutations(count - 1)
               from at in Enumerable.Range(0, count)
               select rest[..at].Append(count - 1).Concat(rest[at..]).ToArray();
    }
}
