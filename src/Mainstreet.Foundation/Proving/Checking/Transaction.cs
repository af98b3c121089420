namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>What a client knows of how its transaction ended.</summary>
public enum Ending
{
    /// <summary>Acknowledged.</summary>
    Committed,

    /// <summary>Refused: certainly without effect.</summary>
    Refused,

    /// <summary>No clear answer: it may have taken effect at any time after its start, or never.</summary>
    Unknown,
}

/// <summary>One access of a transaction to one key, in program order.</summary>
public abstract record Touch(string Key);

/// <summary>A register was read; <c>null</c> is the state before any write.</summary>
public sealed record ReadOf(string Key, string? Value) : Touch(Key);

/// <summary>A register was written. No two writes of a key carry the same value, so that a value names its writer (Adya's recoverability, as Elle has it).</summary>
public sealed record WriteOf(string Key, string Value) : Touch(Key);

/// <summary>A list was read, from its first element to its last.</summary>
public sealed record ListOf(string Key, IReadOnlyList<string> Values) : Touch(Key);

/// <summary>A value was appended to a list; each value once.</summary>
public sealed record AppendTo(string Key, string Value) : Touch(Key);

/// <summary>A transaction as its client saw it.</summary>
/// <param name="Id">Names it in findings; unique.</param>
/// <param name="Ending">How it ended.</param>
/// <param name="Touches">What it read and wrote, in program order. A key is a register or a list, never both.</param>
public sealed record Transaction(long Id, Ending Ending, IReadOnlyList<Touch> Touches)
{
    /// <summary>Before its first effect could be, on any one monotonic clock.</summary>
    public long Start { get; init; }

    /// <summary>After its last effect was, on the same clock; ignored for an unknown ending.</summary>
    public long End { get; init; } = long.MaxValue;

    /// <summary>Shown in findings.</summary>
    public string? Client { get; init; }

    public override string ToString() =>
        $"T{Id}{(Client is null ? "" : $" by {Client}")} ({Ending.ToString().ToLowerInvariant()}): {string.Join(", ", Touches.Select(Show))}";

    private static string Show(Touch touch) => touch switch
    {
        ReadOf read => $"read {read.Key} = {read.Value ?? "nothing"}",
        WriteOf write => $"wrote {write.Key} = {write.Value}",
        ListOf list => $"read {list.Key} = [{(list.Values.Count > 8 ? "… " : "")}{string.Join(' ', list.Values.TakeLast(8))}]",
        AppendTo append => $"appended {append.Value} to {append.Key}",
        _ => touch.ToString(),
    };
}
