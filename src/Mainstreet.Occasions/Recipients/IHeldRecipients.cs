using Mainstreet.Occasions.Data;

namespace Mainstreet.Occasions.Recipients;

/// <summary>Reads a recipient as it is now and keeps others from changing it until the transaction ends.</summary>
internal interface IHeldRecipients
{
    /// <summary>The tracked recipient, or null. Call inside a transaction, before anything else of the recipient is touched.</summary>
    Task<Recipient?> HoldAsync(OccasionsDb db, Guid id, CancellationToken cancel);
}
