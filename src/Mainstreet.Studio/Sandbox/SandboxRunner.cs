using System.Text;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Languages;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox;

/// <summary>Runs code in this process's own cage, each account in its turn.</summary>
internal sealed partial class SandboxRunner(
    CageKeeper keeper, CSharpCompiler compiler, IOptions<SandboxOptions> options, SandboxMetrics metrics, TimeProvider clock, ILogger<SandboxRunner> log)
{
    private readonly Lazy<IReadOnlyDictionary<SandboxLanguage, Toolchain>> _tools = new(Toolchain.Find);
    private long _runs;

    internal FairQueue Queue { get; } = new(options.Value.SlotCount, options.Value.WaitingPerAccount, options.Value.Waiting);

    internal CageState State => keeper.Built.State;

    internal bool MayRun => State.MayRun(options.Value);

    /// <summary>Languages that are installed, in their order.</summary>
    internal IReadOnlyList<SandboxLanguage> Languages => [.. _tools.Value.Keys.Order()];

    /// <summary>Runs ended since the process started.</summary>
    internal long Runs => Interlocked.Read(ref _runs);

    /// <summary>Waits for a place, runs, cleans up.</summary>
    /// <returns>The result; or sandbox_unavailable, sandbox_busy, sandbox_failed, too_many_runs, language_missing.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of the run is left.</exception>
    internal async Task<Outcome<SandboxResult>> RunAsync(Guid account, SandboxRun run, CancellationToken cancel)
    {
        var (cage, state) = keeper.Built;
        if (cage is null || !state.MayRun(options.Value)) return SandboxProblems.Unavailable.With(string.Join("; ", state.Reasons));
        if (!_tools.Value.TryGetValue(run.Language, out var tools)) return SandboxProblems.LanguageMissing;

        var asked = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(options.Value.LongestWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        Outcome<FairQueue.Place> entered;
        try
        {
            entered = await Queue.EnterAsync(account, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SandboxProblems.Busy;
        }

        if (!entered.Ok) return entered.Problem;
        using var place = entered.Value;
        metrics.Waited(clock.GetElapsedTime(asked));
        var result = await RunAsync(cage, tools, run, place.Index, cancel);
        Interlocked.Increment(ref _runs);
        return result;
    }

    private async Task<Outcome<SandboxResult>> RunAsync(Cage cage, Toolchain tools, SandboxRun run, int place, CancellationToken cancel)
    {
        CSharpProgram? program = null;
        if (run.Language == SandboxLanguage.Csharp)
        {
            var compiled = await compiler.CompileAsync(run.Files, cancel);
            if (!compiled.Ok) return compiled.Problem;
            program = compiled.Value;
            if (program.Files is null)
            {
                metrics.Ran(run.Language, SandboxStatus.CompileError, TimeSpan.Zero);
                return new SandboxResult(SandboxStatus.CompileError, 1, "", program.Errors, null, 0, null);
            }
        }

        var settings = options.Value;
        var command = new CageCommand(tools.Line(run.Entry), run.Files, run.Input, tools.Environment(run.MemoryBytes), program?.Files);
        var limits = new CageLimits(run.Wall, run.MemoryBytes, settings.Processors, run.Processes, run.OutputBytes, Math.Min(settings.TemporaryBytes, run.MemoryBytes));
        var outcome = await OnThreadAsync(() => cage.Run(command, limits, tools.Folders, place, cancel));
        if (outcome.End == CageEnd.Cancelled) throw new OperationCanceledException(cancel);
        if (outcome.End == CageEnd.Failed)
        {
            Log.Failed(log, outcome.Failure);
            return SandboxProblems.Failed;
        }

        var error = Text(outcome.Error);
        var status = StatusOf(run.Language, outcome, error);
        metrics.Ran(run.Language, status, outcome.Wall);
        return new SandboxResult(
            status, outcome.ExitCode, Text(outcome.Output), error,
            outcome.Cpu is { } cpu ? (long)cpu.TotalMilliseconds : null, (long)outcome.Wall.TotalMilliseconds, outcome.PeakBytes);
    }

    private static SandboxStatus StatusOf(SandboxLanguage language, CageOutcome outcome, string error) => outcome.End switch
    {
        CageEnd.OutOfTime => SandboxStatus.TimeLimit,
        CageEnd.OutOfMemory => SandboxStatus.MemoryLimit,
        CageEnd.TooMuchOutput => SandboxStatus.OutputLimit,
        _ when outcome.ExitCode == 0 => SandboxStatus.Ok,
        // The runtime is told of the limit and gives up by itself (SIGABRT) before the kernel has to.
        _ when language == SandboxLanguage.Csharp && outcome.ExitCode == 134 && (error.Contains("System.OutOfMemoryException", StringComparison.Ordinal) || error.StartsWith("Out of memory", StringComparison.Ordinal)) =>
            SandboxStatus.MemoryLimit,
        _ => SandboxStatus.RuntimeError,
    };

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');

    private static Task<CageOutcome> OnThreadAsync(Func<CageOutcome> run)
    {
        var done = new TaskCompletionSource<CageOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(run());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true, Name = "sandbox run" };
        thread.Start();
        return done.Task;
    }

    private static partial class Log
    {
        [LoggerMessage(6204, LogLevel.Error, "The cage could not be built for a run: {Reason}")]
        internal static partial void Failed(ILogger log, string? reason);
    }
}
