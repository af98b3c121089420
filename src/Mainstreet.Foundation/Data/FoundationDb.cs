using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Live;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Data;

/// <summary>Foundation's own context, for what belongs to no module.</summary>
public sealed class FoundationDb(DbContextOptions<FoundationDb> options) : ModuleDb(options)
{
    public DbSet<AuditCheckpoint> AuditCheckpoints => Set<AuditCheckpoint>();

    internal DbSet<DeadEventRow> DeadEvents => Set<DeadEventRow>();

    internal DbSet<RecurringRow> Recurring => Set<RecurringRow>();

    protected override string Module => "foundation";

    protected override void Map(ModelBuilder model)
    {
        LiveMapping.Map(model);
        model.Entity<AuditCheckpoint>(e =>
        {
            e.ToTable("audit_checkpoints");
            e.HasKey(c => c.Seq);
            e.Property(c => c.Seq).ValueGeneratedNever();
        });
    }
}
