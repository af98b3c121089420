using System.Security.Cryptography;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Razorpay's webhooks: signed over the raw bytes, each stored once by its event id and applied in the same transaction, so that 200 means done. They may come in
/// any order and any number. Nothing outside is called, the answer takes milliseconds (Razorpay allows five seconds). What is not known yet is kept until it is.
/// Errors: not_found (no provider), bad_signature (401), too_large, invalid_request (signed, but no event).
/// </summary>
internal static class RazorpayWebhook
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/payments/razorpay/webhook", Handle)
        .WithName("store.payments.webhook").WithSummary("Take a webhook of Razorpay")
        // All of them come from a few addresses: what bounds strangers would lose money's news.
        .AllowAnonymous().DisableAntiforgery().DisableRateLimiting()
        .Accepts<JsonElement>("application/json")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413);

    internal static async Task<Results<Ok, ProblemHttpResult>> Handle(
        HttpContext http, StoreDb db, PaymentProviders providers, Settlement settlement, PaymentWake wake, PaymentMetrics metrics, TimeProvider clock, CancellationToken cancel)
    {
        if (providers.Account is not { WebhookSecrets: { Count: > 0 } secrets }) return Problem.NotFound.ToHttp();
        if (await WebhookBody.ReadAsync(http.Request, cancel) is not { } body) return PaymentProblems.TooLarge.ToHttp();
        if (!RazorpaySignatures.Verify(secrets, body, http.Request.Headers[RazorpaySignatures.Header]))
        {
            metrics.Signal("forged");
            return PaymentProblems.BadSignature.ToHttp();
        }

        if (RazorpayEvent.Parse(body) is not { } told)
        {
            metrics.Signal("malformed");
            return Problem.Invalid("body", "is no event of Razorpay").ToHttp();
        }

        string? header = http.Request.Headers[RazorpaySignatures.EventIdHeader];
        // The id is not signed; without a usable one the body is its own.
        var id = RazorpaySignatures.IsId(header) ? header! : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var news = await StoreAsync(db, settlement, clock, id, told, cancel);
        if (news) wake.Raise();
        metrics.Signal(news ? "taken" : "repeated");
        return TypedResults.Ok();
    }

    /// <summary>Stores and applies a signal in one transaction of its own.</summary>
    /// <returns>False when it was told before.</returns>
    internal static async Task<bool> StoreAsync(StoreDb db, Settlement settlement, TimeProvider clock, string eventId, RazorpayEvent told, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.InTransactionAsync(token => settlement.TakeAsync(db, new PaymentSignal
                {
                    EventId = eventId,
                    Event = told.Name,
                    ProviderOrderId = told.OrderId,
                    ProviderPaymentId = told.PaymentId,
                    Facts = JsonSerializer.Serialize(told.Facts, Json.Stored),
                    ReceivedAt = clock.Now(),
                }, told.Facts, token), cancel);
            }
            catch (DbUpdateException exception) when (attempt < 5 && Storage.IsUniqueViolation(exception))
            {
                // The same event, or another word of the same payment, was quicker: what it stored is seen now.
                db.ChangeTracker.Clear();
            }
        }
    }
}
