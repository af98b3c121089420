using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Mainstreet.Foundation.Web;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Payments.Simulator;

/// <summary>
/// The provider's double: Razorpay's routes under <c>/simulator/razorpay/v1</c>, its checkout as a page, and <c>/simulator/razorpay/pay/{order}</c> for tests. Mapped only
/// where the settings say <c>simulator</c>, which they may in Development only.
/// </summary>
internal static class SimulatorRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<PaymentProviders>().Simulated) return;
        var all = routes.MapGroup("/simulator/razorpay").AllowAnonymous().DisableAntiforgery().DisableRateLimiting().ExcludeFromDescription();
        var api = all.MapGroup("/v1").AddEndpointFilter(AuthorizeAsync);
        api.MapPost("/orders", (HttpContext http, SimulatedRazorpay razorpay) => RunAsync(http, (body, cancel) => razorpay.CreateOrderAsync(body, cancel)));
        api.MapGet("/orders", (HttpContext http, SimulatedBank bank, string? receipt) =>
            ReadAsync(http, async cancel => SimulatedBank.Collection(await bank.ListAsync("order", null, receipt, cancel))));
        api.MapGet("/orders/{id}", (HttpContext http, SimulatedBank bank, string id) => ReadAsync(http, cancel => bank.GetAsync("order", id, cancel)));
        api.MapGet("/orders/{id}/payments", (HttpContext http, SimulatedBank bank, string id) =>
            ReadAsync(http, async cancel => SimulatedBank.Collection(await bank.ListAsync("payment", id, null, cancel))));
        api.MapPost("/payments/create/upi", (HttpContext http, SimulatedRazorpay razorpay) => RunAsync(http, (body, cancel) => razorpay.CreateUpiAsync(body, cancel)));
        api.MapGet("/payments/{id}", (HttpContext http, SimulatedBank bank, string id) => ReadAsync(http, cancel => bank.GetAsync("payment", id, cancel)));
        api.MapPost("/payments/{id}/capture", (HttpContext http, SimulatedRazorpay razorpay, string id) => RunAsync(http, (body, cancel) => razorpay.CaptureAsync(id, body, cancel)));
        api.MapPost("/payments/{id}/refund", (HttpContext http, SimulatedRazorpay razorpay, string id) =>
            RunAsync(http, (body, cancel) => razorpay.RefundAsync(id, http.Request.Headers["X-Refund-Idempotency"], body, cancel)));
        api.MapGet("/payments/{id}/refunds", (HttpContext http, SimulatedBank bank, string id) =>
            ReadAsync(http, async cancel => SimulatedBank.Collection(await bank.ListAsync("refund", id, null, cancel))));
        api.MapPost("/customers", (HttpContext http, SimulatedRazorpay razorpay) => RunAsync(http, (body, cancel) => razorpay.CreateCustomerAsync(body, cancel)));
        api.MapGet("/customers/{id}/tokens", (HttpContext http, SimulatedBank bank, string id) =>
            ReadAsync(http, async cancel => SimulatedBank.Collection(await bank.ListAsync("token", id, null, cancel))));
        api.MapGet("/customers/{id}/tokens/{token}", (HttpContext http, SimulatedBank bank, string token) => ReadAsync(http, cancel => bank.GetAsync("token", token, cancel)));
        api.MapDelete("/customers/{id}/tokens/{token}", (HttpContext http, SimulatedBank bank, string token) => ReadAsync(http, async cancel =>
        {
            await bank.GetAsync("token", token, cancel);
            await bank.ChangeAsync(async inner => { await bank.RemoveAsync("token", token, inner); return true; }, cancel);
            return new JsonObject { ["deleted"] = true };
        }));

        all.MapPost("/pay/{order}", PayAsync);
        all.MapPost("/release/{payment}", (HttpContext http, SimulatedRazorpay razorpay, string payment) => ReadAsync(http, cancel => razorpay.ReleaseAsync(payment, cancel)));
        all.MapPost("/refunds/{id}/{end:regex(^(processed|failed)$)}", (HttpContext http, SimulatedRazorpay razorpay, SimulatorWake wake, string id, string end) =>
            ReadAsync(http, async cancel =>
            {
                var refund = await razorpay.EndRefundAsync(id, end == "processed", cancel);
                wake.Raise();
                return refund;
            }));
        SimulatorCheckout.Map(all);
    }

    /// <summary>What the checkout hands to the browser, and the webhooks of it, signed, for whoever wants to send them himself.</summary>
    internal static JsonObject Answer(RazorpayAccount account, SimulatedPaid paid)
    {
        var id = paid.Payment["id"]!.GetValue<string>();
        return new JsonObject
        {
            ["razorpay_payment_id"] = id,
            ["razorpay_order_id"] = paid.OrderId,
            ["razorpay_signature"] = RazorpaySignatures.Sign(account.KeySecret, RazorpaySignatures.Checkout(paid.OrderId, id)),
            ["events"] = new JsonArray([.. paid.Events.Select(e => (JsonNode)new JsonObject
            {
                ["id"] = e.Id, ["body"] = e.Body, ["signature"] = RazorpaySignatures.Sign(account.WebhookSecrets[0], Encoding.UTF8.GetBytes(e.Body)),
            })]),
        };
    }

    private static Task<IResult> PayAsync(HttpContext http, SimulatedRazorpay razorpay, PaymentProviders providers, SimulatorWake wake, string order) => RunAsync(http, async (body, cancel) =>
    {
        SimulatedPay? how;
        try
        {
            how = body.Deserialize<SimulatedPay>(Json.Wire);
        }
        catch (JsonException)
        {
            throw new SimulatedError(400, "The body is not understood.");
        }

        var paid = await razorpay.PayAsync(order, how ?? new SimulatedPay(), cancel);
        wake.Raise();
        return Answer(providers.Account!, paid);
    });

    private static async ValueTask<object?> AuthorizeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // The checkout is the customer's: a browser has no key.
        if (context.HttpContext.Request.Path.Value?.Contains("/checkout/", StringComparison.Ordinal) == true) return await next(context);
        var account = context.HttpContext.RequestServices.GetRequiredService<PaymentProviders>().Account!;
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.KeyId}:{account.KeySecret}"));
        return AuthenticationHeaderValue.TryParse(context.HttpContext.Request.Headers.Authorization, out var header) && header is { Scheme: "Basic", Parameter: { } given }
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given))
            ? await next(context)
            : Results.Json(new SimulatedError(401, "The api key provided is invalid", reason: "NA").Envelope(), statusCode: 401);
    }

    private static async Task<IResult> RunAsync(HttpContext http, Func<JsonObject, CancellationToken, Task<JsonObject>> work)
    {
        JsonObject body;
        try
        {
            body = http.Request.ContentLength is 0 or null && !http.Request.Headers.ContainsKey("Transfer-Encoding")
                ? [] : await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return Results.Json(new SimulatedError(400, "The body is not JSON.").Envelope(), statusCode: 400);
        }

        var result = await ReadAsync(http, cancel => work(body, cancel));
        http.RequestServices.GetRequiredService<SimulatorWake>().Raise();
        return result;
    }

    private static async Task<IResult> ReadAsync(HttpContext http, Func<CancellationToken, Task<JsonObject>> work)
    {
        try
        {
            return Results.Json(SimulatedBank.Shown(await work(http.RequestAborted)));
        }
        catch (SimulatedError error)
        {
            return Results.Json(error.Envelope(), statusCode: error.Status);
        }
    }
}
