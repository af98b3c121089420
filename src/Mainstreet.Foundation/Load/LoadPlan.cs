namespace Mainstreet.Foundation.Load;

/// <summary>A stretch of a run with one rate.</summary>
/// <param name="Name">For the report.</param>
/// <param name="Agents">Virtual users; each starts requests on its own, a think time apart on average.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="Measured">False for warming up: shown, but held to no threshold.</param>
public sealed record LoadPhase(string Name, double Agents, TimeSpan Length, bool Measured = true);

/// <summary>What a run does.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Phases">One after the other.</param>
/// <param name="Think">
/// Mean time between two starts of one agent, exponentially distributed (a Poisson process each), whether or not it was answered: the model is open, and
/// <c>Agents / Think</c> is the rate.
/// </param>
public sealed record LoadPlan(string Scenario, IReadOnlyList<LoadPhase> Phases, TimeSpan Think)
{
    /// <summary>Connections of a closed loop, which wait for each answer before they ask again; null for the open model.</summary>
    public int? Closed { get; init; }

    /// <summary>Go on after the last phase with half as many agents again, until the breaking point is found.</summary>
    public bool UntilBroken { get; init; }

    /// <summary>Watch the server's memory for a trend.</summary>
    public bool WatchMemory { get; init; }

    public double RateOf(LoadPhase phase)
    {
        ArgumentNullException.ThrowIfNull(phase);
        return phase.Agents / Think.TotalSeconds;
    }

    /// <summary>
    /// Intended starts within a phase, in microseconds since it began, rising. The agents' processes together are one Poisson process of the summed rate
    /// (superposition), so drawing from it is drawing from them.
    /// </summary>
    public IEnumerable<long> Starts(LoadPhase phase, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var rate = RateOf(phase) / 1e6;
        if (rate <= 0) yield break;
        var end = phase.Length.TotalMicroseconds;
        for (var at = Gap(); at < end; at += Gap()) yield return (long)at;

        double Gap() => -Math.Log(1 - random.NextDouble()) / rate;
    }
}

/// <summary>The scenarios that have a name.</summary>
public static class LoadScenarios
{
    /// <summary>Names, in the order of the help.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ramp", "spike", "stress", "soak", "steady"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="agents">Agents of each step in place of the usual ones; empty for those.</param>
    /// <param name="step">Length of a step in place of the usual one.</param>
    /// <param name="think">Think time.</param>
    /// <param name="warmUp">Unmeasured time before.</param>
    /// <exception cref="ArgumentException">No such scenario.</exception>
    public static LoadPlan Of(string name, IReadOnlyList<double> agents, TimeSpan? step, TimeSpan think, TimeSpan warmUp)
    {
        ArgumentNullException.ThrowIfNull(agents);
        IReadOnlyList<double> steps = agents.Count > 0 ? agents : name switch
        {
            "ramp" => [25, 50, 100],
            "spike" => [25, 200, 25],
            "stress" => [100, 200, 500, 1_000],
            "soak" => [50],
            "steady" => [25],
            _ => throw new ArgumentException($"There is no scenario '{name}'. There are: {string.Join(", ", Names)}.", nameof(name)),
        };
        var length = step ?? (name == "soak" ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(name == "stress" ? 20 : 30));
        IEnumerable<LoadPhase> phases = steps.Select((count, i) => new LoadPhase(NameOf(name, count, i, steps.Count), count, length));
        if (warmUp > TimeSpan.Zero) phases = phases.Prepend(new LoadPhase("warm up", steps[0], warmUp, Measured: false));
        return new LoadPlan(name, [.. phases], think) { UntilBroken = name == "stress", WatchMemory = name == "soak" };
    }

    private static string NameOf(string scenario, double agents, int index, int count) => scenario switch
    {
        "spike" when count == 3 => index switch { 0 => $"before, {agents:0.##} agents", 1 => $"spike, {agents:0.##} agents", _ => $"after, {agents:0.##} agents" },
        _ => $"{agents:0.##} agents",
    };
}
