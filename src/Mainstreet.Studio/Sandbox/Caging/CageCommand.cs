namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>What is run in the cage.</summary>
/// <param name="Program">Path inside the cage and arguments.</param>
/// <param name="Files">Contents of <c>/app</c> by relative path, which the program sees and cannot change.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Environment">Further variables; the server's own are never passed on.</param>
/// <param name="Built">Contents of <c>/out</c> by name: what was compiled for the run.</param>
internal sealed record CageCommand(
    IReadOnlyList<string> Program, IReadOnlyDictionary<string, byte[]> Files, byte[] Input,
    IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, byte[]>? Built = null);

/// <summary>How a run ended.</summary>
internal enum CageEnd
{
    /// <summary>By itself, or by a signal that was none of the cage's.</summary>
    Exited,

    /// <summary>It took longer than allowed.</summary>
    OutOfTime,

    /// <summary>It used all its memory and the kernel killed a process of it.</summary>
    OutOfMemory,

    /// <summary>It wrote more than allowed.</summary>
    TooMuchOutput,

    /// <summary>Whoever asked does not want it any more.</summary>
    Cancelled,

    /// <summary>The cage could not be built; the program never ran.</summary>
    Failed,
}

/// <param name="ExitCode">Of the program, 128 and the signal's number when a signal ended it; 137 when the cage ended it.</param>
/// <param name="Cpu">Processor time of all its processes; null where the machine does not account for it.</param>
/// <param name="PeakBytes">Most memory at one time; null where the machine does not account for it.</param>
/// <param name="Failure">Why the cage could not be built, for operators.</param>
internal sealed record CageOutcome(
    CageEnd End, int ExitCode, byte[] Output, byte[] Error, TimeSpan? Cpu, TimeSpan Wall, long? PeakBytes, string? Failure = null);
