using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Recipients;

/// <summary>
/// Raw, since LINQ has no FOR UPDATE. Changes of one recipient queue at its row, so a thousand at once all come to pass, one
/// after the other, where a version check alone would let nearly all of them fail.
/// </summary>
internal sealed class HeldRecipientsPostgres : IHeldRecipients
{
    public Task<Recipient?> HoldAsync(OccasionsDb db, Guid id, CancellationToken cancel) =>
        db.Recipients.FromSql($"SELECT * FROM occasions.recipients WHERE id = {id} FOR UPDATE").AsTracking().SingleOrDefaultAsync(cancel);
}
