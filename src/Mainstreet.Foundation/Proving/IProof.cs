namespace Mainstreet.Foundation.Proving;

/// <summary>A promise of the product that can be checked from outside.</summary>
/// <param name="Id">Dotted, begins with the module's name: <c>trades.one-winner</c>. Stable.</param>
/// <param name="Statement">One sentence that is true of every run.</param>
public sealed record Invariant(string Id, string Statement);

/// <summary>A number that a proof takes from the command line.</summary>
/// <param name="Name">Lower-case word; given as <c>--name N</c>.</param>
/// <param name="Description">What it sets, with its unit.</param>
/// <param name="Default">Used when it is not given.</param>
/// <param name="Minimum">Smallest value, inclusive.</param>
/// <param name="Maximum">Largest value, inclusive.</param>
public sealed record ProofOption(string Name, string Description, int Default, int Minimum, int Maximum);

/// <summary>A word that a proof takes from the command line, such as an address.</summary>
/// <param name="Name">Lower-case words; given as <c>--name TEXT</c>.</param>
/// <param name="Description">What it sets. Never a secret: those come from the environment.</param>
/// <param name="Default">Used when it is not given.</param>
public sealed record ProofTextOption(string Name, string Description, string Default);

/// <summary>
/// A module's part of <c>mainstreet prove</c>: drives a running deployment over HTTP, as a stranger would, with accounts and
/// rows that it makes itself and marks synthetic, records what happened and checks its invariants against the record.
/// </summary>
public interface IProof
{
    /// <summary>The module's name: the word after <c>prove</c> and the first part of its invariants' ids.</summary>
    string Name { get; }

    /// <summary>Every invariant that a run decides; never empty.</summary>
    IReadOnlyList<Invariant> Invariants { get; }

    IReadOnlyList<ProofOption> Options { get; }

    /// <summary>Options that are no numbers.</summary>
    IReadOnlyList<ProofTextOption> Texts => [];

    /// <summary>Runs once and cleans up what it opened.</summary>
    /// <exception cref="ProofException">The run could not be made: unreachable, refused, or prepared state missing.</exception>
    Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel);
}

/// <summary>The proof could not be carried out, so nothing is known about its invariants. Exit code 2.</summary>
public sealed class ProofException : Exception
{
    public ProofException(string message)
        : base(message)
    {
    }

    public ProofException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ProofException()
    {
    }
}
