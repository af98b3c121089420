using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Proving;

/// <summary>One request as the client saw it: an attempt, not a call; a call that was tried again has several.</summary>
/// <param name="Id">1, 2, 3, … in the order in which the requests ended.</param>
/// <param name="Call">The call that this attempt belongs to.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Client">Who sent it, a short name.</param>
/// <param name="Target">Index into <see cref="ProofRun.Targets"/>.</param>
/// <param name="Name">What was asked, for example <c>accept</c>: latencies are grouped by it.</param>
/// <param name="Key">The subject, for example the ticket's id.</param>
/// <param name="Start">Microseconds since the run began, before the first byte was sent.</param>
/// <param name="End">Microseconds since the run began, after the last byte was read or the attempt was given up.</param>
/// <param name="Status">HTTP status; 0 when no answer came.</param>
/// <param name="Code">The problem's code, or what broke the connection.</param>
/// <param name="Facts">What the checker needs of request and answer.</param>
public sealed record Operation(
    long Id, long Call, int Attempt, string Client, int Target, string Name, string? Key,
    long Start, long End, int Status, string? Code, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>Seconds of <c>Retry-After</c>, where the answer carried one.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>No answer, or an answer that does not say whether the act took effect: it may have, at any time after its start.</summary>
    public bool IsUnknown => !IsThrottled && (Status is 0 or >= 500 || Code == ProblemCodes.InProgress);

    /// <summary>Turned away at the door: certainly without effect.</summary>
    public bool IsThrottled => Status == 429 || (Status == 503 && Code == ProblemCodes.Overloaded);

    public string? Fact(string name) => Facts.TryGetValue(name, out var value) ? value : null;

    public override string ToString() =>
        $"[{Start / 1000.0:F1}–{End / 1000.0:F1} ms] {Client} {Name} → {(Status == 0 ? "no answer" : Status)}{(Code is null ? "" : " " + Code)}";
}

internal static class ProblemCodes
{
    internal const string InProgress = "in_progress";

    internal const string Overloaded = "overloaded";
}

/// <summary>Everything that happened in a run, in memory; safe for many writers.</summary>
public sealed class History
{
    private readonly Lock _gate = new();
    private readonly List<Operation> _operations = [];
    private long _calls;

    internal long NextCall() => Interlocked.Increment(ref _calls);

    /// <summary>Adds an operation; its id is assigned here.</summary>
    public Operation Add(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        lock (_gate)
        {
            var added = operation with { Id = _operations.Count + 1 };
            _operations.Add(added);
            return added;
        }
    }

    /// <summary>A copy of all operations so far, by id.</summary>
    public IReadOnlyList<Operation> Snapshot()
    {
        lock (_gate) return [.. _operations];
    }

    /// <summary>Writes one JSON object a line, in the order of ids.</summary>
    public static async Task WriteAsync(IEnumerable<Operation> operations, string path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(operations);
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        foreach (var operation in operations)
        {
            await writer.WriteLineAsync(JsonSerializer.Serialize(operation, Json.Stored).AsMemory(), cancel);
        }
    }

    /// <summary>Reads what <see cref="WriteAsync"/> wrote.</summary>
    /// <exception cref="JsonException">A line is no operation.</exception>
    public static async Task<History> ReadAsync(string path, CancellationToken cancel)
    {
        var history = new History();
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            if (line.Length == 0) continue;
            history.Add(JsonSerializer.Deserialize<Operation>(line, Json.Stored) ?? throw new JsonException("An empty operation."));
        }

        return history;
    }
}
