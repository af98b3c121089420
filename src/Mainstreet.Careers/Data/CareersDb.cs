using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Jobs.Sources;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tailoring.Model;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>ProfilesMapping</c>, ...).</summary>
internal sealed class CareersDb(DbContextOptions<CareersDb> options) : ModuleDb(options)
{
    public DbSet<CandidateProfile> Profiles => Set<CandidateProfile>();

    public DbSet<StoredDocument> Documents => Set<StoredDocument>();

    public DbSet<ModelDay> ModelDays => Set<ModelDay>();

    public DbSet<CareerTask> Tasks => Set<CareerTask>();

    public DbSet<JobApplication> Applications => Set<JobApplication>();

    public DbSet<ApplicationDay> ApplicationDays => Set<ApplicationDay>();

    public DbSet<Posting> Postings => Set<Posting>();

    public DbSet<PostingAdvert> Adverts => Set<PostingAdvert>();

    public DbSet<PostingKey> PostingKeys => Set<PostingKey>();

    public DbSet<IntakeTurn> IntakeTurns => Set<IntakeTurn>();

    public DbSet<PostingEntry> PostingEntries => Set<PostingEntry>();

    public DbSet<SourceReadingRow> SourceReadings => Set<SourceReadingRow>();

    public DbSet<SavedJobSearch> JobSearches => Set<SavedJobSearch>();

    public DbSet<JobSearchHit> JobSearchHits => Set<JobSearchHit>();

    public DbSet<JobAlert> JobAlerts => Set<JobAlert>();

    protected override string Module => "careers";

    protected override void Map(ModelBuilder model)
    {
        ProfilesMapping.Map(model);
        JobsMapping.Map(model);
        DocumentsMapping.Map(model);
        TasksMapping.Map(model);
        ApplicationsMapping.Map(model);
    }
}
