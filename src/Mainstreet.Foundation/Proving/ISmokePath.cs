namespace Mainstreet.Foundation.Proving;

/// <summary>A module's main path, walked once against a running server in a few seconds.</summary>
public interface ISmokePath
{
    /// <summary>The module's name.</summary>
    string Name { get; }

    /// <summary>Walks the path; each step through <see cref="SmokeWalk.StepAsync{T}"/>.</summary>
    /// <exception cref="ProofException">A step was refused: the walk has failed.</exception>
    Task WalkAsync(SmokeWalk walk, CancellationToken cancel);
}

/// <summary>One timed step.</summary>
public sealed record SmokeStep(string Path, string Name, TimeSpan Took, string? Failure);

/// <summary>A walk in progress: its client, and the steps taken so far.</summary>
public sealed class SmokeWalk(string path, ProofRun run, ProofClient client)
{
    private readonly List<SmokeStep> _steps = [];

    public ProofRun Run { get; } = run;

    public ProofClient Client { get; } = client;

    public IReadOnlyList<SmokeStep> Steps => _steps;

    /// <summary>Runs and times one step; a failure is recorded and thrown on.</summary>
    public async Task<T> StepAsync<T>(string name, Func<Task<T>> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var start = Run.Clock.GetTimestamp();
        try
        {
            var result = await step();
            _steps.Add(new SmokeStep(path, name, Run.Clock.GetElapsedTime(start), null));
            return result;
        }
        catch (Exception failure) when (failure is ProofException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            _steps.Add(new SmokeStep(path, name, Run.Clock.GetElapsedTime(start), failure.Message));
            throw failure as ProofException ?? new ProofException($"{name}: the answer has not the expected shape: {failure.Message}", failure);
        }
    }
}
