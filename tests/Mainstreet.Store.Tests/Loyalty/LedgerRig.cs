using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Shouldly;

namespace Mainstreet.Store.Tests.Loyalty;

/// <summary>The ledger of a running program, as orders use it: each call in a transaction of its own.</summary>
internal sealed class LedgerRig
{
    private readonly IDbContextFactory<StoreDb> _contexts;

    internal LedgerRig(TestApp app, TimeProvider? clock = null, Guid? businessId = null)
    {
        _contexts = app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>();
        Business = businessId ?? Guid.CreateVersion7();
        Ledger = new Ledger(app.Host.Services.GetRequiredService<IOptionsMonitor<LoyaltyOptions>>(), clock ?? TimeProvider.System);
    }

    internal Guid Business { get; }

    internal Guid Customer { get; init; } = Guid.CreateVersion7();

    internal Ledger Ledger { get; }

    internal Task<Outcome<long>> RedeemAsync(Guid order, int points, long total = 10_000_000) =>
        DoAsync((db, cancel) => Ledger.RedeemAsync(db, Customer, Business, order, points, Rupees(total), cancel));

    internal Task<long> EarnAsync(Guid order, long paid) => DoAsync((db, cancel) => Ledger.EarnAsync(db, Customer, Business, order, Rupees(paid), cancel));

    internal Task<long> ConfirmAsync(Guid order) => DoAsync((db, cancel) => Ledger.ConfirmAsync(db, Customer, Business, order, cancel));

    internal Task ReverseAsync(Guid order, long refunded, long captured) => DoAsync(async (db, cancel) =>
    {
        await Ledger.ReverseAsync(db, Customer, Business, order, Rupees(refunded), Rupees(captured), cancel);
        return 0;
    });

    internal Task<long> ExpireAsync() => DoAsync((db, cancel) => Ledger.ExpireAsync(db, Customer, Business, cancel));

    /// <summary>An order that was paid and delivered.</summary>
    internal async Task<Guid> GiveAsync(int points)
    {
        var order = Guid.CreateVersion7();
        await EarnAsync(order, points * 10_000L);
        await ConfirmAsync(order);
        return order;
    }

    /// <summary>The balance, after the whole book was checked: entries, balances and lots say the same, and nothing is below zero.</summary>
    internal async Task<(long Available, long Pending, long Owed)> BalanceAsync()
    {
        await using var db = await _contexts.CreateDbContextAsync();
        var balances = await db.Set<PointsBalance>().AsNoTracking().ToListAsync();
        var entries = await db.Set<PointsEntry>().AsNoTracking().ToListAsync();
        var lots = await db.Set<PointsLot>().AsNoTracking().ToListAsync();
        entries.ShouldAllBe(e => e.Sum == 0);
        foreach (var balance in balances)
        {
            var own = entries.Where(e => e.CustomerId == balance.CustomerId && e.BusinessId == balance.BusinessId).ToList();
            (balance.Available, balance.Pending, balance.Owed, balance.Score)
                .ShouldBe((own.Sum(e => e.Available), own.Sum(e => e.Pending), own.Sum(e => e.Owed), own.Sum(e => e.Score)));
            lots.Where(l => l.CustomerId == balance.CustomerId && l.BusinessId == balance.BusinessId).Sum(l => l.Remaining).ShouldBe(balance.Available);
            balance.Available.ShouldBeGreaterThanOrEqualTo(0);
            balance.Pending.ShouldBeGreaterThanOrEqualTo(0);
            balance.Owed.ShouldBeLessThanOrEqualTo(0);
        }

        var mine = balances.SingleOrDefault(b => b.CustomerId == Customer && b.BusinessId == Business);
        return (mine?.Available ?? 0, mine?.Pending ?? 0, -(mine?.Owed ?? 0));
    }

    internal async Task<List<PointsEntry>> EntriesAsync()
    {
        await using var db = await _contexts.CreateDbContextAsync();
        return await db.Set<PointsEntry>().AsNoTracking().Where(e => e.CustomerId == Customer && e.BusinessId == Business)
            .OrderBy(e => e.At).ThenBy(e => e.Id).ToListAsync();
    }

    internal async Task<T> DoAsync<T>(Func<StoreDb, CancellationToken, Task<T>> work)
    {
        await using var db = await _contexts.CreateDbContextAsync();
        return await db.InTransactionAsync(cancel => work(db, cancel), CancellationToken.None);
    }

    private static Money Rupees(long paise) => new(paise, "INR");
}

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    internal DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
