namespace Mainstreet.Foundation.Backups;

/// <summary>What kind of failure it is; the command line makes an exit code of it.</summary>
public enum BackupFailure
{
    /// <summary>The answer is no: the backup is damaged, the target is not empty, the key is another one.</summary>
    Refused,

    /// <summary>A program or server that is needed cannot be had. Try again when it is there.</summary>
    Unavailable,

    /// <summary>Settings forbid it, or are missing.</summary>
    Configuration,
}

/// <summary>A backup or a restore could not be made; the message says why and names no secret.</summary>
public sealed class BackupException(BackupFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public BackupFailure Failure { get; } = failure;
}
