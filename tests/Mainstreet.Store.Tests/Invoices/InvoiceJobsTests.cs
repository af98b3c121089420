using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Invoices;
using Mainstreet.Store.Tests.Orders;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Invoices;

[Trait("kind", "db")]
public sealed class InvoiceJobsTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task A_finished_job_is_invoiced_to_its_tenant_and_paid_like_an_order(Engine engine)
    {
        var grocery = await Grocery.OpenAsync(await apps.OnAsync(engine));
        var tenant = await TestUser.RegisterAsync(grocery.App);
        var ticket = await CompleteAsync(grocery, tenant, 118_000);

        JsonElement order = default;
        await OrderTests.UntilAsync(async () =>
        {
            var mine = (await tenant.GetAsync("/v1/orders")).GetProperty("items");
            if (mine.GetArrayLength() == 0) return false;
            order = mine[0];
            return true;
        });
        (order.GetProperty("kind").GetString(), order.Status(), order.GetProperty("ticketId").GetGuid()).ShouldBe(("service", "placed", ticket));
        order.Amount("total").ShouldBe(118_000);
        order.GetProperty("tax").Amount("taxable").ShouldBe(100_000);
        order.GetProperty("invoiceNumber").GetString()!.ShouldEndWith("/000001");
        order.GetProperty("payment").ValueKind.ShouldBe(JsonValueKind.Null);
        var id = order.Id();

        (await tenant.ActAsync(id, "pay", new { method = "cod" })).Status.ShouldBe(400);
        (await grocery.Owner.ActAsync(id, "pay", new { method = "upi" })).Status.ShouldBe(403);
        (await tenant.ActAsync(id, "cancel")).Status.ShouldBe(403);
        var begun = await tenant.ActAsync(id, "pay", new { method = "upi" });
        begun.Status.ShouldBe(200);
        var again = await tenant.ActAsync(id, "pay", new { method = "upi" });
        again.Body.GetProperty("payment").Id().ShouldBe(begun.Body.GetProperty("payment").Id());
        await grocery.PayAsync(tenant, begun.Body);
        (await tenant.GetAsync($"/v1/orders/{id}")).Status().ShouldBe("delivered");
        (await tenant.ActAsync(id, "pay", new { method = "upi" })).Code.ShouldBe("not_payable");
        (await grocery.Owner.ActAsync(id, "cancel")).Code.ShouldBe("wrong_status");
    }

    [Theory, EachEngine]
    public async Task An_event_that_comes_again_makes_no_second_invoice_and_a_business_without_a_shop_charges_no_tax(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var owner = await TestUser.RegisterAsync(app);
        var business = (await owner.PostAsync("/v1/businesses", new { name = $"Plumbers {Guid.CreateVersion7():N}" })).Id();
        var tenant = await TestUser.RegisterAsync(app);
        var priced = new JobPriced(Guid.CreateVersion7(), 7, "Tap", business, tenant.Id, 50_000, "INR", false);
        for (var again = 0; again < 2; again++)
        {
            await using var scope = app.Host.Services.CreateAsyncScope();
            var handler = scope.ServiceProvider.GetRequiredService<InvoiceJobs>();
            await handler.Db.InTransactionAsync(token => handler.HandleAsync(priced, Guid.CreateVersion7(), token), CancellationToken.None);
        }

        var order = (await tenant.GetAsync("/v1/orders")).GetProperty("items").EnumerateArray().Single();
        order.GetProperty("tax").Amount("taxable").ShouldBe(50_000);
        (await owner.ActAsync(order.Id(), "cancel", new { reason = "Goodwill" })).Body.Status().ShouldBe("cancelled");
    }

    private static async Task<Guid> CompleteAsync(Grocery grocery, TestUser tenant, long price)
    {
        var worker = await TestUser.RegisterAsync(grocery.App, "contractor");
        var spot = new { lat = 12.97, lon = 77.64 };
        var contractor = (await worker.PutAsync("/v1/contractors/me", new { displayName = "Pipes", trades = new[] { "plumbing" }, @base = spot })).GetProperty("contractorId").GetGuid();
        var ticket = (await tenant.PostAsync("/v1/tickets", new { title = "Sink leaks", description = "Water drips from the pipe.", location = spot, businessId = grocery.BusinessId })).Id();
        await grocery.Owner.PostAsync($"/v1/tickets/{ticket}/triage", new { category = "plumbing" });
        await grocery.Owner.PostAsync($"/v1/tickets/{ticket}/offers", new { contractorIds = new[] { contractor }, expiresInSeconds = 600 });
        await worker.PostAsync($"/v1/tickets/{ticket}/accept", new { });
        await worker.PostAsync($"/v1/tickets/{ticket}/start", new { });
        await worker.PostAsync($"/v1/tickets/{ticket}/complete", new { note = "New seal.", price = new { amount = price, currency = "INR" } });
        return ticket;
    }
}
