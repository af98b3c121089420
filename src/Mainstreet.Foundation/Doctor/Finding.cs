using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor;

/// <summary>How much a finding matters. From <c>High</c> on the exit code says so.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>When there is time.</summary>
    Low,

    /// <summary>This week.</summary>
    Medium,

    /// <summary>Now.</summary>
    High,
}

/// <summary>Something that <c>mainstreet doctor</c> found.</summary>
/// <param name="Check">The check that found it.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="What">One sentence.</param>
/// <param name="Evidence">The figures behind it; no secrets, no values out of rows.</param>
/// <param name="Remedy">What to do: a command or SQL where there is one.</param>
public sealed record Finding(string Check, Severity Severity, string What, string Evidence, string Remedy);

/// <summary>A check that ran.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Failed">Why it could not be made; null when it was.</param>
public sealed record MadeCheck(string Name, string? Failed);

/// <summary>Everything that was looked at and found, worst first.</summary>
public sealed record DoctorReport(string Engine, IReadOnlyList<MadeCheck> Checks, IReadOnlyList<Finding> Findings)
{
    public bool Serious => Findings.Any(f => f.Severity == Severity.High);
}

/// <summary>One check. Reads only; runs in a scope of its own; may throw.</summary>
internal interface ICheck
{
    /// <summary>Words with hyphens, unique: <c>unused-indexes</c>.</summary>
    string Name { get; }

    /// <summary>Whether the check has a meaning on the engine.</summary>
    bool AppliesTo(Engine engine);

    Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel);
}

/// <summary>From where on something is worth a word.</summary>
internal sealed record DoctorLimits
{
    /// <summary>Mean time of a statement, and of one that is serious.</summary>
    internal TimeSpan SlowMean { get; init; } = TimeSpan.FromMilliseconds(100);

    internal TimeSpan VerySlowMean { get; init; } = TimeSpan.FromSeconds(1);

    internal long SlowCalls { get; init; } = 20;

    /// <summary>Rows of a table that should not be read from end to end all the time.</summary>
    internal long BigTable { get; init; } = 10_000;

    internal long Scans { get; init; } = 50;

    internal long UnusedIndexBytes { get; init; } = 10 * 1024 * 1024;

    internal TimeSpan LongTransaction { get; init; } = TimeSpan.FromMinutes(5);

    internal TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan SeriousLockWait { get; init; } = TimeSpan.FromSeconds(30);

    internal long DeadRows { get; init; } = 10_000;

    internal double DeadShare { get; init; } = 0.2;

    internal double Connections { get; init; } = 0.75;

    internal double SeriousConnections { get; init; } = 0.9;

    /// <summary>Transactions; the server stops writing at about 2.1 thousand million.</summary>
    internal long FreezeAge { get; init; } = 500_000_000;

    internal long SeriousFreezeAge { get; init; } = 1_000_000_000;

    internal TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan SeriousSkew { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan ReplicaLag { get; init; } = TimeSpan.FromSeconds(30);

    internal long SlotBytes { get; init; } = 1024L * 1024 * 1024;

    internal double SequenceUse { get; init; } = 0.8;

    internal long WalBytes { get; init; } = 64 * 1024 * 1024;

    internal double FreePages { get; init; } = 0.25;

    internal long LeastFreePages { get; init; } = 1_000;

    /// <summary>Size from which a file of SQLite is better served by PostgreSQL.</summary>
    internal long SqliteBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    internal double FreeDisk { get; init; } = 0.15;

    internal double SeriousFreeDisk { get; init; } = 0.05;

    internal long OpenFiles { get; init; } = 4_096;

    internal TimeSpan BackupAge { get; init; } = TimeSpan.FromHours(26);

    internal TimeSpan CertificateLife { get; init; } = TimeSpan.FromDays(30);

    internal TimeSpan SeriousCertificateLife { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>Figures in words.</summary>
internal static class Figures
{
    internal static string Bytes(double bytes) => bytes switch
    {
        >= 1024.0 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024 / 1024:0.0} GiB"),
        >= 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB"),
    };

    internal static string Seconds(double seconds) => seconds switch
    {
        >= 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
        >= 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
    };

    internal static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
