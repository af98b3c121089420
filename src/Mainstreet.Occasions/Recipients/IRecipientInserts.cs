using Mainstreet.Occasions.Data;

namespace Mainstreet.Occasions.Recipients;

/// <summary>Writes many new recipients at once.</summary>
internal interface IRecipientInserts
{
    /// <summary>Inserts the rows. Call inside a transaction.</summary>
    Task InsertAsync(OccasionsDb db, IReadOnlyList<Recipient> recipients, CancellationToken cancel);
}
