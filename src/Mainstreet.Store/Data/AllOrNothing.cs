using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Data;

/// <summary>Transactions whose expected failures leave nothing behind.</summary>
internal static class AllOrNothing
{
    private const string Start = "start";

    /// <summary>
    /// Runs the work in one transaction; a problem undoes all that the work did, also what it wrote by guarded updates, and gives its locks back.
    /// Like <c>InTransactionAsync</c> it runs again after a deadlock.
    /// </summary>
    internal static Task<Outcome<T>> AllOrNothingAsync<T>(this StoreDb db, Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancel) =>
        db.InTransactionAsync(async token =>
        {
            var transaction = db.Database.CurrentTransaction!;
            await transaction.CreateSavepointAsync(Start, token);
            var outcome = await work(token);
            if (outcome.Ok)
            {
                await db.SaveChangesAsync(token);
                return outcome;
            }

            await transaction.RollbackToSavepointAsync(Start, token);
            db.ChangeTracker.Clear();
            return outcome;
        }, cancel);
}
