using Mainstreet.Foundation.Jobs;

using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Backups;

/// <summary>Takes the regular backup and prunes by the configured rules. Runs on one worker at a time.</summary>
internal sealed class BackupJob(IBackups backups, IOptions<BackupOptions> options) : IRecurringJob
{
    internal const string Name = "foundation.backup";

    public async Task RunAsync(CancellationToken cancel)
    {
        await backups.CreateAsync(new BackupRequest { Reason = "scheduled" }, cancel);
        if (options.Value.Rules.Any) await backups.PruneAsync(new PruneRequest(), cancel);
    }
}
