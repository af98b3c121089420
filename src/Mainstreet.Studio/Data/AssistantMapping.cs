using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class AssistantMapping
{
    internal static void Map(ModelBuilder model)
    {
    }
}
