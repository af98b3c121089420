using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Backups;

/// <summary>Section <c>Backup</c>.</summary>
public sealed class BackupOptions : IValidatableObject
{
    /// <summary>
    /// Folder whose files and folders are finished backups, one each, whatever wrote them; a name that ends in <c>.partial</c> is none yet. Workers
    /// report how many there are and how old the newest is. Default: none, nothing is reported; <c>mainstreet backup</c> then uses <c>backups</c> in the data folder.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>Time between two backups that a worker takes by itself, at least a minute. Default: none; needs <see cref="Folder"/>.</summary>
    public TimeSpan? Interval { get; set; }

    /// <summary>Whether backups are encrypted unless the command says otherwise. Needs <see cref="Key"/> or <see cref="Passphrase"/>. Default false.</summary>
    public bool Encrypt { get; set; }

    /// <summary>Key of encrypted backups: 32 random bytes as 64 hexadecimal digits or Base64. Wins over the passphrase.</summary>
    [Secret]
    public string? Key { get; set; }

    /// <summary>The key before, to read older backups while keys are changed.</summary>
    [Secret]
    public string? PreviousKey { get; set; }

    /// <summary>Passphrase of encrypted backups, at least 16 characters.</summary>
    [Secret, MinLength(16)]
    public string? Passphrase { get; set; }

    /// <summary>Folder of <c>pg_dump</c> and <c>pg_restore</c>. Default: the path, then <c>/usr/lib/postgresql/*/bin</c>.</summary>
    public string? ToolsFolder { get; set; }

    /// <summary>How many of the newest backups pruning keeps. Default 0; when all four are 0 nothing is pruned.</summary>
    [Range(0, 10_000)]
    public int KeepLast { get; set; }

    /// <summary>Of how many days (UTC) with a backup pruning keeps the newest. Default 0.</summary>
    [Range(0, 10_000)]
    public int KeepDaily { get; set; }

    /// <summary>Of how many weeks (ISO 8601) with a backup pruning keeps the newest. Default 0.</summary>
    [Range(0, 10_000)]
    public int KeepWeekly { get; set; }

    /// <summary>Of how many months with a backup pruning keeps the newest. Default 0.</summary>
    [Range(0, 10_000)]
    public int KeepMonthly { get; set; }

    internal RetentionRules Rules => new(KeepLast, KeepDaily, KeepWeekly, KeepMonthly);

    /// <summary>Keys have a form, an interval needs a folder, and encryption a key.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Interval is { } interval && interval < TimeSpan.FromMinutes(1)) yield return new ValidationResult("must be at least 00:01:00", [nameof(Interval)]);
        if (Interval is not null && string.IsNullOrWhiteSpace(Folder)) yield return new ValidationResult("needs Backup:Folder", [nameof(Interval)]);
        if (Key is not null && BackupKeys.Parse(Key) is null) yield return new ValidationResult(BackupKeys.Form, [nameof(Key)]);
        if (PreviousKey is not null && BackupKeys.Parse(PreviousKey) is null) yield return new ValidationResult(BackupKeys.Form, [nameof(PreviousKey)]);
        if (Encrypt && Key is null && Passphrase is null) yield return new ValidationResult("needs Backup:Key or Backup:Passphrase", [nameof(Encrypt)]);
    }
}
