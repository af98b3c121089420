using Mainstreet.Foundation.Live;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Data;

/// <summary>Foundation's own context, for what belongs to no module.</summary>
public sealed class FoundationDb(DbContextOptions<FoundationDb> options) : ModuleDb(options)
{
    protected override string Module => "foundation";

    protected override void Map(ModelBuilder model) => LiveMapping.Map(model);
}
