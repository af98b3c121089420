using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Remote;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox;

/// <summary>Whether code can be run, where, and what bounds it.</summary>
internal sealed class SandboxHealth(SandboxRole role, SandboxRunner runner, RemoteRuns remote, IOptions<SandboxOptions> options) : IHealthPart
{
    /// <param name="Status">up when runs are taken and fully bounded, degraded when they are taken but less bounded, down when they are refused.</param>
    /// <param name="Mode">full, degraded or off.</param>
    /// <param name="Where">here, runner (another process) or nowhere.</param>
    /// <param name="Reasons">Why the mode is not full, and what would help.</param>
    /// <param name="Bounds">What bounds memory, processor and processes of a run; null where nothing does.</param>
    /// <param name="Languages">Those that are installed there.</param>
    /// <param name="Slots">Runs at the same time.</param>
    /// <param name="Running">Runs under way in this process.</param>
    /// <param name="Waiting">Runs that wait in this process.</param>
    public sealed record Answer(
        HealthState Status, string Mode, string Where, IReadOnlyList<string> Reasons, string? Bounds, IReadOnlyList<SandboxLanguage> Languages, int Slots, int Running, int Waiting, Bound Limits);

    /// <summary>Of a run that asks for nothing else.</summary>
    public sealed record Bound(long MemoryBytes, double Processors, int Processes, long WallMs, int OutputBytes, long TemporaryBytes);

    public string Name => "sandbox";

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/health/sandbox", HandleAsync)
        .WithName("studio.sandbox.health").WithTags("health").WithSummary("Says whether code can be run, where, and what bounds it")
        .Produces<Answer>().Produces<Answer>(StatusCodes.Status503ServiceUnavailable);

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var answer = await AnswerAsync(cancel);
        (string, object?)[] figures = [("mode", answer.Mode), ("where", answer.Where), ("slots", answer.Slots), ("running", answer.Running), ("waiting", answer.Waiting), ("runs", runner.Runs)];
        // Everything else works without it: it never takes the server down.
        return answer.Status == HealthState.Up ? PartHealth.Up(answer.Bounds, figures) : PartHealth.Degraded(string.Join("; ", answer.Reasons), figures);
    }

    private static async Task<IResult> HandleAsync(SandboxHealth health, CancellationToken cancel)
    {
        var answer = await health.AnswerAsync(cancel);
        return TypedResults.Json(answer, statusCode: answer.Status == HealthState.Down ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private async Task<Answer> AnswerAsync(CancellationToken cancel)
    {
        if (role.Runs && (runner.MayRun || runner.State.Mode != CageMode.Off))
        {
            var state = runner.State;
            if (runner.MayRun) return Make(state.Mode, "here", state.Reasons, state.Groups, runner.Languages, runner.Queue.Places);
        }

        var runners = await remote.RunnersAsync(cancel);
        if (runners.FirstOrDefault(r => r.Usable) is { } other)
        {
            return Make(other.Mode, "runner", other.Reasons.Split('\n', StringSplitOptions.RemoveEmptyEntries), other.Groups, [.. other.Languages
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(l => Enum.Parse<SandboxLanguage>(l, ignoreCase: true))], runners.Where(r => r.Usable).Sum(r => r.Slots));
        }

        var (mode, reasons) = role.Runs ? (runner.State.Mode, runner.State.Reasons)
            : runners.Count > 0 ? (runners[0].Mode, runners[0].Reasons.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            : (CageMode.Off, (IReadOnlyList<string>)["this process has not the role runner, and no process that has is up"]);
        return Make(mode, "nowhere", reasons, null, [], 0);
    }

    private Answer Make(CageMode mode, string where, IReadOnlyList<string> reasons, string? bounds, IReadOnlyList<SandboxLanguage> languages, int slots)
    {
        var settings = options.Value;
        var status = where == "nowhere" ? HealthState.Down : mode == CageMode.Full ? HealthState.Up : HealthState.Degraded;
        var running = role.Runs ? runner.Queue.Places - runner.Queue.Free : 0;
        return new Answer(
            status, Words.Of(mode), where, reasons, bounds, languages, slots, running, role.Runs ? runner.Queue.Waiting : 0,
            new Bound(settings.MemoryBytes, settings.Processors, settings.Processes, (long)settings.UsualRun.TotalMilliseconds, settings.OutputBytes, settings.TemporaryBytes));
    }
}
