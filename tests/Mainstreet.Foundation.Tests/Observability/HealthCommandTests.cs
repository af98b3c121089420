using Mainstreet.Commands;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Observability;

[Trait("kind", "unit")]
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData(200, 200, false, 0)]
    [InlineData(503, 200, false, 1)]
    [InlineData(503, 200, true, 0)]
    [InlineData(404, 200, false, 1)]
    [InlineData(302, 200, false, 1)]
    public async Task It_asks_whether_a_server_is_ready_or_only_whether_it_runs(int ready, int live, bool askLive, int expected)
    {
        await using var server = await ServeAsync(ready, live);
        var (code, output, _) = await RunAsync([.. (string[])["--target", server.Urls.Single()], .. askLive ? (string[])["--live"] : []]);
        code.ShouldBe(expected);
        output.Trim().ShouldBe(askLive ? "live" : "ready");
    }

    [Fact]
    public async Task Nobody_there_is_69_and_says_which_address()
    {
        var (code, output, error) = await RunAsync("--target", "http://127.0.0.1:1");
        code.ShouldBe(69);
        output.ShouldBeEmpty();
        error.ShouldContain("health: http://127.0.0.1:1/health/ready cannot be reached");
    }

    [Theory]
    [InlineData("one server at a time", "--target", "http://127.0.0.1:1,http://127.0.0.1:2")]
    [InlineData("is not an http or https address", "--target", "ftp://127.0.0.1")]
    [InlineData("--target is needed")]
    public async Task A_wrong_call_is_64_and_explained(string expected, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        code.ShouldBe(64);
        error.ShouldContain(expected);
    }

    private static async Task<WebApplication> ServeAsync(int ready, int live)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapGet("/health/ready", () => Results.Text("ready", statusCode: ready));
        server.MapGet("/health/live", () => Results.Text("live", statusCode: live));
        await server.StartAsync();
        return server;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await RootCommandFactory.Create(MainstreetHost.Build).Parse(["health", .. arguments])
            .InvokeAsync(new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
