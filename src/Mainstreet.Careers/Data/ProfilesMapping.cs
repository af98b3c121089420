using Mainstreet.Careers.Profiles;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Data;

internal static class ProfilesMapping
{
    internal static void Map(ModelBuilder model) => model.Entity<CandidateProfile>(e =>
    {
        e.ToTable("profiles").HasKey(p => p.AccountId);
        e.Property(p => p.Version).IsConcurrencyToken();
    });
}
