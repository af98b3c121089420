namespace Mainstreet.Foundation.Proving;

/// <summary>How smoke walks are made.</summary>
public sealed record SmokeSettings
{
    /// <summary>Only walks that read, and only GET.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Access token of an account to read with.</summary>
    public string? Token { get; init; }

    /// <summary>The program's routes.</summary>
    public SmokeRoutes Routes { get; init; } = SmokeRoutes.None;
}

/// <summary>Makes smoke walks.</summary>
public static class SmokeRunner
{
    /// <summary>How many walks are made at a time: hashing passwords is most of their work, and the server has others to serve.</summary>
    private const int AtATime = 3;

    // A route that is broken stays so; one that is held back by a limit opens again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ThrottlePatience = TimeSpan.FromSeconds(90);

    /// <summary>Makes one walk.</summary>
    /// <returns>Its steps, in order; none is missing silently.</returns>
    public static Task<IReadOnlyList<SmokeStep>> WalkAsync(ISmokePath path, ProofRun run, SmokeSettings settings, CancellationToken cancel) =>
        WalkAsync(path, run, settings, ProofClient.MakeHandler(), cancel);

    /// <summary>Makes all walks, some at a time.</summary>
    /// <param name="paths">The walks.</param>
    /// <param name="run">Targets and clock.</param>
    /// <param name="settings">What may be asked.</param>
    /// <param name="walked">Told each walk's steps as it ends.</param>
    /// <param name="cancel">Ends the run: what is left is not reached.</param>
    public static async Task<IReadOnlyList<SmokeStep>> WalkAllAsync(
        IReadOnlyList<ISmokePath> paths, ProofRun run, SmokeSettings settings, Func<ISmokePath, IReadOnlyList<SmokeStep>, Task> walked, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(walked);
        var steps = new IReadOnlyList<SmokeStep>[paths.Count];
        using var told = new SemaphoreSlim(1, 1);
        await Parallel.ForAsync(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = CancellationToken.None }, async (i, _) =>
        {
            steps[i] = await WalkAsync(paths[i], run, settings, cancel);
            await told.WaitAsync(CancellationToken.None);
            try
            {
                await walked(paths[i], steps[i]);
            }
            finally
            {
                told.Release();
            }
        });
        return [.. steps.SelectMany(s => s)];
    }

    internal static async Task<IReadOnlyList<SmokeStep>> WalkAsync(
        ISmokePath path, ProofRun run, SmokeSettings settings, HttpMessageHandler handler, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        using var tap = new SmokeTap(handler, settings.ReadOnly);
        using var client = new ProofClient(run, new History(), tap) { Patience = Patience, ThrottlePatience = ThrottlePatience };
        var walk = new SmokeWalk(path, run, client, tap, settings, cancel);
        try
        {
            await path.WalkAsync(walk, cancel);
        }
        catch (SmokeNotReachedException missing)
        {
            return [.. walk.Steps, Early(missing.Message)];
        }
        catch (Exception failure) when (failure is ProofException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return [.. walk.Steps, Early(failure.Message)];
        }

        return walk.Steps;

        // A walk that takes a step's value outside of steps ends there; what it leaves out is not to go unnoticed.
        SmokeStep Early(string why) => new(path.Name, "the rest of the walk", TimeSpan.Zero, why) { Outcome = SmokeOutcome.NotReached, Why = why, Walk = path.GetType().Name };
    }
}
