using System.Text.Json;
using System.Text.Json.Serialization;

using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>
/// The customer's browser comes back from paying: as JSON from our own pages, which get the payment's state, or as the form that Razorpay's hosted checkout
/// posts, which goes on to the order. The signature is checked over the order's id as it is stored here, so what was paid for one order settles no other. It
/// says that the bank holds the money; the money itself is asked for at once. Errors: not_found, bad_signature (401), invalid_request, too_large.
/// </summary>
internal static class RazorpayCallback
{
    /// <param name="PaymentId">Our payment, where the page knows it; else it is found by the order.</param>
    internal sealed record Body(
        [property: JsonPropertyName("razorpay_payment_id")] string? RazorpayPaymentId,
        [property: JsonPropertyName("razorpay_order_id")] string? RazorpayOrderId,
        [property: JsonPropertyName("razorpay_signature")] string? RazorpaySignature,
        Guid? PaymentId = null);

    internal sealed record Response(Guid Id, Guid OrderId, PaymentState State);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/payments/razorpay/callback", Handle)
        .WithName("store.payments.callback").WithSummary("Come back from Razorpay's checkout")
        .AllowAnonymous().DisableAntiforgery()
        .Accepts<Body>("application/json", "application/x-www-form-urlencoded")
        .Produces<Response>().Produces(303).ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413);

    internal static async Task<IResult> Handle(
        HttpContext http, StoreDb db, PaymentProviders providers, Settlement settlement, PaymentErrands errands, PaymentMetrics metrics, TimeProvider clock, CancellationToken cancel)
    {
        if (providers is not { Account: { } account, Current: { } provider }) return Problem.NotFound.ToHttp();
        if (await WebhookBody.ReadAsync(http.Request, cancel) is not { } bytes) return PaymentProblems.TooLarge.ToHttp();
        var form = http.Request.HasFormContentType;
        if (Parse(bytes, form) is not { } body) return Problem.Invalid("body", "is no answer of Razorpay's checkout").ToHttp();
        // A checkout that failed comes back unsigned: believe nothing, show the customer where the order stands.
        if (form && body.RazorpayPaymentId is null) return await BackAsync(db, body.RazorpayOrderId, cancel);
        if (!RazorpaySignatures.IsId(body.RazorpayPaymentId) || (body.PaymentId is null && !RazorpaySignatures.IsId(body.RazorpayOrderId)))
            return Problem.Invalid("razorpay_payment_id", "and razorpay_order_id are needed as the checkout gave them").ToHttp();

        var payment = await db.Payments.AsNoTracking().SingleOrDefaultAsync(
            p => body.PaymentId != null ? p.Id == body.PaymentId : p.ProviderOrderId == body.RazorpayOrderId, cancel);
        if (payment is not { ProviderOrderId: { } order } || payment.Provider != provider.Name
            || !RazorpaySignatures.Verify([account.KeySecret], RazorpaySignatures.Checkout(order, body.RazorpayPaymentId!), body.RazorpaySignature))
        {
            metrics.Signal("forged");
            return PaymentProblems.BadSignature.ToHttp();
        }

        var told = new ProviderPayment(body.RazorpayPaymentId!, order, payment.Amount, payment.Currency, ProviderStatus.Authorized, false);
        var news = await RazorpayWebhook.StoreAsync(
            db, settlement, clock, $"callback:{told.Id}", new RazorpayEvent("callback", order, told.Id, new SignalFacts(told)), cancel);
        metrics.Signal(news ? "taken" : "repeated");
        db.ChangeTracker.Clear();
        // The customer is waiting for this answer, so nobody waits for the worker. The request's end does not end it.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8), clock);
        var state = await errands.CaptureAsync(payment.Id, patience.Token) ?? payment.State;
        return form ? SeeOther(payment.OrderId) : TypedResults.Ok(new Response(payment.Id, payment.OrderId, state));
    }

    /// <summary>Null when it is neither JSON nor a form of a checkout.</summary>
    internal static Body? Parse(byte[] bytes, bool form)
    {
        if (form)
        {
            var fields = QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(bytes));
            string? Field(string name) => fields.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 and <= 500 } value ? value : null;
            return new Body(Field("razorpay_payment_id"), Field("razorpay_order_id") ?? OrderOf(Field("error[metadata]")), Field("razorpay_signature"));
        }

        try
        {
            return JsonSerializer.Deserialize<Body>(bytes, Json.Wire);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? OrderOf(string? metadata)
    {
        try
        {
            using var json = JsonDocument.Parse(metadata ?? "{}");
            return RazorpayJson.Text(json.RootElement, "order_id");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<IResult> BackAsync(StoreDb db, string? providerOrderId, CancellationToken cancel)
    {
        var order = RazorpaySignatures.IsId(providerOrderId)
            ? await db.Payments.AsNoTracking().Where(p => p.ProviderOrderId == providerOrderId).Select(p => (Guid?)p.OrderId).SingleOrDefaultAsync(cancel) : null;
        return order is { } id ? SeeOther(id) : SeeOther(null);
    }

    private static Foundation.Web.Pages.SeeOther SeeOther(Guid? orderId) => new Foundation.Web.Pages.SeeOther(orderId is { } id ? $"/shop/orders/{id}" : "/shop");
}
