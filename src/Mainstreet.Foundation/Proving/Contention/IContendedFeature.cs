namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>
/// A feature of a module that many want at once, lent to the proof of the foundation: it plays on the stage and records what every
/// client saw. The judging is not its own.
/// </summary>
public interface IContendedFeature
{
    /// <summary>Two or three words for progress and figures.</summary>
    string Name { get; }

    /// <summary>Which of <see cref="ContentionInvariants"/> its records decide; at least one.</summary>
    IReadOnlyList<Invariant> Decides { get; }

    /// <summary>Plays once and puts away what it opened.</summary>
    Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel);
}
