using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Occasions.Proof;
using Mainstreet.Occasions.Time;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Proof;

/// <summary>The whole proof, over sockets, against the program as it is, and against one that is wrong in something.</summary>
[Trait("kind", "race")]
public sealed class OccasionsProofTests
{
    private static readonly Dictionary<string, int> Small = new() { ["recipients"] = 30, ["down"] = 12, ["creates"] = 20, ["puts"] = 40 };
    private static readonly Dictionary<string, int> Tiny = new() { ["recipients"] = 8, ["down"] = 6, ["creates"] = 5, ["puts"] = 60 };

    [Theory, EachEngine]
    public async Task The_program_holds_and_gets_its_clock_back(Engine engine)
    {
        var address = FreeAddress();
        await using var app = await StartAsync(engine, address);
        await using var replica = await TestApp.StartReplicaAsync(app, Settings(address));
        var report = await RunAsync([app.Address, replica.Address], address, Small);
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id} ({r.Checked} checks): {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.ExitCode.ShouldBe(0);
        app.Host.Services.GetRequiredService<OccasionClock>().Offset.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("occasions.one-create occasions.no-server-error", Flaw.ForgetsKeys, Flaw.ServerError)]
    [InlineData("occasions.delete-cancels occasions.accounted occasions.pause-holds occasions.misfire occasions.cancel-or-send",
        Flaw.IgnoresDeletes, Flaw.IgnoresPauses, Flaw.WrongPolicy, Flaw.IgnoresCancels)]
    [InlineData("occasions.status-forward", Flaw.StatusGoesBack)]
    public async Task Slips_are_found(string invariants, params Flaw[] flaws)
    {
        var address = FreeAddress();
        await using var app = await StartAsync(Engine.Sqlite, address);
        await using var door = await FlawedDoor.OpenAsync(app.Address, flaws);
        // On a busy machine a small run may not come to the point at which a slip shows.
        for (var run = 1; ; run++)
        {
            var report = await RunAsync([door.Address], address, Tiny);
            var broken = report.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).ToArray();
            if (run < 3 && invariants.Split(' ').Except(broken).Any()) continue;
            report.ExitCode.ShouldBe(1);
            foreach (var invariant in invariants.Split(' ')) broken.ShouldContain(invariant);
            return;
        }
    }

    [Fact]
    public async Task An_effect_that_the_provider_has_twice_is_found()
    {
        var address = FreeAddress();
        await using var app = await StartAsync(Engine.Sqlite, address);
        using var end = new CancellationTokenSource();
        var again = Task.CompletedTask;
        var report = await RunAsync([app.Address], address, Tiny, provider =>
        {
            provider.HonoursKeys = false;
            again = Task.Run(() => RepeatAsync(provider, end.Token));
        });
        await end.CancelAsync();
        await again;
        report.ExitCode.ShouldBe(1);
        report.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).ShouldContain("occasions.one-effect");
    }

    [Fact]
    public async Task Without_the_double_as_provider_it_says_what_to_do()
    {
        await using var app = await StartAsync(Engine.Sqlite, FreeAddress());
        var clock = app.Host.Services.GetRequiredService<OccasionClock>();
        var run = Task.Run(() => RunAsync([app.Address], FreeAddress(), Tiny));
        (await Should.ThrowAsync<ProofException>(run)).Message.ShouldContain("Occasions__Providers__0__Url=http://127.0.0.1:");
        clock.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task The_smoke_path_is_walked()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite);
        var steps = await SmokeRunner.WalkAsync(new OccasionsSmoke(), new ProofRun([app.Address], 1, TimeProvider.System), new SmokeSettings(), TestContext.Current.CancellationToken);
        steps.Where(s => s.Failure is not null).ShouldBeEmpty();
        steps.Count.ShouldBeGreaterThan(30);
    }

    /// <summary>Sends the first ten messages that the provider took once more, each as soon as it is seen: the very first may be the proof's probe.</summary>
    private static async Task RepeatAsync(ProviderDouble provider, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = provider.Address };
        var repeated = new HashSet<string>();
        try
        {
            while (repeated.Count < 10 && !stop.IsCancellationRequested)
            {
                if (provider.Effects.FirstOrDefault(e => !repeated.Contains(e.Key)) is not { } effect)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop);
                    continue;
                }

                using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = JsonContent.Create(new { recipientId = effect.RecipientId, dueAt = effect.DueAt }) };
                request.Headers.Add("Idempotency-Key", effect.Key);
                using var answer = await http.SendAsync(request, stop);
                if (answer.IsSuccessStatusCode) repeated.Add(effect.Key);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            // The proof is over, and its provider gone.
        }
    }

    private static Task<TestApp> StartAsync(Engine engine, Uri provider) => TestApp.StartAsync(engine, Settings(provider), seed: true);

    private static Dictionary<string, string?> Settings(Uri provider) => new()
    {
        ["Occasions:Providers:0:Url"] = provider.ToString(),
        ["Occasions:Providers:0:Breaker:BreakSeconds"] = "0.2",
        ["Occasions:Providers:0:Breaker:LongestBreakSeconds"] = "0.5",
        ["Occasions:Delivery:FirstRetry"] = "00:00:00.200",
        ["Occasions:Delivery:Poll"] = "00:00:00.100",
    };

    private static Task<ProofReport> RunAsync(IReadOnlyList<Uri> targets, Uri address, Dictionary<string, int> options, Action<ProviderDouble>? opened = null)
    {
        var run = new ProofRun(targets, seed: 7, TimeProvider.System)
        {
            Options = options,
            Texts = new Dictionary<string, string> { ["double"] = address.ToString() },
            Progress = line => TestContext.Current.SendDiagnosticMessage("{0}", line),
        };
        return ProofRunner.RunAsync(new OccasionsProof { Opened = opened ?? (static _ => { }) }, run, TestContext.Current.CancellationToken);
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }
}
