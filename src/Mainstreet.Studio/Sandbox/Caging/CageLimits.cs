namespace Mainstreet.Studio.Sandbox.Caging;

/// <param name="Wall">Longest time by the clock.</param>
/// <param name="MemoryBytes">All processes together, temporary files included.</param>
/// <param name="Processors">Share of processor time, in processors.</param>
/// <param name="Processes">Processes and threads of the program.</param>
/// <param name="OutputBytes">Of standard output and of standard error, each.</param>
/// <param name="TemporaryBytes">Room in <c>/tmp</c>.</param>
internal sealed record CageLimits(TimeSpan Wall, long MemoryBytes, double Processors, int Processes, int OutputBytes, long TemporaryBytes);
