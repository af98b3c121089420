using System.Globalization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>What the pay page shows and hands on.</summary>
/// <param name="Fields">What the provider's checkout wants (web-integration/hosted/integration-steps of razorpay/markdown-docs).</param>
/// <param name="Token">The form stays in this house, so it carries our own token against forged forms.</param>
/// <param name="CanKeep">The customer may still agree that the card is kept.</param>
public sealed record Checkout(Guid OrderId, string Amount, bool Card, Uri Target, IReadOnlyList<KeyValuePair<string, string>> Fields, bool Token, bool CanKeep, bool Keeps);

/// <summary>
/// The way to the provider's checkout: a page of ours with one form that leads there, so that card data is typed there and never here. Works without script; the page's
/// content policy lets its form go to that one address.
/// </summary>
internal static class PayPageRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/store/pay/{orderId:guid}", ShowAsync).RequireAuthorization(StorePermissions.Shop).ExcludeFromDescription();
        routes.MapPost("/store/pay/{orderId:guid}/keep-card", KeepAsync).RequireAuthorization(StorePermissions.Shop).ExcludeFromDescription();
    }

    internal static async Task<IResult> ShowAsync(
        Guid orderId, Caller caller, HttpContext http, StoreDb db, IPayments payments, PaymentProviders providers, IOptions<PaymentsOptions> options, CancellationToken cancel)
    {
        if (await FindAsync(db, orderId, caller, cancel) is not { } payment) return Problem.NotFound.ToHttp();
        if (!payment.State.IsPayable() || providers.Current is not { } provider) return new SeeOther($"/shop/orders/{orderId}");
        if (payment.ProviderOrderId is null)
        {
            await payments.EnsureStartedAsync(payment.Id, cancel);
            payment = (await FindAsync(db, orderId, caller, cancel))!;
            if (payment.ProviderOrderId is null) return PaymentProblems.ProviderAway.ToHttp();
        }

        var here = options.Value.Razorpay.PublicUrl is { } known ? new Uri(known) : new Uri($"{http.Request.Scheme}://{http.Request.Host}");
        var customer = payment.Method == PaymentMethod.Card ? await SavedCards.CustomerAsync(db, provider, caller.Id, cancel) : null;
        var target = providers.Simulated ? new Uri(new Uri($"{http.Request.Scheme}://{http.Request.Host}"), provider.CheckoutUrl.AbsolutePath) : provider.CheckoutUrl;
        var policy = http.Response.Headers.ContentSecurityPolicy.ToString();
        http.Response.Headers.ContentSecurityPolicy = policy.Replace("form-action 'self'", $"form-action 'self' {target.GetLeftPart(UriPartial.Authority)}", StringComparison.Ordinal);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<PayPage>(new Dictionary<string, object?>
        {
            [nameof(PayPage.Checkout)] = new Checkout(
                orderId, (payment.Amount / 100m).ToString("N2", CultureInfo.CurrentCulture) + " " + payment.Currency, payment.Method == PaymentMethod.Card, target,
                [.. Fields(provider, payment, caller, here, customer)], providers.Simulated, payment.Method == PaymentMethod.Card && customer is null, customer is not null),
        });
    }

    internal static async Task<IResult> KeepAsync(Guid orderId, Caller caller, StoreDb db, PaymentProviders providers, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(db, orderId, caller, cancel) is null) return Problem.NotFound.ToHttp();
        if (providers.Current is not { } provider) return PaymentProblems.Unavailable.ToHttp();
        var agreed = await SavedCards.AgreeAsync(db, provider, caller, clock, cancel);
        return agreed.Ok ? new SeeOther($"/store/pay/{orderId}") : agreed.Problem.ToHttp();
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(IPaymentProvider provider, Payment payment, Caller caller, Uri here, string? customer)
    {
        yield return new("key_id", provider.KeyId);
        yield return new("order_id", payment.ProviderOrderId!);
        yield return new("amount", payment.Amount.ToString(CultureInfo.InvariantCulture));
        yield return new("currency", payment.Currency);
        yield return new("name", "Mainstreet");
        yield return new("method", payment.Method == PaymentMethod.Card ? "card" : "upi");
        yield return new("prefill[name]", caller.DisplayName);
        yield return new("prefill[email]", caller.Email);
        yield return new("callback_url", new Uri(here, "/v1/payments/razorpay/callback").AbsoluteUri);
        yield return new("cancel_url", new Uri(here, $"/shop/orders/{payment.OrderId}").AbsoluteUri);
        if (customer is null) yield break;
        yield return new("customer_id", customer);
        yield return new("save", "1");
    }

    private static Task<Payment?> FindAsync(StoreDb db, Guid orderId, Caller caller, CancellationToken cancel) =>
        db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.OrderId == orderId && p.CustomerId == caller.Id, cancel);
}
