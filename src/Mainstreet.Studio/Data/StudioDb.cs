using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>ProjectsMapping</c>, ...).</summary>
internal sealed class StudioDb(DbContextOptions<StudioDb> options) : ModuleDb(options)
{
    protected override string Module => "studio";

    protected override void Map(ModelBuilder model)
    {
        ProjectsMapping.Map(model);
        RateLimitsMapping.Map(model);
        SandboxMapping.Map(model);
        AssistantMapping.Map(model);
        DeploymentsMapping.Map(model);
    }
}
