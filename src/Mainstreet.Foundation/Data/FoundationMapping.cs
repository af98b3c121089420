using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mainstreet.Foundation.Data;

/// <summary>Foundation's tables as every module context sees them.</summary>
internal static class FoundationMapping
{
    internal static void Map(ModelBuilder model)
    {
        Table<OutboxRow>(model, "outbox", e =>
        {
            e.HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedOnAdd();
        });
        Table<AuditRow>(model, "audit", e => e.HasKey(r => new { r.Stream, r.Seq }));
        Table<JobRow>(model, "jobs", e => e.HasKey(r => r.Id));
        Table<DeadEventRow>(model, "outbox_dead", e => e.HasKey(r => r.EventId));
        Table<RecurringRow>(model, "recurring_jobs", e => e.HasKey(r => r.Name));
        Table<IdempotencyRow>(model, "idempotency_keys", e =>
        {
            e.HasKey(r => new { r.AccountId, r.Key });
            e.Property(r => r.Fence).IsConcurrencyToken();
        });
    }

    internal static void Table<TRow>(ModelBuilder model, string table, Action<EntityTypeBuilder<TRow>> map)
        where TRow : class =>
        model.Entity<TRow>(e =>
        {
            e.ToTable(table);
            e.HasAnnotation(Naming.ModuleAnnotation, "foundation");
            map(e);
        });
}
