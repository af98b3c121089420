using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Loyalty;

/// <summary>
/// The ledger in the database. Each operation locks the customer's balance with the shop (and makes the row when it is the first), reads the
/// passbook, lets it decide and writes what it decided; the balance and the lots change by guarded updates, and the tables' own checks refuse
/// an entry that does not sum to zero and a balance below it.
/// </summary>
internal sealed class Ledger(IOptionsMonitor<LoyaltyOptions> options, TimeProvider clock) : ILoyalty
{
    public async Task<Outcome<long>> RedeemAsync(
        StoreDb db, Guid customerId, Guid businessId, Guid orderId, int points, Money orderTotal, CancellationToken cancel)
    {
        if (points == 0) return 0L;
        if (points < 0) return Problem.Invalid("redeemPoints", "must be 0 or more");
        var settings = options.CurrentValue;
        var book = await OpenAsync(db, customerId, businessId, orderId, withLots: true, cancel);
        if (book.Find(PointsKind.Redeem) is { Amount: { } before }) return before;
        var most = PointsRules.MostFor(orderTotal.Amount, settings);
        if (points > most) return LoyaltyProblems.TooManyPoints(most);
        var now = Now();
        book.Expire(now);
        if (points > book.Available)
        {
            await SaveAsync(db, book, cancel);
            return LoyaltyProblems.NotEnoughPoints(book.Available);
        }

        var entry = book.Redeem(orderId, points, checked(points * settings.PointValue), now);
        await SaveAsync(db, book, cancel);
        return entry.Amount!.Value;
    }

    public async Task<long> EarnAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, Money paid, CancellationToken cancel)
    {
        var book = await OpenAsync(db, customerId, businessId, orderId, withLots: false, cancel);
        var entry = book.Earn(orderId, PointsRules.Earned(paid.Amount, options.CurrentValue), paid.Amount, Now());
        await SaveAsync(db, book, cancel);
        return entry.Pending;
    }

    public async Task<long> ConfirmAsync(StoreDb db, Guid customerId, Guid businessId, Guid orderId, CancellationToken cancel)
    {
        var book = await OpenAsync(db, customerId, businessId, orderId, withLots: false, cancel);
        var now = Now();
        var first = book.Find(PointsKind.Confirm) is null && book.Find(PointsKind.Earn) is not null;
        var points = book.Confirm(orderId, now.Now.AddDays(options.CurrentValue.ExpiryDays), now);
        if (first) db.Publish($"customer:{customerId}", new PointsConfirmed(customerId, businessId, orderId, points));
        await SaveAsync(db, book, cancel);
        return points;
    }

    public async Task ReverseAsync(
        StoreDb db, Guid customerId, Guid businessId, Guid orderId, Money refundedInAll, Money captured, CancellationToken cancel)
    {
        var book = await OpenAsync(db, customerId, businessId, orderId, withLots: true, cancel);
        var settings = options.CurrentValue;
        var now = Now();
        book.Expire(now);
        if (refundedInAll.Amount >= captured.Amount) book.GiveBack(orderId, now.Now.AddDays(settings.ReturnGraceDays), now);
        if (book.Find(PointsKind.Earn) is { } earned)
            book.TakeBack(orderId, PointsRules.TakenBack(earned.Pending, refundedInAll.Amount, captured.Amount), now);
        await SaveAsync(db, book, cancel);
    }

    /// <summary>Writes off what grew too old of one customer's points with one shop, inside the caller's transaction.</summary>
    /// <returns>The points.</returns>
    internal async Task<long> ExpireAsync(StoreDb db, Guid customerId, Guid businessId, CancellationToken cancel)
    {
        var book = await OpenAsync(db, customerId, businessId, null, withLots: true, cancel);
        var points = book.Expire(Now());
        await SaveAsync(db, book, cancel);
        return points;
    }

    private static async Task<Passbook> OpenAsync(
        StoreDb db, Guid customerId, Guid businessId, Guid? orderId, bool withLots, CancellationToken cancel)
    {
        if (db.Database.CurrentTransaction is null) throw new InvalidOperationException("Points change inside the caller's transaction only.");
        // One statement makes the row or locks it, and answers it as it is under the lock. EF has no ON CONFLICT, and a broken key would end the caller's transaction.
        var sql = $$"""
            INSERT INTO {{db.Storage.Table("store", "loyalty_balances")}} AS b (business_id, customer_id, available, pending, owed, score, version)
            VALUES ({0}, {1}, 0, 0, 0, 0, 1)
            ON CONFLICT (business_id, customer_id) DO UPDATE SET version = b.version + 1
            RETURNING business_id, customer_id, available, pending, owed, score, version
            """;
        var balance = (await db.Set<PointsBalance>().FromSqlRaw(sql, businessId, customerId).AsNoTracking().ToListAsync(cancel))[0];
        var entries = orderId is null
            ? []
            : await db.Set<PointsEntry>().AsNoTracking().Where(e => e.OrderId == orderId && e.CustomerId == customerId && e.BusinessId == businessId).ToListAsync(cancel);
        if (!withLots) return new Passbook(businessId, customerId, balance.Available, balance.Pending, balance.Owed, [], entries, []);

        var lots = await db.Set<PointsLot>().AsNoTracking()
            .Where(l => l.CustomerId == customerId && l.BusinessId == businessId && l.Remaining > 0).ToListAsync(cancel);
        var spent = new List<PointsSpent>();
        if (orderId is not null)
        {
            if (entries.Exists(e => e.Kind == PointsKind.Confirm))
            {
                lots.AddRange(await db.Set<PointsLot>().AsNoTracking()
                    .Where(l => l.OrderId == orderId && l.Earned && l.Remaining == 0 && l.CustomerId == customerId && l.BusinessId == businessId).ToListAsync(cancel));
            }

            if (entries.Find(e => e.Kind == PointsKind.Redeem) is { Id: var redeem })
                spent = await db.Set<PointsSpent>().AsNoTracking().Where(s => s.EntryId == redeem).ToListAsync(cancel);
        }

        return new Passbook(businessId, customerId, balance.Available, balance.Pending, balance.Owed, lots, entries, spent);
    }

    private static async Task SaveAsync(StoreDb db, Passbook book, CancellationToken cancel)
    {
        if (book.NewEntries is not [var any, ..]) return;
        var (customer, business) = (any.CustomerId, any.BusinessId);
        var available = book.NewEntries.Sum(e => e.Available);
        var pending = book.NewEntries.Sum(e => e.Pending);
        var owed = book.NewEntries.Sum(e => e.Owed);
        var score = book.NewEntries.Sum(e => e.Score);
        var changed = await db.Set<PointsBalance>()
            .Where(b => b.BusinessId == business && b.CustomerId == customer
                && b.Available + available >= 0 && b.Pending + pending >= 0 && b.Owed + owed <= 0)
            .ExecuteUpdateAsync(set => set
                .SetProperty(b => b.Available, b => b.Available + available).SetProperty(b => b.Pending, b => b.Pending + pending)
                .SetProperty(b => b.Owed, b => b.Owed + owed).SetProperty(b => b.Score, b => b.Score + score), cancel);
        if (changed != 1) throw Broken(customer, business);
        foreach (var lot in book.ChangedLots)
        {
            var (id, remaining, lapsed) = (lot.Id, lot.Remaining, lot.Lapsed);
            changed = await db.Set<PointsLot>().Where(l => l.Id == id && l.Remaining >= remaining)
                .ExecuteUpdateAsync(set => set.SetProperty(l => l.Remaining, remaining).SetProperty(l => l.Lapsed, lapsed), cancel);
            if (changed != 1) throw Broken(customer, business);
        }

        db.AddRange(book.NewEntries);
        db.AddRange(book.NewLots);
        db.AddRange(book.NewSpent);
        await db.SaveChangesAsync(cancel);
        foreach (var entry in book.NewEntries) LoyaltyMetrics.Moved(entry);
    }

    private PointsClock Now() => new(clock.Now(), clock.NewId);

    private static InvalidOperationException Broken(Guid customer, Guid business) =>
        new($"The points of customer {customer} with business {business} changed under their lock.");
}
