using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Xml.Linq;

using Mainstreet.Commands;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

/// <summary>The command as an operator runs it, against the real program and against what is none.</summary>
[Trait("kind", "db")]
public sealed class SmokeCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("smoke-").FullName;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _error = new(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Theory, EachEngine]
    public async Task Every_module_is_walked_in_more_than_a_hundred_paths(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await app.WarmAsync();
        var file = Path.Combine(_directory, "reports", "smoke.xml");
        (await RunAsync(app, $"--target {app.Address} --json --junit {file}")).ShouldBe(0, _output.ToString());
        var report = JsonDocument.Parse(_output.ToString()).RootElement;
        report.GetProperty("holds").GetBoolean().ShouldBeTrue();
        report.GetProperty("modules").EnumerateArray().Select(m => m.GetString()).ShouldBe(["foundation", "access", "trades", "occasions", "store", "careers", "studio"]);
        report.GetProperty("paths").GetInt32().ShouldBeGreaterThan(250);
        report.GetProperty("routes").GetProperty("walked").GetInt32().ShouldBeGreaterThan(130);
        report.GetProperty("steps").EnumerateArray().Where(s => s.GetProperty("routes").GetArrayLength() == 0).ShouldBeEmpty();

        var cases = XDocument.Load(file).Descendants("testcase").ToList();
        cases.Count.ShouldBe(report.GetProperty("steps").GetArrayLength());
        XDocument.Load(file).Descendants("testsuite").Select(s => s.Attribute("name")!.Value).ShouldBe(["foundation", "access", "trades", "occasions", "store", "careers", "studio"]);
        cases.ShouldAllBe(c => !c.Elements().Any());
    }

    [Fact]
    public async Task Only_modules_that_are_served_are_walked()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Modules"] = "trades" });
        await app.WarmAsync();
        await using var whole = await TestApp.StartReplicaAsync(app, new Dictionary<string, string?> { ["Modules"] = null });
        (await RunAsync(whole, $"--target {app.Address} --json")).ShouldBe(0, _output.ToString());
        JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("modules").EnumerateArray().Select(m => m.GetString()).ShouldBe(["foundation", "access", "trades"]);
        (await RunAsync(whole, $"--target {app.Address} --module store")).ShouldBe(2);
        _error.ToString().ShouldContain("does not serve module 'store'");
    }

    [Fact]
    public async Task Reading_only_makes_nothing()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, seed: true);
        await app.WarmAsync();
        var reader = await TestUser.RegisterAsync(app);
        var before = await SettledAsync(app);
        (await RunAsync(app, $"--target {app.Address} --read-only --token {reader.AccessToken} --json")).ShouldBe(0, _output.ToString());
        var report = JsonDocument.Parse(_output.ToString()).RootElement;
        report.GetProperty("skipped").GetInt32().ShouldBe(0);
        report.GetProperty("paths").GetInt32().ShouldBeGreaterThan(90);
        report.GetProperty("steps").EnumerateArray().SelectMany(s => s.GetProperty("routes").EnumerateArray()).ShouldAllBe(r => r.GetString()!.StartsWith("GET ", StringComparison.Ordinal));
        (await RowsAsync(app)).ShouldBe(before);
    }

    [Fact]
    public async Task Reading_only_without_a_token_says_what_is_skipped()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite);
        await app.WarmAsync();
        var before = await SettledAsync(app);
        (await RunAsync(app, $"--target {app.Address} --read-only --module store,foundation")).ShouldBe(0, _output.ToString());
        _output.ToString().ShouldContain("skip  store");
        _output.ToString().ShouldContain("MAINSTREET_SMOKE_TOKEN");
        _output.ToString().ShouldContain("0 failed, 0 not reached");
        (await RowsAsync(app)).ShouldBe(before);
    }

    [Fact]
    public async Task A_module_that_contributes_nothing_fails()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Modules"] = "trades" });
        await app.WarmAsync();
        var parts = ProvingParts.From(app.Host);
        (await RunAsync(parts with { SmokePaths = [.. parts.SmokePaths.Where(p => p.Name is "foundation" or "access")] }, $"--target {app.Address} --junit {Path.Combine(_directory, "x.xml")}")).ShouldBe(1);
        _error.ToString().ShouldContain("module trades contributes no path");
        XDocument.Load(Path.Combine(_directory, "x.xml")).Descendants("failure").Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_path_that_fails_exits_with_1_and_is_a_failure_in_JUnit()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Modules"] = "trades" });
        await app.WarmAsync();
        var parts = ProvingParts.From(app.Host);
        var file = Path.Combine(_directory, "x.xml");
        (await RunAsync(parts with { SmokePaths = [.. parts.SmokePaths, new Failing()] }, $"--target {app.Address} --module trades --junit {file}")).ShouldBe(1);
        _output.ToString().ShouldContain("1 failed, 1 not reached");
        XDocument.Load(file).Descendants("failure").Select(f => f.Attribute("type")!.Value).ShouldBe(["failed", "not-reached"]);
        XDocument.Load(file).Descendants("failure").First().Attribute("message")!.Value.ShouldContain("404");
    }

    [Fact]
    public async Task When_time_is_up_it_exits_with_1()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Access:PasswordIterations"] = "2000000" });
        await app.WarmAsync();
        (await RunAsync(app, $"--target {app.Address} --module access --timeout 1")).ShouldBe(1);
        _output.ToString().ShouldContain("time is up");
    }

    [Theory]
    [InlineData("", "--target is needed")]
    [InlineData("--target not-an-address", "is not an http or https address")]
    [InlineData("--target http://127.0.0.1:1", "nothing answers there")]
    [InlineData("--target http://no-such-host.invalid", "cannot be reached")]
    [InlineData("--target http://127.0.0.1:1 --timeout 0", "--timeout is 1 to 3600")]
    public async Task What_cannot_be_walked_exits_with_2_and_one_line(string line, string says)
    {
        (await RunAsync(new ProvingParts(["trades"], [], []), line)).ShouldBe(2);
        _error.ToString().ShouldContain(says);
        _error.ToString().Trim().ShouldNotContain('\n');
    }

    [Fact]
    public async Task What_is_no_Mainstreet_exits_with_2()
    {
        await using var other = await OtherAsync(null);
        (await RunAsync(new ProvingParts(["trades"], [], []), $"--target {AddressOf(other)}")).ShouldBe(2);
        _error.ToString().ShouldContain("is no Mainstreet");
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_exits_with_2()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=elsewhere.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await using var other = await OtherAsync(certificate);
        (await RunAsync(new ProvingParts(["trades"], [], []), $"--target {AddressOf(other)}")).ShouldBe(2);
        _error.ToString().ShouldContain("certificate");
    }

    private Task<int> RunAsync(TestApp app, string line) => RunAsync(ProvingParts.From(app.Host), line);

    private async Task<int> RunAsync(ProvingParts parts, string line)
    {
        var root = new RootCommand { SmokeCommand.Create(() => parts) };
        return await root.Parse($"smoke {line}").InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, TestContext.Current.CancellationToken);
    }

    // Not what the program itself does in the background: its leases, beats and checkpoints.
    // What a server does by itself when it starts (plans, keys, leases) has to be over.
    private static async Task<IReadOnlyList<string>> SettledAsync(TestApp app)
    {
        var same = 0;
        for (var last = await RowsAsync(app); ;)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            var now = await RowsAsync(app);
            same = now.SequenceEqual(last) ? same + 1 : 0;
            // One look alone may have been at a server that got no processor.
            if (same == 4) return now;
            last = now;
        }
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(TestApp app)
    {
        await using var connection = new SqliteConnection(app.Database.Options.ConnectionString);
        await connection.OpenAsync();
        var counts = new List<string>();
        foreach (var table in await NamesAsync(connection))
        {
            await using var count = connection.CreateCommand();
            count.CommandText = $"SELECT count(*) FROM \"{table}\"";
            counts.Add($"{table}: {await count.ExecuteScalarAsync()}");
        }

        counts.Count.ShouldBeGreaterThan(50);
        return counts;
    }

    private static async Task<List<string>> NamesAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN ('foundation_audit_checkpoints', 'foundation_data_protection_keys', 'foundation_inbox', 'foundation_jobs', 'foundation_leases', 'foundation_live_presence', 'foundation_live_replicas', 'foundation_outbox') ORDER BY name";
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return names;
    }

    private static async Task<WebApplication> OtherAsync(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(new Microsoft.AspNetCore.Server.Kestrel.Https.HttpsConnectionAdapterOptions { ServerCertificate = certificate, SslProtocols = SslProtocols.None });
        }));
        var app = builder.Build();
        app.MapGet("/health", () => Results.Text("<html>Welcome</html>", "text/html"));
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private sealed class Failing : ISmokePath
    {
        public string Name => "trades";

        public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
        {
            var made = await walk.GetAsync("not there", SmokeWalk.Nobody, $"/v1/not-there", a => a.Id());
            await walk.GetAsync("after it", SmokeWalk.Nobody, $"/v1/not-there/{made}", a => a.Id());
        }
    }
}
