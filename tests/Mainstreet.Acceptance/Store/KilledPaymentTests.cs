using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Payments;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Store;

/// <summary>
/// The program is killed between what the provider did and its own record of it. The provider lives on in another process (here: the simulator of another
/// program), as the real one would; nobody sends webhooks.
/// </summary>
[Trait("kind", "recovery")]
public sealed class KilledPaymentTests
{
    [Theory, EachEngine]
    public async Task Killed_after_the_providers_order_was_made_there_is_one_of_it(Engine engine)
    {
        await using var street = await Street.OpenAsync(engine);
        await using (var armed = await street.StartAsync(PaymentStarter.OrderMade))
        {
            await street.SettleAsync(armed);
            await Should.ThrowAsync<HttpRequestException>(() => street.OrderAsync());
            await armed.DeathAsync();
        }

        await using var again = await street.StartAsync();
        street.At(again);
        var order = (await street.Customer.GetAsync("/v1/orders")).GetProperty("items")[0];
        var id = order.GetProperty("id").GetGuid();
        var payment = await street.StartedAsync(id, again);
        var made = await street.ProviderAsync($"orders?receipt={payment.GetProperty("id").GetString()}");
        made.GetProperty("count").GetInt32().ShouldBe(1);
        made.GetProperty("items")[0].GetProperty("id").GetString().ShouldBe(payment.GetProperty("providerOrderId").GetString());
        await street.PayAsync(id, again, "captured");
        await street.PaidOnceAsync(id, again);
    }

    [Theory, EachEngine]
    public async Task Killed_after_the_capture_the_order_is_paid_once(Engine engine)
    {
        await using var street = await Street.OpenAsync(engine);
        Guid id;
        await using (var armed = await street.StartAsync(PaymentErrands.Captured))
        {
            await street.SettleAsync(armed);
            id = (await street.OrderAsync()).GetProperty("id").GetGuid();
            var paid = await street.PayAsync(id, armed, "authorized");
            await Should.ThrowAsync<HttpRequestException>(() => street.CallbackAsync(paid));
            await armed.DeathAsync();
            // The customer is charged and we do not know it.
            (await street.ProviderAsync($"payments/{paid.GetProperty("razorpay_payment_id").GetString()}")).GetProperty("status").GetString().ShouldBe("captured");
        }

        (await street.Database.CountAsync($"SELECT count(*) FROM {street.Database.Storage.Table("store", "payment_captures")}")).ShouldBe(0);
        await using var again = await street.StartAsync();
        street.At(again);
        await street.PaidOnceAsync(id, again);
    }

    [Theory, EachEngine]
    public async Task Killed_after_the_refund_the_customer_gets_it_once(Engine engine)
    {
        await using var street = await Street.OpenAsync(engine);
        Guid id;
        string attempt;
        await using (var armed = await street.StartAsync(PaymentErrands.Refunded))
        {
            await street.SettleAsync(armed);
            var order = await street.OrderAsync();
            id = order.GetProperty("id").GetGuid();
            var paid = await street.PayAsync(id, armed, "captured");
            attempt = paid.GetProperty("razorpay_payment_id").GetString()!;
            await street.CallbackAsync(paid);
            try
            {
                await street.Owner.PostAsync($"/v1/payments/{order.GetProperty("payment").GetProperty("id").GetString()}/refunds", new { amount = 20_000 });
            }
            catch (HttpRequestException)
            {
                // It died before it could answer; the refund was accepted before that.
            }

            await armed.DeathAsync();
            (await street.ProviderAsync($"payments/{attempt}/refunds")).GetProperty("count").GetInt32().ShouldBe(1);
        }

        await using var again = await street.StartAsync();
        street.At(again);
        await Person.UntilAsync(async () => (await street.PaymentAsync(id)).GetProperty("state").GetString() == "partiallyRefunded", TimeSpan.FromSeconds(60), () => again.Log);
        (await street.ProviderAsync($"payments/{attempt}/refunds")).GetProperty("count").GetInt32().ShouldBe(1);
        (await street.ProviderAsync($"payments/{attempt}")).GetProperty("amount_refunded").GetInt64().ShouldBe(20_000);
        (await street.Database.CountAsync($"SELECT count(*) FROM {street.Database.Storage.Table("store", "refunds")} WHERE state = 'Processed'")).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Killed_while_thirty_customers_come_back_each_pays_once(Engine engine)
    {
        await using var street = await Street.OpenAsync(engine);
        var orders = new List<Guid>();
        await using (var first = await street.StartAsync())
        {
            await street.SettleAsync(first);
            var paid = new List<JsonElement>();
            for (var i = 0; i < 30; i++)
            {
                orders.Add((await street.OrderAsync()).GetProperty("id").GetGuid());
                paid.Add(await street.PayAsync(orders[i], first, i % 2 == 0 ? "captured" : "authorized"));
            }

            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var back = 0;
            var burst = paid.Select(async p =>
            {
                try
                {
                    await street.CallbackAsync(p);
                    if (Interlocked.Increment(ref back) >= 8) enough.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    // The program is gone: this customer sees an error and has paid.
                }
            }).ToArray();
            await Task.WhenAny(enough.Task, Task.WhenAll(burst));
            await first.KillAsync();
            await Task.WhenAll(burst);
        }

        await using var second = await street.StartAsync();
        street.At(second);
        foreach (var id in orders) await street.PaidOnceAsync(id, second);
        var captured = await street.Database.CountAsync($"SELECT sum(amount) FROM {street.Database.Storage.Table("store", "payment_captures")}");
        captured.ShouldBe(30 * 50_000);
        (await street.Provider.Database.CountAsync($"SELECT count(*) FROM {street.Provider.Database.Storage.Table("store", "simulated_objects")} WHERE kind = 'payment' AND json LIKE '%\"captured\":true%'")).ShouldBe(30);
    }

    /// <summary>A provider, a database, and whoever is the program at this moment.</summary>
    private sealed class Street : IAsyncDisposable
    {
        private Guid _product;
        private Uri _address = new("http://127.0.0.1");

        private Street(TestApp provider, TestDatabase database) => (Provider, Database) = (provider, database);

        internal TestApp Provider { get; }

        internal TestDatabase Database { get; }

        internal TestUser Owner { get; private set; } = default!;

        internal TestUser Customer { get; private set; } = default!;

        internal static async Task<Street> OpenAsync(Engine engine) =>
            new(await TestApp.StartAsync(Engine.Sqlite), await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources()));

        internal Task<ServerProcess> StartAsync(string? failpoint = null) => ServerProcess.StartAsync(Database, failpoint, new Dictionary<string, string?>
        {
            ["Store:Payments:Provider"] = "razorpay",
            ["Store:Payments:Razorpay:KeyId"] = RazorpayOptions.SimulatedKeyId,
            ["Store:Payments:Razorpay:KeySecret"] = RazorpayOptions.SimulatedSecret,
            ["Store:Payments:Razorpay:WebhookSecret"] = RazorpayOptions.SimulatedSecret,
            ["Store:Payments:Razorpay:Url"] = new Uri(Provider.Address, "simulator/razorpay").AbsoluteUri,
            // On a busy machine the provider may take seconds; nobody else may begin before its call has ended.
            ["Store:Payments:Razorpay:Http:TimeoutSeconds"] = "5",
            ["Store:Payments:Razorpay:Http:DeadlineSeconds"] = "5",
            ["Store:Payments:LeaseSeconds"] = "20",
            ["Store:Payments:ReconcileAfterSeconds"] = "2",
            ["Store:Payments:PollMilliseconds"] = "100",
        });

        /// <summary>A shop, its product and a customer.</summary>
        internal async Task SettleAsync(ServerProcess server)
        {
            _address = server.Address;
            Owner = await Person.RegisterAsync(server.Address);
            Customer = await Person.RegisterAsync(server.Address);
            await Owner.PostAsync("/v1/businesses", new { name = $"Grocery {Guid.CreateVersion7():N}" });
            await Owner.PostAsync("/v1/shops", new { name = "Corner", line1 = "12 Lamp Lane", city = "Bengaluru", postalCode = "560038" });
            var product = await Owner.PostAsync("/v1/products", new { sku = "rice", name = "Rice", category = "Staples", price = new { amount = 10_000, currency = "INR" }, onHand = 1_000 });
            _product = product.GetProperty("id").GetGuid();
        }

        internal void At(ServerProcess server)
        {
            _address = server.Address;
            (Owner, Customer) = (Owner.At(server.Address), Customer.At(server.Address));
        }

        /// <summary>Five of the product: 500.00.</summary>
        internal async Task<JsonElement> OrderAsync()
        {
            var cart = (await Customer.PostAsync("/v1/carts", new { })).GetProperty("id").GetGuid();
            await Customer.PutAsync($"/v1/carts/{cart}/items/{_product}", new { quantity = 5 });
            return await Customer.PostAsync("/v1/orders", new
            {
                cartId = cart, address = new { line1 = "3 Elm Row", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method = "card" },
            });
        }

        internal async Task<JsonElement> PaymentAsync(Guid orderId) => (await Customer.GetAsync($"/v1/orders/{orderId}")).GetProperty("payment");

        /// <summary>The payment, once the provider knows of it: a provider that takes too long for the customer's request is asked again by a worker.</summary>
        internal async Task<JsonElement> StartedAsync(Guid orderId, ServerProcess server)
        {
            await Person.UntilAsync(async () => (await PaymentAsync(orderId)).GetProperty("state").GetString() == "pending", TimeSpan.FromSeconds(60), () => server.Log);
            return await PaymentAsync(orderId);
        }

        internal async Task<JsonElement> PayAsync(Guid orderId, ServerProcess server, string outcome)
        {
            var providerOrderId = (await StartedAsync(orderId, server)).GetProperty("providerOrderId").GetString();
            using var answer = await Provider.Http.PostAsJsonAsync($"/simulator/razorpay/pay/{providerOrderId}", new { outcome, webhooks = false });
            answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        internal async Task CallbackAsync(JsonElement paid)
        {
            using var http = Person.ClientOf(_address);
            using var answer = await http.PostAsJsonAsync("/v1/payments/razorpay/callback", new
            {
                razorpay_payment_id = paid.GetProperty("razorpay_payment_id").GetString(), razorpay_order_id = paid.GetProperty("razorpay_order_id").GetString(),
                razorpay_signature = paid.GetProperty("razorpay_signature").GetString(),
            });
            ((int)answer.StatusCode).ShouldBe(200);
        }

        internal async Task<JsonElement> ProviderAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/simulator/razorpay/v1/{path}");
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RazorpayOptions.SimulatedKeyId}:{RazorpayOptions.SimulatedSecret}")));
            using var answer = await Provider.Http.SendAsync(request);
            answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        internal async Task PaidOnceAsync(Guid orderId, ServerProcess server)
        {
            await Person.UntilAsync(async () => (await Customer.GetAsync($"/v1/orders/{orderId}")).GetProperty("status").GetString() == "paid", TimeSpan.FromSeconds(60), () => server.Log);
            (await Database.CountAsync($"SELECT count(*) FROM {Database.Table("audit")} WHERE stream = 'order:{orderId}' AND action = 'order.paid'")).ShouldBe(1);
            (await Database.CountAsync(
                $"SELECT count(*) FROM {Database.Storage.Table("store", "payment_captures")} c JOIN {Database.Storage.Table("store", "payments")} p ON p.id = c.payment_id WHERE {Same("p.order_id", orderId)}")).ShouldBe(1);
        }

        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            await Provider.DisposeAsync();
        }

        // Ids are text on SQLite, in capitals as EF writes them.
        private string Same(string column, Guid id) => Database.Engine == Engine.Postgres ? $"{column} = '{id}'" : $"lower({column}) = '{id}'";
    }
}
