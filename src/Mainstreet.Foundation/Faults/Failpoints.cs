using System.Diagnostics;

namespace Mainstreet.Foundation.Faults;

/// <summary>
/// Named points at which a test kills the process, to prove that a restart loses and doubles nothing. Armed by
/// <c>MAINSTREET_FAILPOINT=name</c>, read once, and only where <c>ASPNETCORE_ENVIRONMENT</c> is Development.
/// </summary>
public static class Failpoints
{
    /// <summary>Events were committed and read by the relay; no handler ran yet.</summary>
    public const string BeforeRelay = "outbox.committed-before-relay";

    /// <summary>The handlers of an event committed; its outbox row is still there.</summary>
    public const string AfterHandler = "relay.after-handler-before-delete";

    /// <summary>A job is leased to this process; it did not start.</summary>
    public const string AfterClaim = "job.after-claim";

    /// <summary>A job's handler ran; its transaction is not committed.</summary>
    public const string BeforeJobCommit = "job.before-commit";

    /// <summary>A backup's files are all written; its folder still ends in <c>.partial</c>.</summary>
    public const string BeforeBackupIsNamed = "backup.before-it-is-named";

    /// <summary>A restore's rows are in the target; they are not compared yet.</summary>
    public const string BeforeRestoreIsCompared = "restore.before-it-is-compared";

    /// <summary>The n-th command of a run of migrations was executed, from 1: its statements, the two that record a step, its commit.</summary>
    public static string AfterMigrationStatement(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"migrate.after-statement-{number}");

    private static readonly string? Armed =
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is "Development"
            ? Environment.GetEnvironmentVariable("MAINSTREET_FAILPOINT") : null;

    /// <summary>Kills this process without any clean-up when the point is armed; otherwise does nothing.</summary>
    public static void Hit(string name)
    {
        if (Armed is null || !string.Equals(Armed, name, StringComparison.Ordinal)) return;
        Process.GetCurrentProcess().Kill();
        Environment.FailFast($"Failpoint {name}.");
    }
}
