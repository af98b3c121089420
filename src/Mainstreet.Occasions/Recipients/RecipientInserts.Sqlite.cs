using Mainstreet.Occasions.Data;

namespace Mainstreet.Occasions.Recipients;

/// <summary>SQLite runs in this process: a statement a row costs no round trip.</summary>
internal sealed class RecipientInsertsSqlite : IRecipientInserts
{
    public async Task InsertAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel)
    {
        db.Recipients.AddRange(recipients);
        await db.SaveChangesAsync(cancel);
    }
}
