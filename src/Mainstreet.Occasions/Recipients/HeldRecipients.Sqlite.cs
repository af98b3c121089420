using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Recipients;

/// <summary>SQLite has one writer, and the transaction is it already: a plain read holds the recipient.</summary>
internal sealed class HeldRecipientsSqlite : IHeldRecipients
{
    public Task<Recipient?> HoldAsync(OccasionsDb db, Guid id, CancellationToken cancel) =>
        db.Recipients.AsTracking().SingleOrDefaultAsync(r => r.Id == id, cancel);
}
