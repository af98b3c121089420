using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// Backups of the database and the files that its rows name: one folder each, whole or not there. Both engines; servers go on serving and writing.
/// Errors: <see cref="BackupException"/>.
/// </summary>
public interface IBackups
{
    /// <summary>Takes a backup. It is complete and durable when this returns; until then its folder ends in <c>.partial</c>. May be repeated.</summary>
    Task<BackupSummary> CreateAsync(BackupRequest request, CancellationToken cancel);

    /// <summary>Every backup in the folder, newest first. What is no backup of Mainstreet's is left out; one whose manifest cannot be read is listed as damaged.</summary>
    /// <param name="folder">Where to look; null: the configured folder.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<BackupEntry>> ListAsync(string? folder, CancellationToken cancel);

    /// <summary>Reads the whole backup and compares every byte with its checksums; with the key at hand also its seals. Answers what is wrong.</summary>
    Task<BackupCheck> VerifyAsync(string path, IProgress<BackupProgress>? progress, CancellationToken cancel);

    /// <summary>Deletes backups that the rules do not keep, never the last good one, and nothing that is no backup.</summary>
    Task<PruneSummary> PruneAsync(PruneRequest request, CancellationToken cancel);

    /// <summary>
    /// Puts a backup into the configured database and file store. Everything is verified before anything is touched, and row hashes are compared
    /// afterwards; until that is done the target is marked, and no server starts on it.
    /// </summary>
    Task<RestoreSummary> RestoreAsync(RestoreRequest request, CancellationToken cancel);

    /// <summary>Restores a backup to a scratch place, compares it, and removes the scratch place again.</summary>
    Task<DrillReport> DrillAsync(DrillRequest request, CancellationToken cancel);
}

/// <summary>What to back up, and where to.</summary>
public sealed record BackupRequest
{
    /// <summary>Folder that holds backups; null: <c>Backup:Folder</c>, else <c>backups</c> in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Why it is taken, for example <c>before-migration</c>; part of the name: 1 to 32 of <c>a-z 0-9 -</c>.</summary>
    public string Reason { get; init; } = "manual";

    /// <summary>Whether it is encrypted; null: as <c>Backup:Encrypt</c> says.</summary>
    public bool? Encrypt { get; init; }

    /// <summary>False leaves the files of the file store out: enough before a step that changes the database only.</summary>
    public bool Files { get; init; } = true;

    /// <summary>Hears how far it is.</summary>
    public IProgress<BackupProgress>? Progress { get; init; }
}

/// <summary>How far a long step is.</summary>
/// <param name="Step">In words, for example <c>files</c>.</param>
/// <param name="Done">Bytes or things done.</param>
/// <param name="Total">Of how many; null when unknown.</param>
public sealed record BackupProgress(string Step, long Done, long? Total);

/// <summary>A backup that was taken.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="At">The instant whose state it holds.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Bytes">Size of all its files.</param>
/// <param name="Tables">Tables in it.</param>
/// <param name="Rows">Rows of all tables.</param>
/// <param name="Files">Files of the file store in it.</param>
/// <param name="MissingFiles">Files that rows name and the store did not have, before the backup.</param>
/// <param name="Encrypted">Whether it is encrypted.</param>
/// <param name="Took">How long it took.</param>
public sealed record BackupSummary(
    string Path, DateTimeOffset At, Engine Engine, long Bytes, int Tables, long Rows, int Files, int MissingFiles, bool Encrypted, TimeSpan Took);

/// <summary>A backup in a folder; fields but the first three are null when its manifest cannot be read.</summary>
public sealed record BackupEntry(
    string Name, string Path, DateTimeOffset At, string Reason, string? Damage, Engine? Engine = null, long? Bytes = null, bool? Encrypted = null, string? Program = null);

/// <summary>What a verification found.</summary>
/// <param name="Path">The backup's folder.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="SealsChecked">Whether the seals of an encrypted backup were checked too, for which the key is needed; null: it is not encrypted.</param>
/// <param name="Findings">What is wrong; empty when the backup is good.</param>
public sealed record BackupCheck(string Path, long Bytes, bool? SealsChecked, IReadOnlyList<string> Findings)
{
    public bool Good => Findings.Count == 0;
}

/// <summary>Which backups to keep; null: as configured.</summary>
public sealed record PruneRequest(string? Folder = null, RetentionRules? Rules = null, bool DryRun = false);

/// <summary>What was deleted (or, dry, would be), and what is kept by which rules. Names, newest first.</summary>
public sealed record PruneSummary(IReadOnlyList<KeptBackup> Kept, IReadOnlyList<string> Deleted, bool DryRun);

/// <summary>A backup that stays, and why.</summary>
public sealed record KeptBackup(string Name, IReadOnlyList<string> Because);

/// <summary>What to restore into the configured database and file store.</summary>
/// <param name="From">The backup's folder.</param>
/// <param name="Replace">Whether what is there may be replaced; a backup of it is taken first.</param>
/// <param name="Progress">Hears how far it is.</param>
public sealed record RestoreRequest(string From, bool Replace = false, IProgress<BackupProgress>? Progress = null);

/// <summary>A restore that succeeded: counts and hashes of all tables are those of the backup.</summary>
/// <param name="From">The backup.</param>
/// <param name="At">The instant whose state is back.</param>
/// <param name="Tables">Tables compared.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="Files">Files put back.</param>
/// <param name="Migrations">Migrations that are recorded.</param>
/// <param name="Replaced">The backup of what was there before; null when the target was empty.</param>
/// <param name="Took">How long it took.</param>
public sealed record RestoreSummary(string From, DateTimeOffset At, int Tables, long Rows, int Files, int Migrations, string? Replaced, TimeSpan Took);

/// <summary>Which backup to try.</summary>
/// <param name="From">A backup's folder; null: takes a new one, unless <paramref name="Newest"/>.</param>
/// <param name="Newest">Tries the newest of the configured folder.</param>
/// <param name="Progress">Hears how far it is.</param>
public sealed record DrillRequest(string? From = null, bool Newest = false, IProgress<BackupProgress>? Progress = null);

/// <summary>What a drill found.</summary>
/// <param name="Backup">The backup's folder.</param>
/// <param name="At">The instant whose state it holds.</param>
/// <param name="RecoveryPoint">Age of that instant: what would be lost if the database were lost now.</param>
/// <param name="RecoveryTime">How long the restore with its checks took.</param>
/// <param name="NewestRow">Instant of the newest row of the audit trail in it; null when it has none.</param>
/// <param name="Tables">Tables compared.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="Files">Files put back.</param>
/// <param name="Findings">What is wrong; empty when the backup can be restored.</param>
public sealed record DrillReport(
    string Backup, DateTimeOffset? At, TimeSpan? RecoveryPoint, TimeSpan RecoveryTime, DateTimeOffset? NewestRow, int Tables, long Rows, int Files, IReadOnlyList<string> Findings)
{
    public bool Good => Findings.Count == 0;
}
