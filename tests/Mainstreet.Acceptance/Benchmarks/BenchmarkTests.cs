using System.Diagnostics;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Benchmarks;

/// <summary>Each benchmark runs once, tiny, so that it cannot rot. Nothing is timed here.</summary>
public sealed class BenchmarkTests
{
    [Theory]
    [InlineData("| sqlite | 200 |", "matching", "--sizes", "200", "--queries", "5")]
    [InlineData("0 differences", "occasions-time", "--from", "2019", "--to", "2019", "--zones", "Europe/London,Pacific/Apia")]
    [InlineData("| sqlite | 2000 |", "occasions-plan", "--recipients", "2000", "--days", "1")]
    [InlineData("| SQLite | 500 | all |", "store-search", "--products", "500", "--searches", "40", "--engines", "sqlite")]
    [InlineData("| SQLite | 400 | all |", "careers-jobs", "--postings", "400", "--searches", "40", "--engines", "sqlite")]
    [InlineData("| python hello | 3 |", "sandbox", "--runs", "3")]
    [InlineData("| crowd | 1100 |", "access-check", "--rules", "1100", "--questions", "200")]
    [InlineData("cores", "occasions-delivery", "--only", "claims,http", "--messages", "400", "--runs", "1")]
    public async Task Runs_and_prints_its_figures(string expected, params string[] arguments)
    {
        var (code, output) = await RunAsync("Mainstreet.Benchmarks", arguments);
        code.ShouldBe(0, output);
        output.ShouldContain(expected);
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        // artifacts/bin/PROJECT/CONFIGURATION
        var path = Path.Combine(here.Parent!.Parent!.FullName, program, here.Name, program);
        File.Exists(path).ShouldBeTrue($"{path} is built with the solution");
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
