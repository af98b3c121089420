using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Store.Payments;
using Mainstreet.Store.Payments.Razorpay;
using Mainstreet.Store.Tests.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Tests.Payments;

/// <summary>A customer at a grocery with one product of 100.00, and the provider's side of what is paid.</summary>
internal sealed record Till(Grocery Grocery, TestUser Customer, Guid ProductId)
{
    internal const int Price = 10_000;

    internal TestApp App => Grocery.App;

    internal static async Task<Till> OpenAsync(TestApp app, int onHand = 1_000)
    {
        var grocery = await Grocery.OpenAsync(app);
        var product = await grocery.AddAsync($"Rice {Guid.CreateVersion7():N}", Price, onHand);
        return new Till(grocery, await TestUser.RegisterAsync(app), product.GetProperty("id").GetGuid());
    }

    /// <summary>Orders some of the product; waits until the provider knows of it, for which a worker asks when it took too long for the customer's request.</summary>
    internal async Task<Placed> OrderAsync(string method = "card", int quantity = 5, TestUser? by = null, bool started = true)
    {
        var customer = by ?? Customer;
        var cart = (await customer.PostAsync("/v1/carts", new { })).GetProperty("id").GetGuid();
        await customer.PutAsync($"/v1/carts/{cart}/items/{ProductId}", new { quantity });
        var order = await customer.PostAsync("/v1/orders", new
        {
            cartId = cart, address = new { line1 = "3 Elm Row", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method },
        });
        return Placed.From(started ? await customer.StartedAsync(order) : order);
    }

    /// <summary>What the simulated customer does at the provider; webhooks are handed back and not sent, unless asked for.</summary>
    internal async Task<Paid> PayAsync(Placed order, string outcome = "captured", object? how = null)
    {
        var body = JsonSerializer.SerializeToNode(how ?? new { })!.AsObject();
        body["outcome"] ??= outcome;
        body["webhooks"] ??= false;
        using var answer = await App.Http.PostAsJsonAsync($"/simulator/razorpay/pay/{order.ProviderOrderId}", body);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The simulator answered {(int)answer.StatusCode}: {text}");
        return Paid.From(JsonSerializer.Deserialize<JsonElement>(text));
    }

    internal Task<int> WebhookAsync(Told told) => WebhookAsync(told.Body, told.Signature, told.Id);

    internal async Task<int> WebhookAsync(string body, string? signature, string? eventId, HttpClient? to = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/payments/razorpay/webhook") { Content = Calls.Text(body, "application/json") };
        if (signature is not null) request.Headers.TryAddWithoutValidation("X-Razorpay-Signature", signature);
        if (eventId is not null) request.Headers.TryAddWithoutValidation("x-razorpay-event-id", eventId);
        using var answer = await (to ?? App.Http).SendAsync(request);
        return (int)answer.StatusCode;
    }

    internal async Task<(int Status, string? State)> CallbackAsync(Paid paid, Guid? paymentId = null, HttpClient? to = null)
    {
        using var answer = await (to ?? App.Http).PostAsJsonAsync("/v1/payments/razorpay/callback", new
        {
            razorpay_payment_id = paid.PaymentId, razorpay_order_id = paid.OrderId, razorpay_signature = paid.Signature, paymentId,
        });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ((int)answer.StatusCode, body.TryGetProperty("state", out var state) ? state.GetString() : null);
    }

    /// <summary>The order as its customer sees it.</summary>
    internal Task<JsonElement> ReadAsync(Placed order, TestUser? by = null) => (by ?? Customer).GetAsync($"/v1/orders/{order.Id}");

    internal async Task<string> StatusAsync(Placed order) => (await ReadAsync(order)).GetProperty("status").GetString()!;

    internal Task<Payment> PaymentAsync(Placed order) => Grocery.InDbAsync(db => db.Payments.AsNoTracking().SingleAsync(p => p.Id == order.PaymentId));

    internal Task<List<PaymentCapture>> CapturesAsync(Placed order) =>
        Grocery.InDbAsync(db => db.PaymentCaptures.AsNoTracking().Where(c => c.PaymentId == order.PaymentId).ToListAsync());

    internal Task<List<Refund>> RefundsAsync(Placed order) =>
        Grocery.InDbAsync(db => db.Refunds.AsNoTracking().Where(r => r.PaymentId == order.PaymentId).OrderBy(r => r.Id).ToListAsync());

    /// <summary>What the audit trail says happened to the payment.</summary>
    internal Task<List<string>> StoryAsync(Placed order) =>
        Grocery.InDbAsync(db => db.Audit.AsNoTracking().Where(a => a.Stream == $"payment:{order.PaymentId}").OrderBy(a => a.Seq).Select(a => a.Action).ToListAsync());

    /// <summary>How often the order was told that it is paid.</summary>
    internal Task<int> TimesPaidAsync(Placed order) =>
        Grocery.InDbAsync(db => db.Audit.CountAsync(a => a.Stream == $"order:{order.Id}" && a.Action == "order.paid"));

    /// <summary>The provider's own view of its payment.</summary>
    internal Task<JsonElement> AtProviderAsync(string path) => ProviderAsync(App, path);

    internal static async Task<JsonElement> ProviderAsync(TestApp app, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/simulator/razorpay/v1/{path}");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{RazorpayOptions.SimulatedKeyId}:{RazorpayOptions.SimulatedSecret}")));
        using var answer = await app.Http.SendAsync(request);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The reservation ended, and nobody has looked since.</summary>
    internal Task OverdueAsync(Placed order) => Grocery.InDbAsync(async db =>
    {
        DateTimeOffset? past = DateTimeOffset.UnixEpoch;
        await db.InTransactionAsync(token => db.Orders.Where(o => o.Id == order.Id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ReservedUntil, past), token), CancellationToken.None);
        return true;
    });

    internal static async Task UntilAsync(Func<Task<bool>> met, string what)
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(2);
        while (!await met())
        {
            if (DateTimeOffset.UtcNow > end) throw new TimeoutException(what);
            await Task.Delay(50);
        }
    }

    /// <summary>A webhook of one's own making, signed as the provider signs.</summary>
    internal static Told Sign(string body, string? secret = null) =>
        new($"evt_{Guid.CreateVersion7():N}", body, RazorpaySignatures.Sign(secret ?? RazorpayOptions.SimulatedSecret, System.Text.Encoding.UTF8.GetBytes(body)));
}

/// <summary>An order and its payment.</summary>
internal sealed record Placed(Guid Id, Guid PaymentId, string? ProviderOrderId, long Total, JsonElement Body)
{
    internal static Placed From(JsonElement order)
    {
        var payment = order.GetProperty("payment");
        return new Placed(
            order.GetProperty("id").GetGuid(), payment.GetProperty("id").GetGuid(), payment.GetProperty("providerOrderId").GetString(),
            order.GetProperty("total").GetProperty("amount").GetInt64(), order.Clone());
    }
}

/// <summary>A webhook.</summary>
internal sealed record Told(string Id, string Body, string Signature)
{
    internal string Event => JsonSerializer.Deserialize<JsonElement>(Body).GetProperty("event").GetString()!;
}

/// <summary>What the checkout handed to the browser, and the webhooks of it.</summary>
internal sealed record Paid(string PaymentId, string OrderId, string Signature, IReadOnlyList<Told> Events)
{
    internal static Paid From(JsonElement json) => new(
        json.GetProperty("razorpay_payment_id").GetString()!, json.GetProperty("razorpay_order_id").GetString()!, json.GetProperty("razorpay_signature").GetString()!,
        [.. json.GetProperty("events").EnumerateArray().Select(e => new Told(e.GetProperty("id").GetString()!, e.GetProperty("body").GetString()!, e.GetProperty("signature").GetString()!))]);

    internal Told this[string name] => Events.Single(e => e.Event == name);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PaymentId} of {OrderId}");
}
