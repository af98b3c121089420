using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Cards that the provider keeps as network tokens, because their holder agreed. POST says yes: from then on the checkout offers to keep the card of a payment, and
/// with <c>paymentId</c> the card of that payment is taken into the list. DELETE takes it out at once, and the token away at the provider soon after. Errors:
/// consent_required, nothing_to_save, payments_unavailable, provider_away, not_found.
/// </summary>
internal static class SavedCards
{
    /// <param name="Consent">Must be true: the holder's own yes, asked for as such.</param>
    /// <param name="PaymentId">A captured card payment of the caller whose card the provider kept.</param>
    public sealed record Request([property: Required] bool Consent, Guid? PaymentId = null);

    internal sealed record Card(Guid Id, string? Network, string? Last4, string? Kind, string? Issuer, int? ExpiryMonth, int? ExpiryYear, DateTimeOffset ConsentAt)
    {
        internal static Card From(SavedMethod method) =>
            new(method.Id, method.Network, method.Last4, method.Kind, method.Issuer, method.ExpiryMonth, method.ExpiryYear, method.ConsentAt);
    }

    internal sealed record Response(IReadOnlyList<Card> Items);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/payment-methods", ListAsync).WithName("store.payment-methods.list").WithSummary("Cards you let the payment provider keep")
            .RequireAuthorization(StorePermissions.Shop);
        routes.MapPost("/v1/payment-methods", Handle).WithName("store.payment-methods.add").WithSummary("Agree that the payment provider keeps a card")
            .RequireAuthorization(StorePermissions.Shop)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        routes.MapDelete("/v1/payment-methods/{id:guid}", RemoveAsync).WithName("store.payment-methods.remove").WithSummary("Have a card forgotten")
            .RequireAuthorization(StorePermissions.Shop).ProducesProblem(404);
    }

    internal static async Task<Ok<Response>> ListAsync(Caller caller, StoreDb db, CancellationToken cancel)
    {
        var cards = await db.SavedMethods.AsNoTracking().Where(m => m.CustomerId == caller.Id && m.RemovedAt == null).OrderBy(m => m.Id).ToListAsync(cancel);
        return TypedResults.Ok(new Response([.. cards.Select(Card.From)]));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, StoreDb db, PaymentProviders providers, TimeProvider clock, CancellationToken cancel)
    {
        if (!request.Consent) return PaymentProblems.ConsentRequired.ToHttp();
        if (providers.Current is not { } provider) return PaymentProblems.Unavailable.ToHttp();
        var customer = await AgreeAsync(db, provider, caller, clock, cancel);
        if (!customer.Ok) return customer.Problem.ToHttp();
        if (request.PaymentId is { } paymentId && await TakeAsync(db, provider, caller, paymentId, customer.Value, clock, cancel) is { } problem) return problem.ToHttp();
        return await ListAsync(caller, db, cancel);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, Caller caller, StoreDb db, PaymentWake wake, TimeProvider clock, CancellationToken cancel)
    {
        var removed = await db.InTransactionAsync(async token =>
        {
            var method = await db.SavedMethods.AsTracking().SingleOrDefaultAsync(m => m.Id == id && m.CustomerId == caller.Id && m.RemovedAt == null, token);
            if (method is null) return false;
            method.Remove(clock.Now());
            await db.AuditAsync(new AuditEntry($"account:{caller.Id}:cards", caller.Id, "card.removed", null, null, new { id }), token);
            await db.SaveChangesAsync(token);
            return true;
        }, cancel);
        if (!removed) return Problem.NotFound.ToHttp();
        wake.Raise();
        return TypedResults.NoContent();
    }

    /// <summary>Notes that the caller agreed, and has the provider know them.</summary>
    /// <returns>The provider's customer, or payments_unavailable, provider_away.</returns>
    internal static async Task<Outcome<string>> AgreeAsync(StoreDb db, IPaymentProvider provider, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        if (await CustomerAsync(db, provider, caller.Id, cancel) is { } known) return known;
        var made = await provider.CreateCustomerAsync(caller.DisplayName, caller.Email, caller.Id, cancel);
        if (!made.Done) return made.Outcome == ProviderOutcome.Refused ? PaymentProblems.Unavailable.With(made.Error ?? "refused") : PaymentProblems.ProviderAway;
        try
        {
            await db.InTransactionAsync(async token =>
            {
                db.ProviderCustomers.Add(new ProviderCustomer { CustomerId = caller.Id, Provider = provider.Name, ProviderCustomerId = made.Value, ConsentAt = clock.Now() });
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}:cards", caller.Id, "card.consent", null, null, new { provider = provider.Name }), token);
                await db.SaveChangesAsync(token);
            }, cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // The same person agreed twice at the same moment.
            db.ChangeTracker.Clear();
        }

        return made.Value;
    }

    /// <summary>The provider's customer of somebody who agreed; else null.</summary>
    internal static Task<string?> CustomerAsync(StoreDb db, IPaymentProvider provider, Guid customerId, CancellationToken cancel) =>
        db.ProviderCustomers.AsNoTracking().Where(c => c.CustomerId == customerId && c.Provider == provider.Name).Select(c => c.ProviderCustomerId).SingleOrDefaultAsync(cancel);

    private static async Task<Problem?> TakeAsync(
        StoreDb db, IPaymentProvider provider, Caller caller, Guid paymentId, string customer, TimeProvider clock, CancellationToken cancel)
    {
        var payment = await db.Payments.AsNoTracking().SingleOrDefaultAsync(p => p.Id == paymentId && p.CustomerId == caller.Id, cancel);
        if (payment is null) return Problem.NotFound;
        if (payment is not { Method: PaymentMethod.Card, ProviderPaymentId: { } id } || payment.Provider != provider.Name || !payment.State.IsCaptured()) return PaymentProblems.NothingToSave;
        var told = await provider.GetPaymentAsync(id, cancel);
        if (!told.Done) return told.Outcome == ProviderOutcome.Refused ? PaymentProblems.NothingToSave : PaymentProblems.ProviderAway;
        if (told.Value is not { TokenId: { } token } || told.Value.CustomerId != customer) return PaymentProblems.NothingToSave;
        var details = await provider.GetTokenAsync(customer, token, cancel);
        if (!details.Done) return details.Outcome == ProviderOutcome.Refused ? PaymentProblems.NothingToSave : PaymentProblems.ProviderAway;
        try
        {
            await db.InTransactionAsync(async inner =>
            {
                if (await db.SavedMethods.AnyAsync(m => m.Provider == provider.Name && m.TokenId == token && m.RemovedAt == null, inner)) return;
                var method = SavedMethod.Of(clock.NewId(), caller.Id, provider.Name, customer, token, clock.Now(), null);
                method.Describe(details.Value);
                db.SavedMethods.Add(method);
                await db.AuditAsync(new AuditEntry($"account:{caller.Id}:cards", caller.Id, "card.kept", null, null, new { method.Id, payment = paymentId }), inner);
                await db.SaveChangesAsync(inner);
            }, cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Taken in by another request at the same moment, or taken out for good before.
            db.ChangeTracker.Clear();
        }

        return null;
    }
}
