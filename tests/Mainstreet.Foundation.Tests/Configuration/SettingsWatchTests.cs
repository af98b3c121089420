using System.Net;

using Mainstreet.Access;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>Settings files are edited under a running server.</summary>
[Trait("kind", "db")]
public sealed class SettingsWatchTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mainstreet-settings-{Guid.CreateVersion7():N}.json");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task An_edit_is_taken_by_a_running_server_by_itself()
    {
        await using var app = await StartAsync("""{ "Features": { "Registration": true } }""");
        await TestUser.RegisterAsync(app);
        Write("""{ "Features": { "Registration": false } }""");
        await EventuallyAsync(() => Task.FromResult(Switches(app).Refusal(AccessFeatures.Registration, "A@EXAMPLE.TEST") is not null));
        (await Should.ThrowAsync<InvalidOperationException>(() => TestUser.RegisterAsync(app))).Message.ShouldContain("feature_off");
        Write("{}");
        await EventuallyAsync(() => Task.FromResult(Switches(app).Refusal(AccessFeatures.Registration, "A@EXAMPLE.TEST") is null));
        await TestUser.RegisterAsync(app);
    }

    [Fact]
    public async Task Levels_thresholds_and_limits_change_and_what_needs_a_restart_stays_and_is_named()
    {
        await using var app = await StartAsync("""{ "Requests": { "SlowMilliseconds": 900 }, "Live": { "MaxTopics": 7 } }""", ("Web:RequestsPerSecond", null), ("Web:Burst", null), ("Logging:LogLevel:Default", null));
        var log = app.Host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Mainstreet.Trial");
        log.IsEnabled(LogLevel.Debug).ShouldBeFalse();
        Write("""
            {
              "Requests": { "SlowMilliseconds": 5 }, "Health": { "JobBacklog": 3 }, "Web": { "RequestsPerSecond": 1, "Burst": 2 }, "Live": { "MaxTopics": 9 },
              "Logging": { "LogLevel": { "Mainstreet.Trial": "Debug" } }
            }
            """);
        Watch(app).Look();

        log.IsEnabled(LogLevel.Debug).ShouldBeTrue();
        Current<RequestOptions>(app).SlowMilliseconds.ShouldBe(5);
        Current<HealthOptions>(app).JobBacklog.ShouldBe(3);
        app.Host.Services.GetRequiredService<IOptions<LiveOptions>>().Value.MaxTopics.ShouldBe(7);
        app.Host.Configuration["Live:MaxTopics"].ShouldBe("7", "what needs a restart is not half in force");
        Watch(app).State.ShouldSatisfyAllConditions(s => s.Rejected.ShouldBeNull(), s => s.NeedRestart.ShouldHaveSingleItem().ShouldBe("Live:MaxTopics"), s => s.Taken.ShouldBe(1));
        var health = (await PartsAsync(app)).Single(p => p.Name == "settings").Health;
        health.State.ShouldBe(HealthState.Up);
        health.Figures!["needRestart"].ShouldBeAssignableTo<IReadOnlyList<string>>()!.ShouldHaveSingleItem().ShouldBe("Live:MaxTopics");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ => (await app.Http.GetAsync("/v1/auth/me", TestContext.Current.CancellationToken)).StatusCode));
        answers.ShouldContain(HttpStatusCode.TooManyRequests);
        Current<WebOptions>(app).Burst.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{ "Requests": { "SlowMilliseconds": 0 } }""", "Requests:SlowMilliseconds")]
    [InlineData("""{ "Features": { "StoreOrders": "half" } }""", "true, false or a percentage")]
    [InlineData("""{ "Logging": { "LogLevel": { "Mainstreet.Trial": "Loud" } } }""", "Logging:LogLevel:Mainstreet.Trial")]
    [InlineData("""{ "Requests": { "SlowMilliseconds": 5 }""", "is not JSON")]
    [InlineData("", "is empty")]
    public async Task A_bad_edit_changes_nothing_and_is_reported_until_it_is_mended(string bad, string words)
    {
        await using var app = await StartAsync("""{ "Requests": { "SlowMilliseconds": 900 } }""", ("Metrics:ReadSeconds", "1"));
        Write(bad);
        Watch(app).Look();
        Current<RequestOptions>(app).SlowMilliseconds.ShouldBe(900);
        Watch(app).State.Rejected.ShouldNotBeNull().ShouldContain(words);
        var health = (await PartsAsync(app)).Single(p => p.Name == "settings").Health;
        health.State.ShouldBe(HealthState.Degraded);
        health.Message.ShouldNotBeNull().ShouldContain(words);
        await EventuallyAsync(async () => (await app.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Contains("\nmainstreet_settings_rejected 1", StringComparison.Ordinal));
        (await app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        Write("""{ "Requests": { "SlowMilliseconds": 50 } }""");
        Watch(app).Look();
        Current<RequestOptions>(app).SlowMilliseconds.ShouldBe(50);
        Watch(app).State.Rejected.ShouldBeNull();
    }

    [Fact]
    public async Task A_stronger_source_keeps_the_last_word()
    {
        await using var app = await StartAsync("{}", ("Requests:SlowMilliseconds", "700"));
        Write("""{ "Requests": { "SlowMilliseconds": 5 } }""");
        Watch(app).Look();
        Current<RequestOptions>(app).SlowMilliseconds.ShouldBe(700);
    }

    [Fact]
    public async Task Readers_never_see_half_of_an_edit()
    {
        await using var app = await StartAsync(Pair(1));
        using var stop = new CancellationTokenSource();
        var options = app.Host.Services.GetRequiredService<IOptionsMonitor<WebOptions>>();
        using var begun = new CountdownEvent(2);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
        {
            var read = 0;
            for (; !stop.IsCancellationRequested; read++)
            {
                var now = options.CurrentValue;
                now.Burst.ShouldBe(now.RequestsPerSecond + 1000);
                if (read == 0) begun.Signal();
            }

            return read;
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        begun.Wait(TestContext.Current.CancellationToken);
        for (var i = 2; i < 40; i++)
        {
            Write(Pair(i));
            Watch(app).Look();
            options.CurrentValue.RequestsPerSecond.ShouldBe(i);
        }

        await stop.CancelAsync();
        (await Task.WhenAll(readers)).ShouldAllBe(read => read > 0);

        static string Pair(int i) => $$"""{ "Web": { "RequestsPerSecond": {{i}}, "Burst": {{i + 1000}} } }""";
    }

    private static FeatureSwitches Switches(TestApp app) => app.Host.Services.GetRequiredService<FeatureSwitches>();

    private static SettingsWatch Watch(TestApp app) => app.Host.Services.GetRequiredService<SettingsWatch>();

    private static T Current<T>(TestApp app) => app.Host.Services.GetRequiredService<IOptionsMonitor<T>>().CurrentValue;

    private static Task<IReadOnlyList<AskedPart>> PartsAsync(TestApp app) => app.Host.Services.GetRequiredService<HealthReport>().AllAsync(TestContext.Current.CancellationToken);

    // As an editor does it: the new file takes the old one's place at once.
    private void Write(string json)
    {
        File.WriteAllText(_file + ".new", json);
        File.Move(_file + ".new", _file, overwrite: true);
    }

    private async Task<TestApp> StartAsync(string json, params (string Key, string? Value)[] more)
    {
        Write(json);
        var settings = new Dictionary<string, string?> { ["SettingsFile"] = _file, ["Web:RequestsPerSecond"] = null, ["Web:Burst"] = null };
        foreach (var (key, value) in more) settings[key] = value;
        return await TestApp.StartAsync(Engine.Sqlite, settings);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 600 && !await holds(); attempt++) await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        (await holds()).ShouldBeTrue();
    }
}
