using System.Text.Json;
using System.Text.Json.Serialization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Pays back a part of a payment, or all that is left of it. The refund is accepted at once and made by a worker; the order and its points follow when the provider
/// has done it. Refunds under way together never exceed what was captured. Errors: not_captured, refund_exceeds_captured, amount_too_small, invalid_request.
/// </summary>
internal static class RefundPayment
{
    /// <summary>No other member is taken: a slip of the pen in <c>amount</c> would pay everything back.</summary>
    /// <param name="Amount">Money in the payment's currency, or a whole number of its minor units; left out for all that is left.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    public sealed record Request([property: JsonConverter(typeof(RefundAmountConverter))] RefundAmount? Amount = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/payments/{id:guid}/refunds", Handle)
        .WithName("store.payments.refund").WithSummary("Pay money back")
        .RequireAuthorization(StorePermissions.Shop)
        .Idempotent()
        .ProducesValidationProblem().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    internal static async Task<Results<Created<RefundView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, IdempotentCall call, StoreDb db, IPayments payments, PaymentWake wake, CancellationToken cancel)
    {
        var known = await db.Payments.AsNoTracking().VisibleTo(caller).Where(p => p.Id == id).Select(p => new { p.OrderId, p.BusinessId, p.Currency }).SingleOrDefaultAsync(cancel);
        if (known is null) return Problem.NotFound.ToHttp();
        // Its customer may see it, and asks the shop.
        if (!caller.Can(StorePermissions.Refund, known.BusinessId)) return Problem.Forbidden.ToHttp();
        var amount = request.Amount is { } wanted ? new Money(wanted.Amount, wanted.Currency ?? known.Currency) : null;
        var refunded = await db.AllOrNothingAsync(async token =>
        {
            var outcome = await payments.RefundAsync(db, known.OrderId, amount, RefundReason.Requested, caller.Id, token);
            if (outcome.Ok) call.Answer(db, StatusCodes.Status201Created, outcome.Value, Location(id));
            return outcome;
        }, cancel);
        wake.Raise();
        return refunded.Ok ? TypedResults.Created(Location(id), refunded.Value) : refunded.Problem.ToHttp();
    }

    private static string Location(Guid id) => $"/v1/payments/{id}";
}

/// <param name="Amount">Minor units.</param>
/// <param name="Currency">Null: the payment's.</param>
public sealed record RefundAmount(long Amount, string? Currency);

/// <summary>Reads <c>{"amount": 5000, "currency": "INR"}</c> or <c>5000</c>.</summary>
internal sealed class RefundAmountConverter : JsonConverter<RefundAmount>
{
    public override RefundAmount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number) return new RefundAmount(Whole(ref reader), null);
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("must be money, or a whole number of minor units");
        var (amount, currency) = ((long?)null, (string?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "amount") amount = Whole(ref reader);
            else if (name == "currency" && reader.TokenType == JsonTokenType.String) currency = reader.GetString();
            else throw new JsonException("must have amount and currency only");
        }

        return amount is { } whole && currency is { Length: 3 } ? new RefundAmount(whole, currency) : throw new JsonException("must have an amount and a currency of three letters");
    }

    public override void Write(Utf8JsonWriter writer, RefundAmount value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount", value.Amount);
        if (value.Currency is not null) writer.WriteString("currency", value.Currency);
        writer.WriteEndObject();
    }

    private static long Whole(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var amount) && amount is > 0 and <= 1_000_000_000_000
            ? amount : throw new JsonException("must be a whole number of minor units, 1 to 10^12");
}
