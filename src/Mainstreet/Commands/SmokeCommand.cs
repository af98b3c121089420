using System.CommandLine;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet smoke --target URL</c>: walks every module's paths once, with synthetic accounts, or reading only. Exit code
/// 0 every path holds, 1 one does not or a module contributes none, 2 nothing could be walked.
/// </summary>
internal static class SmokeCommand
{
    private const string TokenVariable = "MAINSTREET_SMOKE_TOKEN";

    /// <param name="parts">Asked for only when the command runs.</param>
    internal static Command Create(Func<ProvingParts> parts)
    {
        var target = TargetOption.Create();
        var module = new Option<string?>("--module") { Description = "Walk these modules only, separated by commas. Default: all that the target serves.", HelpName = "NAME[,NAME]" };
        var readOnly = new Option<bool>("--read-only") { Description = "Only GET, nothing is made: what is public and, with a token, what an account may read." };
        var token = new Option<string?>("--token") { Description = $"Access token of an account to read with. Better in {TokenVariable}: arguments can be read by other users of the machine.", HelpName = "TOKEN" };
        var timeout = new Option<int>("--timeout") { Description = "Seconds after which what is left counts as not reached.", DefaultValueFactory = _ => 120, HelpName = "SECONDS" };
        var junit = new Option<string?>("--junit") { Description = "Writes the results as JUnit XML too.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Prints the results as JSON." };
        var command = new Command("smoke", "Walk every module's paths once against a running server.") { target, module, readOnly, token, timeout, junit, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong)
            {
                await error.WriteLineAsync($"smoke: {wrong}");
                return ProvingExit.CouldNotRun;
            }

            if (parsed.GetValue(timeout) is < 1 or > 3_600)
            {
                await error.WriteLineAsync("smoke: --timeout is 1 to 3600 seconds.");
                return ProvingExit.CouldNotRun;
            }

            var settings = new Settings(targets)
            {
                Modules = parsed.GetValue(module) is { Length: > 0 } names ? names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : null,
                ReadOnly = parsed.GetValue(readOnly),
                Token = parsed.GetValue(token) ?? (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } given ? given : null),
                Timeout = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                JUnit = parsed.GetValue(junit),
                Json = parsed.GetValue(json),
            };
            return await RunAsync(parts(), settings, parsed.InvocationConfiguration.Output, error, cancel);
        });
        return command;
    }

    internal sealed record Settings(IReadOnlyList<Uri> Targets)
    {
        public IReadOnlyList<string>? Modules { get; init; }

        public bool ReadOnly { get; init; }

        public string? Token { get; init; }

        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

        public string? JUnit { get; init; }

        public bool Json { get; init; }
    }

    internal static async Task<int> RunAsync(ProvingParts parts, Settings settings, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var run = new ProofRun(settings.Targets, 0, TimeProvider.System);
        SmokeTarget target;
        IReadOnlyList<string> modules;
        try
        {
            target = await SmokeTarget.LookAsync(run, cancel);
            modules = Pick(parts, target, settings.Modules);
        }
        catch (ProofException failure)
        {
            await error.WriteLineAsync($"smoke: {failure.Message}");
            return ProvingExit.CouldNotRun;
        }

        var walks = parts.SmokePaths.Where(p => modules.Contains(p.Name) && (p.ReadOnly || !settings.ReadOnly)).ToList();
        var started = run.Clock.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.Timeout);
        var how = new SmokeSettings { ReadOnly = settings.ReadOnly, Token = settings.Token, Routes = parts.Routes };
        var steps = await SmokeRunner.WalkAllAsync(walks, run, how, (_, walked) => settings.Json ? Task.CompletedTask : SmokeReport.WriteAsync(walked, output), limit.Token);
        cancel.ThrowIfCancellationRequested();

        var silent = modules.Where(m => walks.TrueForAll(w => w.Name != m)).ToList();
        var results = new SmokeResults(steps, modules, silent, parts.Routes.Of([.. modules]), run.Clock.GetElapsedTime(started));
        if (settings.JUnit is { } file)
        {
            try
            {
                await SmokeReport.WriteJUnitAsync(results, file, cancel);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                await error.WriteLineAsync($"smoke: {file} cannot be written: {failure.Message}");
                return ProvingExit.CouldNotRun;
            }
        }

        await output.WriteLineAsync(settings.Json ? SmokeReport.Json(results, run, settings.ReadOnly) : SmokeReport.Summary(results, settings.ReadOnly));
        foreach (var module in silent) await error.WriteLineAsync($"smoke: module {module} contributes no path.");
        return results.Holds ? ProvingExit.Holds : ProvingExit.Broken;
    }

    // Modules that both this program and the target know; the foundation is always there.
    private static List<string> Pick(ProvingParts parts, SmokeTarget target, IReadOnlyList<string>? wanted)
    {
        List<string> served = [SmokeTarget.Foundation, .. parts.Modules.Where(target.Modules.Contains)];
        if (wanted is null) return served;
        foreach (var name in wanted)
        {
            if (name != SmokeTarget.Foundation && !parts.Modules.Contains(name)) throw new ProofException($"There is no module '{name}'. Modules: {string.Join(", ", parts.Modules.Prepend(SmokeTarget.Foundation))}.");
            if (!served.Contains(name)) throw new ProofException($"The target does not serve module '{name}'. It serves: {string.Join(", ", served)}.");
        }

        return [.. served.Where(wanted.Contains)];
    }
}
