using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Foundation.Backups;

internal sealed class Backups(
    Storage storage, IOptions<DatabaseOptions> database, DataDirectory data, IOptions<BackupOptions> options, BackupCreation creation, BackupRestore restore, BackupDrill drill, TimeProvider clock) : IBackups
{
    private DatabasePlace Place => new(storage, database.Value, data);

    public Task<BackupSummary> CreateAsync(BackupRequest request, CancellationToken cancel) =>
        ExplainAsync(() => creation.TakeAsync(Place, FolderOr(request.Folder), request, cancel));

    public Task<IReadOnlyList<BackupEntry>> ListAsync(string? folder, CancellationToken cancel) =>
        ExplainAsync(() => BackupFolder.ListAsync(FolderOr(folder), cancel));

    public Task<BackupCheck> VerifyAsync(string path, IProgress<BackupProgress>? progress, CancellationToken cancel) =>
        ExplainAsync(async () => await (await BackupReader.OpenAsync(path, options.Value, cancel)).VerifyAsync(progress, cancel));

    public Task<PruneSummary> PruneAsync(PruneRequest request, CancellationToken cancel) =>
        ExplainAsync(() => BackupFolder.PruneAsync(FolderOr(request.Folder), request.Rules ?? options.Value.Rules, request.DryRun, clock, cancel));

    public Task<RestoreSummary> RestoreAsync(RestoreRequest request, CancellationToken cancel) =>
        ExplainAsync(() => restore.RunAsync(Place, FolderOr(null), request, cancel));

    public Task<DrillReport> DrillAsync(DrillRequest request, CancellationToken cancel) =>
        ExplainAsync(async () =>
        {
            var from = request.From;
            if (from is null && request.Newest)
            {
                from = (await ListAsync(null, cancel)).FirstOrDefault(e => e.Damage is null)?.Path
                    ?? throw new BackupException(BackupFailure.Refused, $"there is no backup in {FolderOr(null)}");
            }

            from ??= (await CreateAsync(new BackupRequest { Reason = "drill", Progress = request.Progress }, cancel)).Path;
            return await drill.RunAsync(Place, from, request.Progress, cancel);
        });

    private string FolderOr(string? folder) =>
        !string.IsNullOrWhiteSpace(folder) ? folder : !string.IsNullOrWhiteSpace(options.Value.Folder) ? options.Value.Folder : Path.Combine(data.Root, "backups");

    // What may be expected to go wrong with disks and servers is no bug.
    private static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(BackupFailure.Unavailable, failure.Message, failure);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new BackupException(BackupFailure.Unavailable, $"PostgreSQL refuses: {refused.MessageText}", refused);
        }
    }
}
