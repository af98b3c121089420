namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>What this machine can give a cage.</summary>
internal enum CageMode
{
    /// <summary>Everything: namespaces, an unprivileged user, a filter of system calls, groups for memory, processor and processes.</summary>
    Full,

    /// <summary>No bounds for a run as a whole, or no filter. Refused unless <see cref="SandboxOptions.AllowDegraded"/>.</summary>
    Degraded,

    /// <summary>No cage.</summary>
    Off,
}

/// <param name="Reasons">Why it is not <see cref="CageMode.Full"/>, and what would help; for operators.</param>
/// <param name="Groups">What bounds runs; null without.</param>
internal sealed record CageState(CageMode Mode, IReadOnlyList<string> Reasons, string? Groups)
{
    internal bool MayRun(SandboxOptions options) => Mode == CageMode.Full || (Mode == CageMode.Degraded && options.AllowDegraded);
}
