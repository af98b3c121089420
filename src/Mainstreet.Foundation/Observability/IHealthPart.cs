namespace Mainstreet.Foundation.Observability;

/// <summary>How a part does.</summary>
public enum HealthState
{
    Up,

    /// <summary>Works, but somebody should look.</summary>
    Degraded,

    Down,
}

/// <summary>One part's answer.</summary>
/// <param name="State">How it does.</param>
/// <param name="Message">For operators, one sentence; no secrets.</param>
/// <param name="Figures">Numbers and instants, by camelCase name.</param>
public sealed record PartHealth(HealthState State, string? Message = null, IReadOnlyDictionary<string, object?>? Figures = null)
{
    public static PartHealth Up(string? message = null, params IEnumerable<(string Name, object? Value)> figures) => new(HealthState.Up, message, Named(figures));

    public static PartHealth Degraded(string message, params IEnumerable<(string Name, object? Value)> figures) => new(HealthState.Degraded, message, Named(figures));

    public static PartHealth Down(string message, params IEnumerable<(string Name, object? Value)> figures) => new(HealthState.Down, message, Named(figures));

    private static Dictionary<string, object?>? Named(IEnumerable<(string Name, object? Value)> figures)
    {
        var named = figures.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
        return named.Count == 0 ? null : named;
    }
}

/// <summary>
/// A part that <c>/health/detailed</c> speaks of. Modules register theirs with <c>AddHealthPart</c>. An exception or a
/// time-out (<see cref="HealthOptions.TimeoutMilliseconds"/>) counts as down.
/// </summary>
public interface IHealthPart
{
    /// <summary>camelCase word, unique.</summary>
    string Name { get; }

    Task<PartHealth> CheckAsync(CancellationToken cancel);
}

internal sealed record HealthPartRegistration(Type Type, bool NeededToServe);
