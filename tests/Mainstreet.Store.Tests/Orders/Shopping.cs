using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

namespace Mainstreet.Store.Tests.Orders;

/// <summary>What customers and the shop's people do, in few words.</summary>
internal static class Shopping
{
    internal static object Address(string postalCode = "560038") => new { line1 = "4 Park Road", city = "Bengaluru", postalCode, country = "IN", lat = 12.97, lon = 77.64 };

    internal static async Task<Guid> StockAsync(this Grocery grocery, string name = "Rice", long price = 10_000, int onHand = 10) =>
        (await grocery.AddAsync(name, price, onHand)).GetProperty("id").GetGuid();

    /// <summary>A cart with goods in it; a guest's without a user.</summary>
    internal static async Task<Guid> FillAsync(this Grocery grocery, TestUser? user, params (Guid Product, int Quantity)[] goods)
    {
        var http = user?.Http ?? grocery.App.Http;
        using var opened = await http.PostAsync("/v1/carts", null);
        opened.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        var id = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        foreach (var (product, quantity) in goods)
        {
            using var put = await http.PutAsJsonAsync($"/v1/carts/{id}/items/{product}", new { quantity });
            if (!put.IsSuccessStatusCode) throw new InvalidOperationException(await put.Content.ReadAsStringAsync());
        }

        return id;
    }

    internal static object Body(Guid cart, string method = "upi", int points = 0, string postalCode = "560038") =>
        new { cartId = cart, address = Address(postalCode), payment = new { method }, redeemPoints = points };

    internal static Task<Answer> OrderAsync(this TestUser user, Guid cart, string method = "upi", int points = 0, string? key = null, string postalCode = "560038") =>
        user.SendAsync(HttpMethod.Post, "/v1/orders", JsonContent.Create(Body(cart, method, points, postalCode)), key is null ? [] : [("Idempotency-Key", key)]);

    /// <summary>Fills a cart and orders it.</summary>
    internal static async Task<JsonElement> BuyAsync(this Grocery grocery, TestUser user, string method, params (Guid Product, int Quantity)[] goods)
    {
        var answer = await user.OrderAsync(await grocery.FillAsync(user, goods), method);
        return answer.Status == 201 ? answer.Body : throw new InvalidOperationException($"order answered {answer.Status}: {answer.Body}");
    }

    /// <summary>The order once its payment was started: a provider that takes too long for the customer's request is asked again by a worker.</summary>
    internal static async Task<JsonElement> StartedAsync(this TestUser user, JsonElement order)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (order.GetProperty("payment").GetProperty("state").GetString() == "created")
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), "the payment is not started");
            await Task.Delay(50);
            order = await user.GetAsync($"/v1/orders/{order.GetProperty("id").GetGuid()}");
        }

        return order;
    }

    /// <summary>Pays at the simulated provider and comes back with its signature, as a browser does.</summary>
    internal static async Task PayAsync(this Grocery grocery, TestUser user, JsonElement order)
    {
        var at = (await user.StartedAsync(order)).GetProperty("payment").GetProperty("providerOrderId").GetString();
        using var pay = new HttpRequestMessage(HttpMethod.Post, $"/simulator/razorpay/pay/{at}") { Content = JsonContent.Create(new { webhooks = false }) };
        using var paid = await grocery.App.Http.SendAsync(pay);
        paid.EnsureSuccessStatusCode();
        var signed = await paid.Content.ReadFromJsonAsync<JsonElement>();
        await user.PostAsync("/v1/payments/razorpay/callback", new
        {
            razorpay_payment_id = signed.GetProperty("razorpay_payment_id").GetString(),
            razorpay_order_id = signed.GetProperty("razorpay_order_id").GetString(),
            razorpay_signature = signed.GetProperty("razorpay_signature").GetString(),
        });
    }

    /// <summary>Tells an order of money directly, as payments do, in a transaction.</summary>
    internal static async Task<PaidResult> CaptureAsync(this Grocery grocery, Guid order, long amount, string currency = "INR")
    {
        await using var scope = grocery.App.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StoreDb>();
        var payments = scope.ServiceProvider.GetRequiredService<IOrderPayments>();
        return await db.InTransactionAsync(token => payments.PaidAsync(db, order, new Money(amount, currency), token), CancellationToken.None);
    }

    internal static async Task RefundAsync(this Grocery grocery, Guid order, long inAll)
    {
        await using var scope = grocery.App.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<StoreDb>();
        var payments = scope.ServiceProvider.GetRequiredService<IOrderPayments>();
        await db.InTransactionAsync(token => payments.RefundedAsync(db, order, new Money(inAll, "INR"), token), CancellationToken.None);
    }

    /// <summary>Lets the order's reservation end and runs the expiry.</summary>
    internal static async Task ExpireAsync(this Grocery grocery, params Guid[] orders)
    {
        await grocery.EndReservationAsync(orders);
        await using var scope = grocery.App.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ExpireOrders>().RunAsync(CancellationToken.None);
    }

    internal static Task EndReservationAsync(this Grocery grocery, params Guid[] orders) => grocery.InDbAsync(db =>
        db.InTransactionAsync(token => db.Orders.Where(o => orders.Contains(o.Id) && o.ReservedUntil != null).ExecuteUpdateAsync(s => s
            .SetProperty(o => o.ReservedUntil, DateTimeOffset.UnixEpoch), token), CancellationToken.None));

    internal static Task<(int OnHand, int Reserved)> ShelfAsync(this Grocery grocery, Guid product) => grocery.InDbAsync(async db =>
    {
        var item = await db.Stock.AsNoTracking().SingleAsync(s => s.ProductId == product);
        return (item.OnHand, item.Reserved);
    });

    internal static Task<Answer> ActAsync(this TestUser user, Guid order, string act, object? body = null) =>
        user.SendAsync(HttpMethod.Post, $"/v1/orders/{order}/{act}", body is null ? null : JsonContent.Create(body));

    internal static Guid Id(this JsonElement order) => order.GetProperty("id").GetGuid();

    internal static string Status(this JsonElement order) => order.GetProperty("status").GetString()!;

    internal static long Amount(this JsonElement order, string name) => order.GetProperty(name).GetProperty("amount").GetInt64();

    /// <summary>Adds somebody with a role to the shop's business.</summary>
    internal static async Task<TestUser> HireAsync(this Grocery grocery, string role)
    {
        var user = await TestUser.RegisterAsync(grocery.App);
        var invitation = await grocery.Owner.PostAsync($"/v1/businesses/{grocery.BusinessId}/members", new { email = user.Email, role });
        await user.PostAsync("/v1/businesses/invitations/accept", new { token = invitation.GetProperty("token").GetString() });
        return user;
    }

    /// <summary>Lets all begin at once.</summary>
    internal static async Task<T[]> RaceAsync<T>(IEnumerable<Func<Task<T>>> racers)
    {
        using var barrier = new SemaphoreSlim(0);
        var running = racers.Select(async racer =>
        {
            await barrier.WaitAsync();
            return await racer();
        }).ToArray();
        barrier.Release(running.Length);
        return await Task.WhenAll(running);
    }
}
