using System.CommandLine;

using Mainstreet.Commands;
using Mainstreet.Foundation.Load;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Load;

[Trait("kind", "unit")]
public sealed class LoadCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("load-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("errors<1", 0)]
    [InlineData("goodput>1000000", 99)]
    public async Task It_exits_as_its_thresholds_say_and_leaves_page_and_JSON(string threshold, int exit)
    {
        await using var server = await KnownServer.StartAsync((_, _) => Task.CompletedTask);
        (await RunAsync($"--scenario steady --target {server.Address} --rate 50 --seconds 0.5 --warm-up 0 --path / --threshold {threshold} --seed 3")).ShouldBe(exit);
        _output.ToString().ShouldContain("seed 3");
        File.ReadAllText(Path.Combine(_directory, "load.html")).ShouldContain("<!doctype html>");
        File.ReadAllText(Path.Combine(_directory, "load.json")).ShouldContain($"\"exitCode\": {exit}");
    }

    [Theory]
    [InlineData("--scenario ramp")]
    [InlineData("--scenario flood --target http://one.test")]
    [InlineData("--target http://one.test --agents 5,none")]
    [InlineData("--target http://one.test --rate -1")]
    [InlineData("--target http://one.test --think 0")]
    [InlineData("--target http://one.test --path nowhere")]
    [InlineData("--target http://one.test --only nobody")]
    [InlineData("--target http://127.0.0.1:1 --path / --threshold p95=3")]
    [InlineData("--target http://127.0.0.1:1 --path /")]
    [InlineData("--target http://127.0.0.1:1")]
    public async Task What_cannot_run_exits_with_2_and_says_why(string line)
    {
        (await RunAsync(line)).ShouldBe(2);
        _error.ToString().ShouldStartWith("load: could not run: ");
    }

    [Fact]
    public async Task A_soak_whose_memory_cannot_be_read_is_not_passed_as_flat()
    {
        await using var server = await KnownServer.StartAsync((_, _) => Task.CompletedTask);
        (await RunAsync($"--scenario soak --target {server.Address} --rate 50 --seconds 0.5 --warm-up 0 --path / --threshold errors<1")).ShouldBe(LoadResult.Missed);
        _output.ToString().ShouldContain("memory UNKNOWN");
    }

    private async Task<int> RunAsync(string line)
    {
        var root = new RootCommand { LoadCommand.Create(() => new ProvingParts([], [], [])) };
        return await root.Parse($"load {line} --report {Path.Combine(_directory, "load.html")} --json {Path.Combine(_directory, "load.json")}")
            .InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, TestContext.Current.CancellationToken);
    }
}
