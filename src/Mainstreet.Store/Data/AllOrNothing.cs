using System.Globalization;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Data;

/// <summary>Transactions whose expected failures leave nothing behind.</summary>
internal static class AllOrNothing
{
    private static int _last;

    /// <summary>
    /// Runs the work in one transaction; a problem undoes all that the work did, also what it wrote by guarded updates, and gives its locks back.
    /// Like <c>InTransactionAsync</c> it runs again after a deadlock. Inside an open transaction it undoes its own part only; entities are forgotten all the same.
    /// </summary>
    internal static Task<Outcome<T>> AllOrNothingAsync<T>(this StoreDb db, Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancel) =>
        db.InTransactionAsync(async token =>
        {
            var transaction = db.Database.CurrentTransaction!;
            // A name of its own: going back to one that is used twice goes back to the latest only.
            var start = string.Create(CultureInfo.InvariantCulture, $"start_{(uint)Interlocked.Increment(ref _last)}");
            await transaction.CreateSavepointAsync(start, token);
            var outcome = await work(token);
            if (outcome.Ok)
            {
                await db.SaveChangesAsync(token);
                return outcome;
            }

            await transaction.RollbackToSavepointAsync(start, token);
            db.ChangeTracker.Clear();
            return outcome;
        }, cancel);
}
