using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class ProjectsMapping
{
    internal static void Map(ModelBuilder model)
    {
    }
}
