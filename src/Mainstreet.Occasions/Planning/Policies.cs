using System.Collections.Concurrent;

using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Planning;

/// <inheritdoc/>
internal sealed class Policies(IOptions<OccasionsOptions> options, TimeProvider clock) : IPolicies
{
    private const int MostCached = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, (SendPolicy Policy, long At)> _cache = new();

    public async ValueTask<SendPolicy> ForAsync(OccasionsDb db, Guid businessId, CancellationToken cancel)
    {
        var exact = db.Database.CurrentTransaction is not null;
        if (!exact && _cache.TryGetValue(businessId, out var known) && clock.GetElapsedTime(known.At) < Fresh) return known.Policy;
        var at = clock.GetTimestamp();
        var policy = SendPolicy.Of(await db.Settings.AsNoTracking().SingleOrDefaultAsync(s => s.BusinessId == businessId, cancel), options.Value);
        if (exact) return policy;
        if (_cache.Count >= MostCached) _cache.Clear();
        _cache[businessId] = (policy, at);
        return policy;
    }

    public async Task<IReadOnlyDictionary<Guid, SendPolicy>> ForAsync(OccasionsDb db, IReadOnlyCollection<Guid> businessIds, CancellationToken cancel)
    {
        var rows = await db.Settings.AsNoTracking().Where(s => businessIds.Contains(s.BusinessId)).ToListAsync(cancel);
        var policies = rows.ToDictionary(s => s.BusinessId, s => SendPolicy.Of(s, options.Value));
        var otherwise = policies.Count == businessIds.Count ? null : SendPolicy.Of(null, options.Value);
        foreach (var id in businessIds) policies.TryAdd(id, otherwise!);
        return policies;
    }
}
