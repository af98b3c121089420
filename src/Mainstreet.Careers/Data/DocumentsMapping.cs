using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tailoring.Model;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

internal static class DocumentsMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<StoredDocument>(e =>
        {
            e.ToTable("documents").HasKey(d => d.Id);
            e.Property(d => d.Kind).HasConversion<string>();
            e.Property(d => d.Version).IsConcurrencyToken();
        });
        model.Entity<ModelDay>(e => e.ToTable("model_days").HasKey(d => new { d.AccountId, d.Day }));
    }
}
