using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Payments;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Orders;

/// <summary>
/// Orders a cart: the goods are reserved before any payment begins, so nobody pays for what is gone. Errors: cart_not_found, cart_closed, cart_empty,
/// cart_changed, shop_closed, out_of_stock (with <c>lines</c>), price_changed (with <c>lines</c>), amount_too_large, feature_off, and those of points and payments
/// (see <see cref="ILoyalty.RedeemAsync"/>, <see cref="IPayments.CheckAsync"/>).
/// </summary>
internal static class PlaceOrder
{
    /// <param name="Country">ISO 3166-1 alpha-2.</param>
    /// <param name="StateCode">GST code of the state, where the postal code may not tell it.</param>
    public sealed record Address(
        [property: Required, StringLength(200, MinimumLength = 1)] string Line1,
        [property: Required, StringLength(100, MinimumLength = 1)] string City,
        [property: Required, StringLength(20, MinimumLength = 1)] string PostalCode,
        [property: Required, RegularExpression("^[A-Z]{2}$", ErrorMessage = "must be two capital letters, as in ISO 3166-1")] string Country,
        [property: Range(-90.0, 90.0)] double? Lat = null,
        [property: Range(-180.0, 180.0)] double? Lon = null,
        [property: RegularExpression("^[0-9]{2}$", ErrorMessage = "must be a GST state code of two digits")] string? StateCode = null);

    /// <param name="SavedMethodId">A card that the customer agreed to keep; see <c>/v1/payment-methods</c>.</param>
    public sealed record Payment(PaymentMethod Method, Guid? SavedMethodId = null);

    public sealed record Request(Guid CartId, Address Address, Payment Payment, [property: Range(0, 1_000_000)] int RedeemPoints = 0);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/orders", Handle)
        .WithName("store.orders.place").WithSummary("Order a cart")
        .RequireAuthorization(StorePermissions.Shop)
        .Idempotent()
        .RequireFeature(StoreFeatures.Orders)
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

    internal static async Task<Results<Created<OrderView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, IdempotentCall call, StoreDb db, TimeProvider clock, IOptions<StoreOptions> options,
        IBusinessDirectory businesses, IPayments payments, ILoyalty loyalty, OrderMetrics metrics, CancellationToken cancel)
    {
        var placed = await PlaceAsync(request, caller, call, db, clock, options.Value, businesses, payments, loyalty, cancel);
        if (!placed.Ok)
        {
            metrics.Refused(placed.Problem.Code);
            return placed.Problem.ToHttp();
        }

        var (order, payment) = placed.Value;
        metrics.Placed(order.Cash);
        db.ChangeTracker.Clear();
        var view = await ViewAsync(db, payments, order, payment, cancel);
        if (call.Wanted && !order.Cash)
        {
            // The answer of the commit had no provider's order yet; who asks again gets what this request got.
            call.Answer(db, StatusCodes.Status201Created, view, Location(order.Id));
            await db.SaveChangesAsync(cancel);
        }

        http.SetETag(view.Version);
        return TypedResults.Created(Location(order.Id), view);
    }

    /// <summary>Places the order in one transaction, the caller's own if there is one. The payment is to be started after the commit.</summary>
    internal static async Task<Outcome<(Order Order, Guid PaymentId)>> PlaceAsync(
        Request request, Caller caller, IdempotentCall call, StoreDb db, TimeProvider clock, StoreOptions options,
        IBusinessDirectory businesses, IPayments payments, ILoyalty loyalty, CancellationToken cancel)
    {
        if (Check(request.Address) is { } badAddress) return badAddress;
        var read = await CartContents.ReadAsync(db, request.CartId, caller, businesses, clock, cancel);
        if (!read.Ok) return read.Problem;
        var (cart, shop, lines) = read.Value;
        var before = Basket.Sum(lines);
        if (!before.Ok) return before.Problem;
        var gross = new Money(before.Value, shop.Currency);
        if (await payments.CheckAsync(db, caller.Id, gross, request.Payment.Method, request.Payment.SavedMethodId, cancel) is { } unpayable) return unpayable;

        var cash = request.Payment.Method == PaymentMethod.Cod;
        var to = request.Address;
        var inside = PlaceOfSupply.IsInside(shop.StateCode, to.StateCode, to.Country, to.PostalCode);
        return await db.AllOrNothingAsync<(Order, Guid)>(async token =>
        {
            var now = clock.Now();
            var id = clock.NewId();
            var reservations = StockClaims.Of(id, read.Value.Goods);
            var missing = await StockClaims.ReserveAsync(db, reservations, token);
            if (missing.Count > 0) return await ShortAsync(db, lines, missing, token);
            if (await TakeCartAsync(db, cart, caller, token) is { } changed) return changed;

            var discount = await loyalty.RedeemAsync(db, caller.Id, shop.BusinessId, id, request.RedeemPoints, gross, token);
            if (!discount.Ok) return discount.Problem;
            var basket = Basket.Price(lines, discount.Value, inside);
            if (!basket.Ok) return basket.Problem;
            var total = new Money(basket.Value.Total, shop.Currency);
            if (discount.Value > 0
                && await payments.CheckAsync(db, caller.Id, total, request.Payment.Method, request.Payment.SavedMethodId, token) is { } tooSmall) return tooSmall;

            var order = Order.Place(
                id, shop.BusinessId, caller.Id, cart.Id, basket.Value, shop.Currency, request.RedeemPoints, cash,
                new Destination(to.Line1.Trim(), to.City.Trim(), to.PostalCode.Trim(), to.Country, to.StateCode, to.Lat, to.Lon), inside,
                cash ? null : now.AddMinutes(options.ReservationMinutes), shop.Synthetic, now);
            var sold = basket.Value.Lines.Select((l, i) => OrderLine.Of(clock.NewId(), id, i + 1, l)).ToList();
            db.Orders.Add(order);
            db.OrderLines.AddRange(sold);
            db.Reservations.AddRange(reservations);
            var opened = payments.Open(db, id, caller.Id, shop.BusinessId, total, request.Payment.Method, request.Payment.SavedMethodId);
            // Saved once before the rest, since the database gives the number.
            await db.SaveChangesAsync(token);
            await db.RecordAsync(order, caller.Id, "order.placed", null, new { order.Number, total, order.Cash, lines = sold.Count }, token);
            if (call.Wanted)
            {
                await db.SaveChangesAsync(token);
                call.Answer(db, StatusCodes.Status201Created, OrderView.Of(order, sold, PaymentDesk.View(opened, payable: true), null, null), Location(id));
            }

            return (order, opened.Id);
        }, cancel);
    }

    private static async Task<OrderView> ViewAsync(StoreDb db, IPayments payments, Order order, Guid payment, CancellationToken cancel)
    {
        if (order.Cash) return await OrderView.ReadAsync(db, payments, order, payable: true, cancel);
        var started = await payments.EnsureStartedAsync(payment, cancel);
        var lines = await db.OrderLines.AsNoTracking().Where(l => l.OrderId == order.Id).OrderBy(l => l.Position).ToListAsync(cancel);
        return OrderView.Of(order, lines, started, null, null);
    }

    /// <summary>Closes the cart for good. A cart that changed since it was read, or was ordered by another request, is not what the customer meant.</summary>
    private static async Task<Problem?> TakeCartAsync(StoreDb db, Cart cart, Caller caller, CancellationToken cancel)
    {
        var taken = await db.Carts.Where(c => c.Id == cart.Id && c.State == CartState.Open && c.Version == cart.Version).UsableBy(caller)
            .ExecuteUpdateAsync(s => s
                .SetProperty(c => c.State, CartState.Ordered)
                .SetProperty(c => c.CustomerId, caller.Id)
                .SetProperty(c => c.Version, c => c.Version + 1), cancel);
        if (taken == 1) return null;
        return await db.Carts.AsNoTracking().AnyAsync(c => c.Id == cart.Id && c.State == CartState.Open, cancel)
            ? OrderProblems.CartChanged : OrderProblems.CartClosed;
    }

    private static async Task<Problem> ShortAsync(StoreDb db, IReadOnlyList<BasketLine> lines, IReadOnlyList<Guid> missing, CancellationToken cancel)
    {
        var left = await db.Stock.AsNoTracking().Where(s => missing.Contains(s.ProductId)).ToDictionaryAsync(s => s.ProductId, s => s.OnHand - s.Reserved, cancel);
        return OrderProblems.OutOfStock([.. lines.Where(l => l.ProductId is { } id && missing.Contains(id))
            .Select(l => new ShortLine(l.ProductId!.Value, l.Name, l.Quantity, Math.Min(left.GetValueOrDefault(l.ProductId!.Value), Basket.MaxQuantity)))]);
    }

    private static Problem? Check(Address address)
    {
        if (address.Lat is null != address.Lon is null) return Problem.Invalid("address.lat", "lat and lon go together");
        if (string.IsNullOrWhiteSpace(address.Line1)) return Problem.Invalid("address.line1", "must not be blank");
        if (string.IsNullOrWhiteSpace(address.City)) return Problem.Invalid("address.city", "must not be blank");
        if (string.IsNullOrWhiteSpace(address.PostalCode)) return Problem.Invalid("address.postalCode", "must not be blank");
        return address.StateCode is { } state && !PlaceOfSupply.States.Contains(state) ? Problem.Invalid("address.stateCode", "is no GST state code") : null;
    }

    private static string Location(Guid id) => $"/v1/orders/{id}";
}
