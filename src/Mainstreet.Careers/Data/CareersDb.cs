using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>ProfilesMapping</c>, ...).</summary>
internal sealed class CareersDb(DbContextOptions<CareersDb> options) : ModuleDb(options)
{
    public DbSet<CandidateProfile> Profiles => Set<CandidateProfile>();

    public DbSet<StoredDocument> Documents => Set<StoredDocument>();

    public DbSet<CareerTask> Tasks => Set<CareerTask>();

    public DbSet<JobApplication> Applications => Set<JobApplication>();

    public DbSet<ApplicationDay> ApplicationDays => Set<ApplicationDay>();

    protected override string Module => "careers";

    protected override void Map(ModelBuilder model)
    {
        ProfilesMapping.Map(model);
        DocumentsMapping.Map(model);
        TasksMapping.Map(model);
        ApplicationsMapping.Map(model);
    }
}
