using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class RateLimitsMapping
{
    internal static void Map(ModelBuilder model)
    {
    }
}
