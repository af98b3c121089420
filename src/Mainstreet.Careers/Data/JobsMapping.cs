using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Jobs.Sources;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

internal static class JobsMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Posting>(e =>
        {
            e.ToTable("postings").HasKey(p => p.Id);
            e.Property(p => p.Version).IsConcurrencyToken();
        });
        model.Entity<PostingAdvert>(e =>
        {
            e.ToTable("posting_adverts").HasKey(a => new { a.Source, a.Board, a.ExternalId, a.Synthetic });
            e.HasOne<Posting>().WithMany().HasForeignKey(a => a.PostingId);
        });
        model.Entity<PostingKey>(e =>
        {
            e.ToTable("posting_keys").HasKey(k => new { k.Hash, k.PostingId });
            e.HasOne<Posting>().WithMany().HasForeignKey(k => k.PostingId);
        });
        model.Entity<IntakeTurn>(e =>
        {
            e.ToTable("posting_intake").HasKey(t => t.Id);
            e.Property(t => t.Id).ValueGeneratedNever();
        });
        model.Entity<PostingEntry>(e =>
        {
            e.ToTable("posting_search").HasKey(s => s.PostingId);
            e.HasOne<Posting>().WithOne().HasForeignKey<PostingEntry>(s => s.PostingId);
        });
        model.Entity<SourceReadingRow>(e => e.ToTable("source_readings").HasKey(r => new { r.Source, r.Board }));
        model.Entity<SavedJobSearch>(e => e.ToTable("saved_searches").HasKey(s => s.Id));
        model.Entity<JobSearchHit>(e =>
        {
            e.ToTable("saved_search_hits").HasKey(h => new { h.SearchId, h.PostingId });
            e.HasOne<SavedJobSearch>().WithMany().HasForeignKey(h => h.SearchId);
            e.HasOne<Posting>().WithMany().HasForeignKey(h => h.PostingId);
        });
        model.Entity<JobAlert>(e =>
        {
            e.ToTable("search_alerts").HasKey(a => a.Id);
            e.HasOne<SavedJobSearch>().WithMany().HasForeignKey(a => a.SearchId);
        });
    }
}
