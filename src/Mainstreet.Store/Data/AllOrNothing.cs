using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Data;

/// <summary>Transactions whose expected failures leave nothing behind.</summary>
internal static class AllOrNothing
{
    /// <summary>
    /// Few names, used again and again: PostgreSQL's statistics keep a line for each text of a statement. One a level is enough: a savepoint hides an older one of its
    /// name, and those of a level follow each other.
    /// </summary>
    private static readonly string[] Names = ["start_0", "start_1", "start_2", "start_3"];

    /// <summary>
    /// Runs the work in one transaction; a problem undoes all that the work did, also what it wrote by guarded updates, and gives its locks back.
    /// Like <c>InTransactionAsync</c> it runs again after a deadlock. Inside an open transaction it undoes its own part only; entities are forgotten all the same.
    /// </summary>
    internal static Task<Outcome<T>> AllOrNothingAsync<T>(this StoreDb db, Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancel) =>
        db.InTransactionAsync(async token =>
        {
            var transaction = db.Database.CurrentTransaction!;
            var start = Names[db.Starts++];
            try
            {
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
            }
            finally
            {
                db.Starts--;
            }
        }, cancel);
}
