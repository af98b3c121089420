using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet load --scenario ramp|spike|stress|soak|steady --target URL[,URL]</c>: open load on a running server. Exit code 0 every threshold met
/// (a stress run: it ran), 99 one missed, 2 the run could not be made.
/// </summary>
internal static class LoadCommand
{
    private const double LongestThink = 3_600;

    /// <param name="parts">Asked for only when the command runs.</param>
    internal static Command Create(Func<ProvingParts> parts)
    {
        var scenario = new Option<string>("--scenario") { Description = $"One of {string.Join(", ", LoadScenarios.Names)}. Default ramp.", HelpName = "NAME", DefaultValueFactory = _ => "ramp" };
        var target = TargetOption.Create();
        var agents = new Option<string?>("--agents") { Description = "Virtual users of each step, in place of the scenario's.", HelpName = "N[,N]" };
        var rate = new Option<double?>("--rate") { Description = "Requests a second, in place of agents.", HelpName = "N" };
        var think = new Option<double?>("--think") { Description = "Seconds between two requests of one agent, on average. Default 1; 0 in a closed loop.", HelpName = "S" };
        var seconds = new Option<double?>("--seconds") { Description = "Length of each step. Default 30 (stress 20, soak 600).", HelpName = "S" };
        var minutes = new Option<double?>("--minutes") { Description = "The same in minutes, for a soak.", HelpName = "M" };
        var warmUp = new Option<double>("--warm-up") { Description = "Seconds before, which are held to no threshold. Default 10.", HelpName = "S", DefaultValueFactory = _ => 10 };
        var closed = new Option<int?>("--closed") { Description = "A closed loop of N connections instead, which hides what a stall costs: only for comparing with closed generators.", HelpName = "N" };
        var path = new Option<string?>("--path") { Description = "Ask for this path alone, without signing in.", HelpName = "PATH" };
        var only = new Option<string?>("--only") { Description = "Mixes of these modules alone.", HelpName = "a,b" };
        var threshold = new Option<string[]>("--threshold") { Description = "For example 'p95<150'; p50, p95, p99, max in ms, errors in %, goodput per s. Replaces all of p95<200, p99<500, errors<0.1.", HelpName = "T" };
        var accounts = new Option<int?>("--accounts") { Description = "Synthetic accounts that the load is spread over. Default one for 20 requests a second, 8 to 200.", HelpName = "N" };
        var cores = new Option<double?>("--cores") { Description = "Cores that the server may use, where it is held to fewer than it knows of.", HelpName = "N" };
        var seed = new Option<int?>("--seed") { Description = "Repeats the instants and requests of an earlier run.", HelpName = "N" };
        var report = new Option<string?>("--report") { Description = "HTML report. Default load-SCENARIO.html.", HelpName = "FILE" };
        var json = new Option<string?>("--json") { Description = "The result as JSON too.", HelpName = "FILE" };
        var command = new Command("load", "Put open load on a running server and hold its latencies and errors to thresholds. Exit code 99 when one is missed.")
        {
            scenario, target, agents, rate, think, seconds, minutes, warmUp, closed, path, only, threshold, accounts, cores, seed, report, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            try
            {
                if (TargetOption.Read(parsed.GetValue(target), out var targets) is { } wrong) throw new ProofException(wrong);
                var name = parsed.GetRequiredValue(scenario);
                var loop = Positive(parsed.GetValue(closed), "--closed");
                var pause = parsed.GetValue(think) ?? (loop is null ? 1 : 0);
                if (pause is < 0 or > LongestThink || (pause == 0 && loop is null)) throw new ProofException("--think takes a number of seconds above 0.");
                var steps = parsed.GetValue(rate) is { } perSecond ? [Positive(perSecond, "--rate")!.Value * pause] : Numbers(parsed.GetValue(agents));
                var length = Positive(parsed.GetValue(seconds), "--seconds") ?? Positive(parsed.GetValue(minutes), "--minutes") * 60;
                var plan = Plan(name, steps, length, pause, parsed.GetValue(warmUp)) with { Closed = loop is { } n ? (int)n : null };
                var run = new LoadRun(targets, plan, parsed.GetValue(threshold) is { Length: > 0 } own ? own : LoadRun.UsualThresholds)
                {
                    Seed = parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue),
                    Accounts = (int?)Positive(parsed.GetValue(accounts), "--accounts"),
                    Cores = Positive(parsed.GetValue(cores), "--cores"),
                    Path = parsed.GetValue(path),
                    Progress = line => error.WriteLine($"load: {line}"),
                };
                var result = await LoadRunner.RunAsync(run, Mixes(parts, parsed.GetValue(only), run.Path), cancel);
                var page = parsed.GetValue(report) ?? $"load-{name}.html";
                await WriteAsync(page, LoadHtml.Write(result), cancel);
                if (parsed.GetValue(json) is { } file) await WriteAsync(file, LoadJson.Write(result), cancel);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(LoadText.Write(result) + $"  report {page}");
                return result.ExitCode;
            }
            catch (ProofException failure)
            {
                await error.WriteLineAsync($"load: could not run: {failure.Message}");
                return ProvingExit.CouldNotRun;
            }
        });
        return command;
    }

    private static LoadPlan Plan(string name, IReadOnlyList<double> steps, double? seconds, double think, double warmUp)
    {
        try
        {
            return LoadScenarios.Of(name, steps, seconds is { } s ? TimeSpan.FromSeconds(s) : null, TimeSpan.FromSeconds(think), TimeSpan.FromSeconds(Math.Max(0, warmUp)));
        }
        catch (ArgumentException unknown) when (unknown.ParamName == "name")
        {
            throw new ProofException(unknown.Message.Split(" (Parameter")[0], unknown);
        }
    }

    private static IReadOnlyList<ILoadMix> Mixes(Func<ProvingParts> parts, string? only, string? path)
    {
        if (path is not null) return path.StartsWith('/') ? [] : throw new ProofException("--path begins with a slash.");
        var all = parts().LoadMixes;
        if (only is null) return all;
        var wanted = only.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = wanted.FirstOrDefault(w => all.All(m => m.Name != w));
        if (unknown is not null) throw new ProofException($"'{unknown}' contributes no load mix. There are: {string.Join(", ", all.Select(m => m.Name))}.");
        return [.. all.Where(m => wanted.Contains(m.Name))];
    }

    private static double[] Numbers(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(n => Positive(
            double.TryParse(n, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : -1, "--agents")!.Value)];

    private static double? Positive(double? value, string option) =>
        value is null or > 0 and < 1_000_000 ? value : throw new ProofException($"{option} takes a number above 0.");

    private static async Task WriteAsync(string path, string text, CancellationToken cancel)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancel);
    }
}
