using Mainstreet.Careers.Applications;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

internal static class ApplicationsMapping
{
    // No concurrency token: an application changes only while its row is held.
    internal static void Map(ModelBuilder model)
    {
        model.Entity<JobApplication>(e => e.ToTable("applications").HasKey(a => a.Id));
        model.Entity<ApplicationDay>(e => e.ToTable("application_days").HasKey(d => new { d.AccountId, d.Day }));
    }
}
