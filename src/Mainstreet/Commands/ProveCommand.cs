using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet prove MODULE|all --target URL[,URL]</c>: holds a running deployment to its modules' invariants. Exit code 0
/// all hold, 1 one is broken or a module contributes none, 2 the run could not be made.
/// </summary>
internal static class ProveCommand
{
    private const string All = "all";

    /// <param name="parts">Asked for only when the command runs.</param>
    internal static Command Create(Func<ProvingParts> parts)
    {
        var module = new Argument<string>("module") { Description = "A module's name, or 'all'." };
        var target = TargetOption.Create();
        var seed = new Option<int?>("--seed") { Description = "Repeats the plan of an earlier run.", HelpName = "N" };
        var faults = new Option<bool>("--faults") { Description = "Replicas or the database are killed meanwhile: 503 with Retry-After and lost connections do not count." };
        var report = new Option<string?>("--report") { Description = "HTML report; the history goes beside it as .jsonl. Default prove-MODULE.html.", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "Verdicts, checks and counter-examples of all proofs in one file.", HelpName = "FILE" };
        var junit = new Option<string?>("--junit") { Description = "The same for a build server: a suite a module, a case an invariant.", HelpName = "FILE" };
        var command = new Command("prove", "Check a running deployment's invariants. Further options are the modules' own, for example --tickets 500, or --trades.tickets 500 for one of several.")
        {
            module, target, seed, faults, report, json, junit,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"prove: {wrong}");
                return ProvingExit.CouldNotRun;
            }

            var settings = new Settings(targets, parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue), parsed.GetValue(faults), parsed.GetValue(report))
            {
                Json = parsed.GetValue(json), JUnit = parsed.GetValue(junit),
            };
            return await RunAsync(
                parts(), parsed.GetRequiredValue(module), parsed.UnmatchedTokens, settings, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel);
        });
        return command;
    }

    internal sealed record Settings(IReadOnlyList<Uri> Targets, int Seed, bool Faults, string? Report)
    {
        internal string? Json { get; init; }

        internal string? JUnit { get; init; }
    }

    internal static async Task<int> RunAsync(
        ProvingParts parts, string module, IReadOnlyList<string> further, Settings settings, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var chosen = module == All ? parts.Proofs : [.. parts.Proofs.Where(p => p.Name == module)];
        if (module != All && chosen.Count == 0)
        {
            await error.WriteLineAsync($"prove: '{module}' contributes no proof. There are: {string.Join(", ", parts.Proofs.Select(p => p.Name).Append(All))}.");
            return ProvingExit.CouldNotRun;
        }

        if (ProofArguments.Read(further, chosen, out var arguments) is { } wrong)
        {
            await error.WriteLineAsync($"prove: {wrong}");
            return ProvingExit.CouldNotRun;
        }

        var (startedAt, start) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        var outcomes = new List<ProofOutcome>();
        foreach (var proof in chosen)
        {
            outcomes.Add(await RunOneAsync(proof, arguments, settings, chosen.Count, output, error, cancel));
        }

        IReadOnlyList<string> silent = module == All ? [.. parts.Modules.Where(m => parts.Proofs.All(p => p.Name != m || p.Invariants.Count == 0))] : [];
        foreach (var name in silent) await error.WriteLineAsync($"prove: module {name} contributes no invariant.");
        var summary = new ProvingSummary(settings.Targets, settings.Seed, settings.Faults, startedAt, TimeProvider.System.GetElapsedTime(start), outcomes, silent);
        if (module == All) await output.WriteAsync(summary.ToText());
        await WriteAsync(settings.Json, summary.ToJson, cancel);
        await WriteAsync(settings.JUnit, summary.ToJUnit, cancel);
        return summary.ExitCode;
    }

    private static async Task<ProofOutcome> RunOneAsync(
        IProof proof, ProofArguments arguments, Settings settings, int proofs, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var run = new ProofRun(settings.Targets, settings.Seed, TimeProvider.System)
        {
            Faults = settings.Faults,
            Options = arguments.ValuesOf(proof),
            Texts = arguments.TextsOf(proof),
            ReportPath = ReportPath(settings.Report, proof.Name, proofs),
            Progress = line => error.WriteLine($"prove {proof.Name}: {line}"),
        };
        try
        {
            var report = await ProofRunner.RunAsync(proof, run, cancel);
            await output.WriteLineAsync(TextReport.Write(report));
            await output.WriteLineAsync($"  report {run.ReportPath}  history {ProofRunner.HistoryPath(run.ReportPath)}");
            return new ProofOutcome(proof.Name, proof.Invariants, report, null);
        }
        catch (ProofException failure)
        {
            await error.WriteLineAsync($"prove {proof.Name}: could not run: {failure.Message}");
            return new ProofOutcome(proof.Name, proof.Invariants, null, failure.Message);
        }
    }

    private static async Task WriteAsync(string? path, Func<string> text, CancellationToken cancel)
    {
        if (path is null) return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(path, text(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancel);
    }

    private static string ReportPath(string? asked, string proof, int proofs)
    {
        if (asked is null) return $"prove-{proof}.html";
        if (proofs == 1) return asked;
        return Path.Combine(Path.GetDirectoryName(asked) ?? "", $"{Path.GetFileNameWithoutExtension(asked)}-{proof}{Path.GetExtension(asked)}");
    }
}
