using Mainstreet.Studio.Sandbox.Remote;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class SandboxMapping
{
    internal static void Map(ModelBuilder model)
    {
        model.Entity<HandedRun>(e => e.ToTable("sandbox_runs").HasKey(r => r.Id));
        model.Entity<RunnerRow>(e =>
        {
            e.ToTable("sandbox_runners").HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedNever();
        });
    }
}
