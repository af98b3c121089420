using Mainstreet.Studio.RateLimits;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class RateLimitsMapping
{
    internal static void Map(ModelBuilder model) => model.Entity<LimitUses>(e => e.ToTable("limit_uses").HasKey(u => new { u.AccountId, u.Kind }));
}
