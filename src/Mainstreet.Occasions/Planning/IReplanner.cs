using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Recipients;

namespace Mainstreet.Occasions.Planning;

/// <summary>
/// Keeps the plan true to a recipient who changes. Called inside the transaction that changes the recipient; it writes through that
/// transaction and commits nothing.
/// </summary>
internal interface IReplanner
{
    /// <summary>
    /// Removes the recipient's messages that no longer fit and were not begun, and plans anew up to the common horizon. Call it after the
    /// recipient's row was written and saved, once for every change that raises its version.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    Task ReplanAsync(OccasionsDb db, Recipient recipient, CancellationToken cancel);

    /// <summary>The same for many in one transaction, such as a chunk of an import.</summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    Task ReplanAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel);

    /// <summary>Cancels every message of a recipient that is not sent and not in a worker's hands. Call it before the recipient's row is deleted.</summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    Task CancelAllAsync(OccasionsDb db, Guid recipientId, CancellationToken cancel);
}
