namespace Mainstreet.Studio.Sandbox.Remote;

internal enum HandedState
{
    /// <summary>For a runner with a free place.</summary>
    Waiting,

    /// <summary>A runner has it.</summary>
    Running,

    /// <summary>The answer is there, for whoever handed it over to fetch.</summary>
    Done,
}

/// <summary>A run that a process without a cage hands to one with. Short-lived: whoever handed it over removes it with the answer.</summary>
internal sealed class HandedRun
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    public HandedState State { get; set; }

    /// <summary>A <see cref="SandboxRun"/> as JSON in UTF-8: programs and what they write may hold any character, which text columns do not.</summary>
    public byte[] Request { get; set; } = [];

    /// <summary>A <see cref="HandedAnswer"/> as JSON in UTF-8.</summary>
    public byte[]? Answer { get; set; }

    public Guid? RunnerId { get; set; }

    /// <summary>Runners that had it; code in the cage has no effect outside, so another may begin it again.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When nobody waits for it any more.</summary>
    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>A result, or the code of the problem that stood in its way.</summary>
internal sealed record HandedAnswer(SandboxResult? Result, string? ProblemCode = null, string? Detail = null);

/// <summary>A process with the role <c>runner</c>, as it last said.</summary>
internal sealed class RunnerRow
{
    public Guid Id { get; set; }

    /// <summary>Whether it takes runs.</summary>
    public bool Usable { get; set; }

    public Caging.CageMode Mode { get; set; }

    /// <summary>What bounds runs there.</summary>
    public string? Groups { get; set; }

    /// <summary>Why the mode is what it is, a line each.</summary>
    public string Reasons { get; set; } = "";

    /// <summary>Words of the languages that are installed there, separated by blanks.</summary>
    public string Languages { get; set; } = "";

    public int Slots { get; set; }

    public DateTimeOffset SeenAt { get; set; }
}
