namespace Mainstreet.Access.Decisions;

/// <summary>The answer of the rules.</summary>
internal enum Verdict
{
    Refused,
    Allowed,

    /// <summary>The relations are too deep or too many to follow: nothing is proved, so nothing is allowed.</summary>
    TooComplex,
}

/// <summary>What kind of rule was tried.</summary>
internal enum Rule
{
    /// <summary>The account itself: unknown, disabled.</summary>
    Account,

    /// <summary>A role that the subject holds, with all that it inherits.</summary>
    Role,

    /// <summary>A grant to the subject, to everybody or to a role.</summary>
    Grant,

    /// <summary>A relation of the model.</summary>
    Relation,
}

/// <summary>One rule that was tried, and what it came to.</summary>
/// <param name="Rule">Kind of rule.</param>
/// <param name="Allowed">True when it holds.</param>
/// <param name="What">In plain words, with the ids of grants.</param>
/// <param name="Steps">What it rests on, in the order in which it was tried.</param>
internal sealed record Step(Rule Rule, bool Allowed, string What, IReadOnlyList<Step> Steps);

/// <summary>Takes down what a decision tries. Decisions are the same with and without one.</summary>
internal sealed class Trace
{
    private const int MaxSteps = 1_000;
    private readonly Stack<List<Step>> _open = new([new List<Step>()]);
    private int _count;

    internal IReadOnlyList<Step> Steps => _open.Peek();

    /// <summary>True when steps were left out because there were too many.</summary>
    internal bool Cut => _count > MaxSteps;

    internal void Note(Rule rule, bool allowed, string what) => Add(new Step(rule, allowed, what, []));

    internal void Open() => _open.Push([]);

    internal void Close(Rule rule, bool allowed, string what) => Add(new Step(rule, allowed, what, _open.Pop()));

    private void Add(Step step)
    {
        // What allows is always kept.
        if (++_count <= MaxSteps || step.Allowed) _open.Peek().Add(step);
    }
}
