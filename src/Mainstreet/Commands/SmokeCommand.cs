using System.CommandLine;
using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet smoke --target URL</c>: walks every module's main path once with synthetic accounts. Exit code 0 all steps
/// done, 1 a step failed or a module contributes no path, 2 the server cannot be reached.
/// </summary>
internal static class SmokeCommand
{
    /// <param name="parts">Asked for only when the command runs.</param>
    internal static Command Create(Func<ProvingParts> parts)
    {
        var target = TargetOption.Create();
        var command = new Command("smoke", "Walk every module's main path once against a running server.") { target };
        command.SetAction(async (parsed, cancel) =>
        {
            if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"smoke: {wrong}");
                return ProvingExit.CouldNotRun;
            }

            return await RunAsync(parts(), targets, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel);
        });
        return command;
    }

    internal static async Task<int> RunAsync(ProvingParts parts, IReadOnlyList<Uri> targets, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var run = new ProofRun(targets, 0, TimeProvider.System);
        try
        {
            using var client = new ProofClient(run, new History());
            await client.ServerVersionAsync(cancel);
        }
        catch (ProofException failure)
        {
            await error.WriteLineAsync($"smoke: {failure.Message}");
            return ProvingExit.CouldNotRun;
        }

        var exit = ProvingExit.Holds;
        foreach (var path in parts.SmokePaths)
        {
            var steps = await ProofRunner.WalkAsync(path, run, cancel);
            foreach (var step in steps)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{(step.Failure is null ? "ok  " : "FAIL")}  {step.Path,-10} {step.Name,-24} {step.Took.TotalMilliseconds,8:F1} ms{(step.Failure is null ? "" : "  " + step.Failure)}"));
            }

            if (steps.Any(s => s.Failure is not null)) exit = ProvingExit.Broken;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"      {path.Name,-10} {"in all",-24} {steps.Sum(s => s.Took.TotalMilliseconds),8:F1} ms"));
        }

        foreach (var silent in parts.Modules.Where(m => parts.SmokePaths.All(p => p.Name != m)))
        {
            await error.WriteLineAsync($"smoke: module {silent} contributes no path.");
            exit = Math.Max(exit, ProvingExit.Broken);
        }

        return exit;
    }
}
