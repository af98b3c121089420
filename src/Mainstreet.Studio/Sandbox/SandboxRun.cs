namespace Mainstreet.Studio.Sandbox;

/// <summary>Languages that can be run, where they are installed.</summary>
public enum SandboxLanguage
{
    Python,

    /// <summary>By Node.js.</summary>
    Javascript,

    Csharp,

    /// <summary>By the POSIX shell.</summary>
    Shell,
}

/// <summary>How a run ended.</summary>
public enum SandboxStatus
{
    /// <summary>With exit code 0.</summary>
    Ok,

    /// <summary>With another exit code, or by a signal.</summary>
    RuntimeError,

    /// <summary>It took longer than allowed.</summary>
    TimeLimit,

    /// <summary>It needed more memory than allowed.</summary>
    MemoryLimit,

    /// <summary>It wrote more than allowed; what was kept is its beginning.</summary>
    OutputLimit,

    /// <summary>It was never started; <c>stderr</c> has what the compiler says.</summary>
    CompileError,
}

/// <summary>Code to run.</summary>
/// <param name="Files">Content by path; paths are relative, with forward slashes, free of <c>.</c> and <c>..</c>.</param>
/// <param name="Entry">Path of the file to start; null for C#, which starts where the program does.</param>
/// <param name="Wall">Longest time by the clock.</param>
/// <param name="MemoryBytes">Memory of all its processes.</param>
/// <param name="Processes">Processes and threads.</param>
/// <param name="OutputBytes">Of standard output and of standard error, each.</param>
internal sealed record SandboxRun(
    SandboxLanguage Language, IReadOnlyDictionary<string, byte[]> Files, string? Entry, byte[] Input, TimeSpan Wall, long MemoryBytes, int Processes, int OutputBytes);

/// <summary>What a run came to.</summary>
/// <param name="ExitCode">Of the program; 128 and the signal's number when a signal ended it, 137 when a limit did, 1 when it did not compile.</param>
/// <param name="Stdout">Read as UTF-8, with U+FFFD for what is not; U+0000 too becomes U+FFFD.</param>
/// <param name="CpuMs">Processor time of all its processes, compiling not counted; null where the machine does not account for it.</param>
/// <param name="WallMs">Time by the clock, waiting and compiling not counted.</param>
/// <param name="PeakBytes">Most memory at one time; null where the machine does not account for it.</param>
public sealed record SandboxResult(SandboxStatus Status, int ExitCode, string Stdout, string Stderr, long? CpuMs, long WallMs, long? PeakBytes);
