using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Carts;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.App;

/// <summary>Applies a device's next change in the transaction that counts it, and answers one that was counted before.</summary>
internal sealed class ShopChanges(
    StoreDb db, TimeProvider clock, IBusinessDirectory businesses, IPayments payments, ILoyalty loyalty, IOptions<StoreOptions> options, OrderMetrics metrics)
{
    /// <summary>Counted but not applied yet: where a refused change goes back to.</summary>
    private const string Savepoint = "counted";

    private static readonly Problem Gap = new(409, "mutation_gap", "An earlier change of this device is not known here.");

    private static readonly Problem Done = new(409, "mutation_done", "A later change of this device is known already.");

    /// <summary>What a change was about: a cart or an order.</summary>
    private readonly record struct Effect(Guid? SubjectId, bool Ordered);

    internal async Task<Outcome<TakeMutation.Response>> TakeAsync(TakeMutation.Request request, Caller? caller, CancellationToken cancel)
    {
        var taken = await CountAsync(request, caller, cancel);
        if (!taken.Ok) return taken.Problem!;
        db.ChangeTracker.Clear();
        var device = taken.Value;
        if (device.Problem is { } refused)
            return new TakeMutation.Response(request.MutationId, false, null, null, JsonSerializer.Deserialize<JsonElement>(refused));
        return device.Ordered
            ? new TakeMutation.Response(request.MutationId, true, null, await OrderAsync(device.SubjectId!.Value, caller, cancel), null)
            : new TakeMutation.Response(request.MutationId, true, await CartAsync(device.SubjectId!.Value, caller, cancel), null, null);
    }

    private async Task<Outcome<ShopDevice>> CountAsync(TakeMutation.Request request, Caller? caller, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.InTransactionAsync(token => CountOnceAsync(request, caller, token), cancel);
            }
            catch (DbUpdateException first) when (attempt == 1 && request.MutationId == 1 && Storage.IsUniqueViolation(first))
            {
                // The device's first change was sent twice at once, and the other one has just been counted.
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Outcome<ShopDevice>> CountOnceAsync(TakeMutation.Request request, Caller? caller, CancellationToken cancel)
    {
        var now = clock.Now();
        // The device's row is held from here on: the same number, sent by another request, waits and then finds it counted.
        var counted = await db.Devices.Where(d => d.Id == request.ClientId && d.LastMutation == request.MutationId - 1).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.LastMutation, request.MutationId)
            .SetProperty(d => d.UpdatedAt, now), cancel);
        if (counted == 0)
        {
            var known = await db.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == request.ClientId, cancel);
            if (known?.LastMutation == request.MutationId) return known;
            if (known?.LastMutation > request.MutationId) return Done;
            if (known is not null || request.MutationId != 1) return Gap;
            db.Devices.Add(new ShopDevice { Id = request.ClientId, LastMutation = 1, UpdatedAt = now });
            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
        }

        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Savepoint, cancel);
        var effect = await ApplyAsync(request, caller, cancel);
        if (effect.Ok) await db.SaveChangesAsync(cancel);
        else await transaction.RollbackToSavepointAsync(Savepoint, cancel);
        db.ChangeTracker.Clear();
        var device = new ShopDevice
        {
            Id = request.ClientId,
            LastMutation = request.MutationId,
            SubjectId = effect.Ok ? effect.Value.SubjectId : null,
            Ordered = effect.Ok && effect.Value.Ordered,
            Problem = effect.Ok ? null : Describe(effect.Problem!),
            UpdatedAt = now,
        };
        await db.Devices.Where(d => d.Id == device.Id).ExecuteUpdateAsync(s => s
            .SetProperty(d => d.SubjectId, device.SubjectId)
            .SetProperty(d => d.Ordered, device.Ordered)
            .SetProperty(d => d.Problem, device.Problem), cancel);
        return device;
    }

    private async Task<Outcome<Effect>> ApplyAsync(TakeMutation.Request request, Caller? caller, CancellationToken cancel)
    {
        if (request.Set is { } set)
        {
            if (set.Quantity > 0 && !await db.Carts.AnyAsync(c => c.Id == set.CartId, cancel))
            {
                db.Carts.Add(Cart.Open(caller?.Id, clock.Now(), set.CartId));
                await db.SaveChangesAsync(cancel);
                db.ChangeTracker.Clear();
            }

            var changed = await SetCartItem.ApplyAsync(db, set.CartId, set.ProductId, new SetCartItem.Request(set.Quantity, set.SeenPrice), caller, clock, _ => null, cancel);
            return changed.Ok ? new Effect(changed.Value.Id, false) : changed.Problem!;
        }

        if (request.Claim is { } claim)
        {
            var claimed = await ClaimCart.ClaimAsync(db, claim.CartId, caller!, clock, cancel);
            return claimed.Ok ? new Effect(claimed.Value, false) : claimed.Problem!;
        }

        var placed = await PlaceOrder.PlaceAsync(request.Place!, caller!, new IdempotentCall(), db, clock, options.Value, businesses, payments, loyalty, cancel);
        if (!placed.Ok)
        {
            metrics.Refused(placed.Problem.Code);
            return placed.Problem;
        }

        metrics.Placed(placed.Value.Order.Cash);
        return new Effect(placed.Value.Order.Id, true);
    }

    private async Task<CartView?> CartAsync(Guid id, Caller? caller, CancellationToken cancel) =>
        await db.Carts.AsNoTracking().Where(c => c.Id == id).UsableBy(caller).SingleOrDefaultAsync(cancel) is { } cart ? await CartView.ReadAsync(db, cart, cancel) : null;

    private async Task<OrderView?> OrderAsync(Guid id, Caller? caller, CancellationToken cancel)
    {
        if (caller is null) return null;
        var order = await db.Orders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id && o.CustomerId == caller.Id, cancel);
        if (order is null) return null;
        var view = await OrderView.ReadAsync(db, payments, order, payable: true, cancel);
        if (view.Payment is not { State: PaymentState.Created } payment) return view;
        // Outside the transaction: the provider is asked, as after every order.
        await payments.EnsureStartedAsync(payment.Id, cancel);
        return await OrderView.ReadAsync(db, payments, order, payable: true, cancel);
    }

    private static string Describe(Problem problem)
    {
        var members = new Dictionary<string, object?>(problem.Facts ?? new Dictionary<string, object?>())
        {
            ["status"] = problem.Status, ["code"] = problem.Code, ["title"] = problem.Title, ["detail"] = problem.Detail, ["errors"] = problem.Errors,
        };
        return JsonSerializer.Serialize(members, Json.Wire);
    }
}
