using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class DeploymentsMapping
{
    internal static void Map(ModelBuilder model)
    {
    }
}
