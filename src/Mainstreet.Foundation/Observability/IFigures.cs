namespace Mainstreet.Foundation.Observability;

/// <summary>
/// Figures that have to be asked for (rows that wait, room on a disk, the difference of two clocks). They are read every
/// <see cref="MetricsOptions.ReadSeconds"/> and shown between two readings; a reading that fails takes its figures off <c>/metrics</c>.
/// </summary>
public interface IFigures
{
    /// <summary>Every metric that a reading may give.</summary>
    static abstract IReadOnlyList<FigureShape> Shapes { get; }

    /// <summary>All that there is now, at most a few dozen. Runs in a scope of its own; may throw.</summary>
    Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel);
}

/// <summary>A metric that <see cref="IFigures"/> give.</summary>
/// <param name="Name">In OpenTelemetry form, <c>mainstreet.job.overdue</c>.</param>
/// <param name="Unit">UCUM, or an annotation such as <c>{job}</c>.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Counts">True for what only rises: a counter and not a gauge.</param>
public sealed record FigureShape(string Name, string? Unit, string Description, bool Counts = false);

/// <summary>One figure, with at most one attribute.</summary>
/// <param name="Name">That of a <see cref="FigureShape"/>.</param>
/// <param name="Value">In the shape's unit.</param>
/// <param name="Attribute">The attribute's name, if any.</param>
/// <param name="Word">Its value, one of few.</param>
public sealed record Figure(string Name, double Value, string? Attribute = null, string? Word = null);

/// <param name="Type">The class that reads.</param>
/// <param name="Shapes">What it gives.</param>
/// <param name="Everywhere">True when each replica speaks for itself; false when any worker can speak for all.</param>
/// <param name="ReadAsync">Asks it.</param>
internal sealed record FiguresRegistration(
    Type Type, IReadOnlyList<FigureShape> Shapes, bool Everywhere, Func<IServiceProvider, CancellationToken, Task<IReadOnlyList<Figure>>> ReadAsync);

/// <summary>
/// Instruments whose series are known beforehand. A counter that first appears with its first failure has not risen, as far as
/// <c>rate()</c> can tell, so each series is shown as 0 from the start.
/// </summary>
public interface IKnownSeries
{
    /// <summary>Adds 0 to every series. Called once, when somebody listens.</summary>
    void Begin();
}
