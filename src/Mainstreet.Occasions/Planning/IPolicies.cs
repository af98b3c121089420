using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Planning;

/// <summary>Every business's rules.</summary>
internal interface IPolicies
{
    /// <summary>
    /// The rules of one business. Inside a transaction of <paramref name="db"/> as they are there; outside it they may be two
    /// seconds old.
    /// </summary>
    ValueTask<SendPolicy> ForAsync(OccasionsDb db, Guid businessId, CancellationToken cancel);

    /// <summary>The rules of many businesses, as <paramref name="db"/> reads them now.</summary>
    Task<IReadOnlyDictionary<Guid, SendPolicy>> ForAsync(OccasionsDb db, IReadOnlyCollection<Guid> businessIds, CancellationToken cancel);
}
