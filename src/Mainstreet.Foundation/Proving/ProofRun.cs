namespace Mainstreet.Foundation.Proving;

/// <summary>What one run of a proof is told.</summary>
public sealed class ProofRun
{
    private readonly long _origin;

    public ProofRun(IReadOnlyList<Uri> targets, int seed, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(clock);
        if (targets.Count == 0) throw new ArgumentException("At least one target is needed.", nameof(targets));
        Targets = targets;
        Seed = seed;
        Clock = clock;
        _origin = clock.GetTimestamp();
    }

    /// <summary>Base addresses of the replicas; requests are spread over them.</summary>
    public IReadOnlyList<Uri> Targets { get; }

    /// <summary>Decides the plan of the run; the server's timing stays its own.</summary>
    public int Seed { get; }

    public TimeProvider Clock { get; }

    /// <summary>
    /// True when replicas or the database are killed and restarted meanwhile: a 503 with <c>Retry-After</c> and a dropped
    /// connection then count as weather. Without it any 5xx or dropped connection breaks a proof.
    /// </summary>
    public bool Faults { get; init; }

    /// <summary>Where the HTML report goes; the history goes beside it as JSON Lines. <c>null</c> writes neither.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Values for <see cref="IProof.Options"/>, already checked against their bounds.</summary>
    public IReadOnlyDictionary<string, int> Options { get; init; } = new Dictionary<string, int>();

    /// <summary>Values for <see cref="IProof.Texts"/>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>Told about progress, one line a phase.</summary>
    public Action<string> Progress { get; init; } = static _ => { };

    /// <summary>Microseconds since the run began, monotonic.</summary>
    public long Now() => (long)Clock.GetElapsedTime(_origin).TotalMicroseconds;

    public int Option(ProofOption option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return Options.TryGetValue(option.Name, out var value) ? value : option.Default;
    }

    public string Text(ProofTextOption option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return Texts.TryGetValue(option.Name, out var value) ? value : option.Default;
    }
}
