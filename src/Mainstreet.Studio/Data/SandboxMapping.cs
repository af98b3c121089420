using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class SandboxMapping
{
    internal static void Map(ModelBuilder model)
    {
    }
}
