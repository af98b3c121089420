using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;

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
        var command = new Command("prove", "Check a running deployment's invariants. Further options are the module's own, for example --tickets 500 --racers 20.")
        {
            module, target, seed, faults, report,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancel) =>
        {
            if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"prove: {wrong}");
                return ProvingExit.CouldNotRun;
            }

            var settings = new Settings(targets, parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue), parsed.GetValue(faults), parsed.GetValue(report));
            return await RunAsync(
                parts(), parsed.GetRequiredValue(module), parsed.UnmatchedTokens, settings, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel);
        });
        return command;
    }

    internal sealed record Settings(IReadOnlyList<Uri> Targets, int Seed, bool Faults, string? Report);

    internal static async Task<int> RunAsync(
        ProvingParts parts, string module, IReadOnlyList<string> further, Settings settings, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var chosen = module == All ? parts.Proofs : [.. parts.Proofs.Where(p => p.Name == module)];
        if (module != All && chosen.Count == 0)
        {
            await error.WriteLineAsync($"prove: '{module}' contributes no proof. There are: {string.Join(", ", parts.Proofs.Select(p => p.Name).Append(All))}.");
            return ProvingExit.CouldNotRun;
        }

        if (Read(further, [.. chosen.SelectMany(p => p.Options)], [.. chosen.SelectMany(p => p.Texts)], out var options, out var texts) is { } wrong)
        {
            await error.WriteLineAsync($"prove: {wrong}");
            return ProvingExit.CouldNotRun;
        }

        var exit = ProvingExit.Holds;
        foreach (var proof in chosen)
        {
            var run = new ProofRun(settings.Targets, settings.Seed, TimeProvider.System)
            {
                Faults = settings.Faults,
                Options = options,
                Texts = texts,
                ReportPath = ReportPath(settings.Report, proof.Name, chosen.Count),
                Progress = line => error.WriteLine($"prove {proof.Name}: {line}"),
            };
            try
            {
                var report = await ProofRunner.RunAsync(proof, run, cancel);
                await output.WriteLineAsync(TextReport.Write(report));
                await output.WriteLineAsync($"  report {run.ReportPath}  history {ProofRunner.HistoryPath(run.ReportPath)}");
                exit = Math.Max(exit, report.ExitCode);
            }
            catch (ProofException failure)
            {
                await error.WriteLineAsync($"prove {proof.Name}: could not run: {failure.Message}");
                exit = ProvingExit.CouldNotRun;
            }
        }

        foreach (var silent in module == All ? parts.Modules.Where(m => parts.Proofs.All(p => p.Name != m || p.Invariants.Count == 0)) : [])
        {
            await error.WriteLineAsync($"prove: module {silent} contributes no invariant.");
            exit = Math.Max(exit, ProvingExit.Broken);
        }

        return exit;
    }

    /// <summary>Reads <c>--name N</c> and <c>--name TEXT</c> pairs; answers what is wrong with them.</summary>
    internal static string? Read(
        IReadOnlyList<string> tokens, IReadOnlyList<ProofOption> known, IReadOnlyList<ProofTextOption> words,
        out Dictionary<string, int> values, out Dictionary<string, string> texts)
    {
        values = new Dictionary<string, int>(StringComparer.Ordinal);
        texts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var (name, text) = tokens[i].Split('=', 2) is [var left, var right] ? (left, right) : (tokens[i], i + 1 < tokens.Count ? tokens[++i] : "");
            if (words.FirstOrDefault(o => $"--{o.Name}" == name) is { } word)
            {
                if (text.Length == 0) return $"{name} needs a value.";
                texts[word.Name] = text;
                continue;
            }

            var option = known.FirstOrDefault(o => $"--{o.Name}" == name);
            if (option is null)
            {
                var numbers = known.Select(o => $"\n  --{o.Name,-18} {o.Description} {o.Minimum} to {o.Maximum}, default {o.Default}.");
                return $"there is no option '{name}'. There are:{string.Concat(numbers.Concat(words.Select(o => $"\n  --{o.Name,-18} {o.Description} Default {o.Default}.")))}";
            }

            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < option.Minimum || value > option.Maximum)
            {
                return $"{name} takes a number from {option.Minimum} to {option.Maximum}, not '{text}'.";
            }

            values[option.Name] = value;
        }

        return null;
    }

    private static string ReportPath(string? asked, string proof, int proofs)
    {
        if (asked is null) return $"prove-{proof}.html";
        if (proofs == 1) return asked;
        return Path.Combine(Path.GetDirectoryName(asked) ?? "", $"{Path.GetFileNameWithoutExtension(asked)}-{proof}{Path.GetExtension(asked)}");
    }
}
