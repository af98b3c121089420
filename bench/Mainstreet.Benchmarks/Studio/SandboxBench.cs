using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Hosting;
using Mainstreet.Studio.Sandbox;
using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Languages;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Benchmarks.Studio;

/// <summary>
/// What the cage costs: the same programs started outside and inside in turn, so that both meet the same machine. <c>true</c> does nothing, so its difference is the
/// cage alone. Arguments: <c>--runs 200</c>. Outside is a bare process with its output read; inside is the whole way of a run: folder, groups, filter, namespaces, the
/// program, figures, clean-up.
/// </summary>
internal static class SandboxBench
{
    private static readonly (string Name, SandboxLanguage Language, string Code, string[] Outside)[] Programs =
    [
        ("true", SandboxLanguage.Shell, "", ["/bin/sh", "-c", ":"]),
        ("python hello", SandboxLanguage.Python, "print('hello, world')", ["/usr/bin/python3", "-c", "print('hello, world')"]),
        ("node hello", SandboxLanguage.Javascript, "console.log('hello, world')", ["/usr/bin/node", "-e", "console.log('hello, world')"]),
        ("c# hello", SandboxLanguage.Csharp, "Console.WriteLine(\"hello, world\");", []),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var runs = Array.IndexOf(args, "--runs") is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 200;
        var data = Directory.CreateTempSubdirectory("mainstreet-bench-");
        var settings = new SandboxOptions();
        var options = Options.Create(settings);
        using var keeper = new CageKeeper(options, new DataDirectory(data.FullName), TimeProvider.System, NullLogger<CageKeeper>.Instance);
        using var compiler = new CSharpCompiler(options, TimeProvider.System);
        var runner = new SandboxRunner(keeper, compiler, options, new SandboxMetrics(), TimeProvider.System, NullLogger<SandboxRunner>.Instance);
        var state = runner.State;
        Console.WriteLine($"mode {state.Mode}, {state.Groups}, {Environment.ProcessorCount} cores {string.Join("; ", state.Reasons)}");
        try
        {
            if (!runner.MayRun) return 1;
            Console.WriteLine("| program | runs | outside p50 ms | inside p50 ms | inside p95 ms | inside max ms | difference p50 ms | best difference ms |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            foreach (var program in Programs.Where(p => runner.Languages.Contains(p.Language))) await MeasureAsync(runner, settings, program, runs);
            return 0;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(SandboxRunner runner, SandboxOptions settings, (string Name, SandboxLanguage Language, string Code, string[] Outside) program, int runs)
    {
        var files = new Dictionary<string, byte[]> { [SandboxRequest.MainFile(program.Language)] = System.Text.Encoding.UTF8.GetBytes(program.Code) };
        var run = SandboxRequest.ToRun(program.Language, files, null, null, null, settings).Value!;
        var (outside, inside) = (new List<double>(), new List<double>());
        for (var i = -5; i < runs; i++)
        {
            var bare = program.Outside.Length == 0 ? 0 : Bare(program.Outside);
            var started = Stopwatch.GetTimestamp();
            var result = await runner.RunAsync(Guid.Empty, run, CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            if (!result.Ok || result.Value.Status != SandboxStatus.Ok) throw new InvalidOperationException($"{program.Name}: {result.Problem?.Detail} {result.Value?.Stderr}");
            if (i < 0) continue;
            outside.Add(bare);
            inside.Add(took);
        }

        outside.Sort();
        inside.Sort();
        string Cell(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
        var none = program.Outside.Length == 0;
        Console.WriteLine($"| {program.Name} | {runs} | {(none ? "-" : Cell(outside[runs / 2]))} | {Cell(inside[runs / 2])} | {Cell(inside[(int)(runs * 0.95)])} | {Cell(inside[^1])} | {(none ? "-" : Cell(inside[runs / 2] - outside[runs / 2]))} | {(none ? "-" : Cell(inside[0] - outside[0]))} |");
    }

    private static double Bare(string[] line)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
