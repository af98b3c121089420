using System.CommandLine;
using System.Net;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet health --target URL [--live]</c>: asks one server whether it is ready (or, with <c>--live</c>, whether it runs), for a
/// container's health check, where there is neither a shell nor curl. Exit code 0 yes, 1 no, 69 it cannot be reached. May be repeated.
/// </summary>
internal static class HealthCommand
{
    /// <summary>Shorter than any sensible interval of a health check.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    internal static Command Create()
    {
        var target = TargetOption.Create();
        var live = new Option<bool>("--live") { Description = "Ask only whether the process runs." };
        var command = new Command("health", "Ask a running server whether it is ready. Exit code 1 when it says no.") { target, live };
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong)
            {
                await error.WriteLineAsync($"health: {wrong}");
                return ExitCodes.Usage;
            }

            if (targets.Count > 1)
            {
                await error.WriteLineAsync("health: asks one server at a time.");
                return ExitCodes.Usage;
            }

            var path = new Uri(targets[0], parsed.GetValue(live) ? "health/live" : "health/ready");
            return await AskAsync(path, parsed.InvocationConfiguration.Output, error, cancel);
        });
        return command;
    }

    private static async Task<int> AskAsync(Uri path, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(path, cancel);
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancel));
            return answer.StatusCode == HttpStatusCode.OK ? ExitCodes.Ok : ExitCodes.No;
        }
        catch (HttpRequestException failure)
        {
            await error.WriteLineAsync($"health: {path} cannot be reached: {failure.GetBaseException().Message}");
            return ExitCodes.Unavailable;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            await error.WriteLineAsync($"health: {path} did not answer within {Patience.TotalSeconds} s");
            return ExitCodes.Unavailable;
        }
    }
}
