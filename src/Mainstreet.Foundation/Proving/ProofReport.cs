using System.Reflection;
using System.Runtime.InteropServices;

namespace Mainstreet.Foundation.Proving;

/// <summary>What a run says about one invariant.</summary>
/// <param name="Invariant">The promise.</param>
/// <param name="Checked">How many times it was held against the record; 0 means that the run could not try it.</param>
/// <param name="Broken">How many times it did not hold.</param>
/// <param name="CounterExamples">The first of them, 20 at most.</param>
public sealed record InvariantResult(Invariant Invariant, long Checked, long Broken, IReadOnlyList<string> CounterExamples)
{
    /// <summary>An invariant that nothing tried has not been shown to hold.</summary>
    public bool Holds => Broken == 0 && Checked > 0;
}

/// <summary>Collects what the checks of a run find.</summary>
public sealed class Verdicts
{
    /// <summary>Counter-examples kept for one invariant.</summary>
    public const int Kept = 20;

    private readonly Dictionary<string, (Invariant Invariant, long Checked, long Broken, List<string> Examples)> _byId;

    public Verdicts(IEnumerable<Invariant> invariants) =>
        _byId = invariants.ToDictionary(i => i.Id, i => (i, 0L, 0L, new List<string>()), StringComparer.Ordinal);

    public IReadOnlyList<InvariantResult> Results =>
        [.. _byId.Values.Select(v => new InvariantResult(v.Invariant, v.Checked, v.Broken, v.Examples))];

    /// <summary>Counts a check.</summary>
    /// <returns>The condition.</returns>
    public bool Check(Invariant invariant, bool holds, Func<string> counterExample)
    {
        ArgumentNullException.ThrowIfNull(invariant);
        ArgumentNullException.ThrowIfNull(counterExample);
        var (known, count, broken, examples) = _byId[invariant.Id];
        if (!holds && examples.Count < Kept) examples.Add(counterExample());
        _byId[invariant.Id] = (known, count + 1, holds ? broken : broken + 1, examples);
        return holds;
    }

    public void Break(Invariant invariant, string counterExample) => Check(invariant, false, () => counterExample);

    /// <summary>
    /// Holds each request against the promise of no 5xx and no dropped connection. With faults expected a lost connection and a
    /// 503 with <c>Retry-After</c> are weather; any other 5xx never is. A refusal at the door of an overloaded server promises that nothing was done.
    /// </summary>
    public void CheckServerErrors(Invariant invariant, IEnumerable<Operation> operations, bool faults)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var operation in operations)
        {
            var weather = faults && (operation.Status == 0 || operation is { Status: 503, RetryAfter: not null });
            Check(invariant, weather || operation.IsThrottled || operation.Status is > 0 and < 500, () => operation.ToString());
        }
    }

    public void Hold(Invariant invariant) => Check(invariant, true, () => "");
}

/// <summary>What a run of a proof found.</summary>
public sealed class ProofReport
{
    /// <summary>The proof's name.</summary>
    public required string Name { get; init; }

    public required ProofRun Run { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Took { get; init; }

    public required IReadOnlyList<InvariantResult> Results { get; init; }

    public required IReadOnlyList<Operation> Operations { get; init; }

    /// <summary>Named figures of the run, in the order to show them.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Figures { get; init; }

    /// <summary>What the server says that it runs, where it says so.</summary>
    public string? ServerVersion { get; init; }

    public bool Holds => Results.All(r => r.Holds);

    /// <summary>0 all hold, 1 one does not.</summary>
    public int ExitCode => Holds ? 0 : 1;

    /// <summary>Version of the program that checks, its runtime and system.</summary>
    public static string ClientVersion =>
        $"mainstreet {typeof(ProofReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}, " +
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores";

    /// <summary>Latency of the answered attempts per operation, by name.</summary>
    public IReadOnlyList<Latency> Latencies() =>
        [.. Operations.Where(o => o.Status != 0).GroupBy(o => o.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Latency.Of(g.Key, g.Select(o => (o.End - o.Start) / 1000.0)))];

    /// <summary>How often each operation was answered how: <c>200</c>, <c>409 ticket_already_taken</c>, <c>no answer</c>.</summary>
    public IReadOnlyList<(string Name, string Outcome, int Count)> Counts() =>
        [.. Operations.GroupBy(o => (o.Name, Outcome: OutcomeOf(o)))
            .Select(g => (g.Key.Name, g.Key.Outcome, g.Count()))
            .OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Outcome, StringComparer.Ordinal)];

    /// <summary>Answers a second: all, acts that took effect (2xx), refusals (4xx), and attempts without a clear answer.</summary>
    public IReadOnlyList<(int Second, int Done, int Refused, int Unclear)> Timeline() =>
        [.. Operations.GroupBy(o => (int)(o.End / 1_000_000)).OrderBy(g => g.Key)
            .Select(g => (g.Key, g.Count(o => o.Status is >= 200 and < 300), g.Count(o => o.Status is >= 400 and < 500), g.Count(o => o.Status is 0 or >= 500)))];

    private static string OutcomeOf(Operation operation) =>
        (operation.Status == 0 ? "no answer" : operation.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)) + (operation.Code is null ? "" : " " + operation.Code);
}
