using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Payments;
using Mainstreet.Store.Payments.Razorpay;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "db")]
public sealed class WebhookTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task Ten_thousand_tampered_webhooks_are_refused_and_leave_nothing(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        var dice = new Random(4_711);
        var forgeries = Enumerable.Range(0, 10_000).Select(i => Forge(paid.Events[i % paid.Events.Count], i % 8, dice)).ToList();
        var answers = new int[forgeries.Count];
        await Parallel.ForAsync(0, forgeries.Count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            answers[i] = await till.WebhookAsync(forgeries[i].Body, forgeries[i].Signature, forgeries[i].Id));
        answers.ShouldAllBe(a => a == 401);
        (await till.StatusAsync(order)).ShouldBe("placed");
        (await till.CapturesAsync(order)).ShouldBeEmpty();
        (await till.Grocery.InDbAsync(db => db.PaymentSignals.CountAsync(s => s.ProviderOrderId == order.ProviderOrderId))).ShouldBe(0);
        (await till.WebhookAsync(paid["payment.captured"])).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
    }

    [Theory, EachEngine]
    public async Task The_bytes_count_and_not_their_meaning(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        // Odd spacing, escapes and another order of members, signed as they are.
        var odd = paid["payment.captured"].Body.Replace("\"event\"", "  \"\\u0065vent\" ", StringComparison.Ordinal).Replace(":", " :\t", StringComparison.Ordinal) + "\r\n ";
        (await till.WebhookAsync(Till.Sign(odd))).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
    }

    [Theory, EachEngine]
    public async Task The_previous_secret_is_live_beside_the_new_one(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?>
        {
            ["Store:Payments:Razorpay:WebhookSecret"] = "the-new-secret", ["Store:Payments:Razorpay:PreviousWebhookSecret"] = "the-old-secret",
        });
        var till = await Till.OpenAsync(app);
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        var body = paid["payment.authorized"].Body;
        (await till.WebhookAsync(Till.Sign(body, "the-oldest-secret"))).ShouldBe(401);
        (await till.WebhookAsync(Till.Sign(body, "the-old-secret"))).ShouldBe(200);
        (await till.WebhookAsync(paid["payment.captured"])).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
    }

    [Theory, EachEngine]
    public async Task Signed_nonsense_is_400_and_unknown_events_are_taken(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        foreach (var body in new[] { "", "[]", "{", "{\"event\":1}", "{\"event\":\"x\\u0000\"}" }) (await till.WebhookAsync(Till.Sign(body))).ShouldBe(400, body);
        (await till.WebhookAsync(Till.Sign("{\"event\":\"qr_code.created\",\"payload\":{}}"))).ShouldBe(200);
        (await till.WebhookAsync(Till.Sign(new string('x', 300_000)))).ShouldBe(413);
    }

    [Theory, EachEngine]
    public async Task An_event_is_taken_once_whatever_its_id_is(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var told = (await till.PayAsync(order))["payment.captured"];
        foreach (var id in new[] { told.Id, told.Id, null, null, "strange id \t of ours", new string('x', 5_000) })
            (await till.WebhookAsync(told.Body, told.Signature, id)).ShouldBe(200);
        (await till.TimesPaidAsync(order)).ShouldBe(1);
        (await till.CapturesAsync(order)).Count.ShouldBe(1);
        // One by its id, one by its bytes.
        (await till.Grocery.InDbAsync(db => db.PaymentSignals.CountAsync(s => s.ProviderOrderId == order.ProviderOrderId))).ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task What_comes_before_the_providers_order_is_known_is_kept_until_it_is(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        // As if the program had died between the provider's answer and its record.
        await till.Grocery.InDbAsync(async db => await db.InTransactionAsync(token => db.Payments.Where(p => p.Id == order.PaymentId).ExecuteUpdateAsync(set => set
            .SetProperty(p => p.State, PaymentState.Created).SetProperty(p => p.ProviderOrderId, (string?)null).SetProperty(p => p.WorkAt, (DateTimeOffset?)null), token), CancellationToken.None));
        (await till.WebhookAsync(paid["payment.captured"])).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("placed");
        DateTimeOffset? now = DateTimeOffset.UtcNow;
        await till.Grocery.InDbAsync(async db => await db.InTransactionAsync(
            token => db.Payments.Where(p => p.Id == order.PaymentId).ExecuteUpdateAsync(set => set.SetProperty(p => p.WorkAt, now), token), CancellationToken.None));
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "paid", "the kept signal was not applied");
        (await till.PaymentAsync(order)).ProviderOrderId.ShouldBe(order.ProviderOrderId);
        (await till.TimesPaidAsync(order)).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Anothers_money_settles_no_order(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var (cheap, dear) = (await till.OrderAsync(quantity: 1), await till.OrderAsync(quantity: 9));
        var paid = await till.PayAsync(cheap);
        // The browser brings the cheap order's proof for the dear one, by our id and by the provider's.
        (await till.CallbackAsync(paid, dear.PaymentId)).Status.ShouldBe(401);
        (await till.CallbackAsync(paid with { OrderId = dear.ProviderOrderId! })).Status.ShouldBe(401);
        (await till.StatusAsync(dear)).ShouldBe("placed");
        (await till.CallbackAsync(paid, cheap.PaymentId)).ShouldBe((200, "captured"));
        (await till.StatusAsync(cheap)).ShouldBe("paid");
    }

    /// <summary>The event with one thing wrong about it.</summary>
    private static Told Forge(Told told, int way, Random dice)
    {
        var bytes = Encoding.UTF8.GetBytes(told.Body);
        switch (way)
        {
            case 0: // Another amount.
                return told with { Body = told.Body.Replace("\"amount\":", $"\"amount\":{dice.Next(1, 9)}", StringComparison.Ordinal) };
            case 1: // One bit of the body.
                bytes[dice.Next(bytes.Length)] ^= 1;
                return told with { Body = Encoding.UTF8.GetString(bytes) };
            case 2: // One digit of the signature.
                var at = dice.Next(told.Signature.Length);
                var digit = "0123456789abcdef"[("0123456789abcdef".IndexOf(told.Signature[at], StringComparison.Ordinal) + 1 + dice.Next(15)) % 16];
                return told with { Signature = told.Signature[..at] + digit + told.Signature[(at + 1)..] };
            case 3: // Another secret.
                return Till.Sign(told.Body, $"guess-{dice.Next()}");
            case 4: // Cut short, or with more behind it.
                return dice.Next(2) == 0 ? told with { Body = told.Body[..dice.Next(told.Body.Length)] } : told with { Body = told.Body + ' ' };
            case 5: // The digits in capitals, or with something around them.
                return told with { Signature = dice.Next(3) switch { 0 => told.Signature.ToUpperInvariant(), 1 => $"sha256={told.Signature}", _ => told.Signature + told.Signature } };
            case 6: // The key secret of a checkout's signature over the body's text of ids.
                return told with { Signature = RazorpaySignatures.Sign(RazorpayOptions.SimulatedSecret, RazorpaySignatures.Checkout("order_1", $"pay_{dice.Next()}")) };
            default: // None.
                return told with { Signature = "" };
        }
    }
}
