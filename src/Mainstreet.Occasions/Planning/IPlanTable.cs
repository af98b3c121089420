using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Data;

namespace Mainstreet.Occasions.Planning;

/// <param name="Scheduled">Rows inserted as scheduled.</param>
/// <param name="Skipped">Rows inserted as skipped.</param>
/// <param name="Current">Rows whose recipient still had the version they were computed from; the others were left out.</param>
internal readonly record struct InsertReport(int Scheduled, int Skipped, int Current);

/// <summary>
/// The writes of planning, many rows a statement. All are made inside a transaction of the context and after <see cref="LockAsync"/>.
/// </summary>
/// <remarks>
/// The lock is the whole protocol. A change of a recipient holds it shared from before it reads the horizon until it commits. Whoever plans for many
/// (planner, misfires, a business's new rules) holds it exclusively while it raises the horizon and for each chunk that it writes. So a change
/// either committed before the horizon rose, and the planner reads it; or it sees the new horizon and plans itself. And a chunk that was
/// computed from a version which a change has replaced meanwhile is refused by that version.
/// </remarks>
internal interface IPlanTable
{
    /// <summary>Takes the lock until the transaction ends. On SQLite the transaction itself is the lock.</summary>
    Task LockAsync(OccasionsDb db, bool exclusive, CancellationToken cancel);

    /// <summary>Inserts the rows whose recipient still has its version; a key that exists already stays as it is.</summary>
    Task<InsertReport> InsertAsync(OccasionsDb db, IReadOnlyList<PlannedRow> rows, DateTimeOffset createdAt, CancellationToken cancel);

    /// <summary>Deletes those of the messages that nobody has begun to send.</summary>
    /// <returns>The ids of the deleted.</returns>
    Task<IReadOnlySet<Guid>> RemoveAsync(OccasionsDb db, IReadOnlyList<Guid> ids, CancellationToken cancel);

    internal static IPlanTable For(Engine engine) => engine == Engine.Postgres ? new PlanTablePostgres() : new PlanTableSqlite();
}
