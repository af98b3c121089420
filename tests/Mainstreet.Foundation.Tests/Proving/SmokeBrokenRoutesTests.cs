using System.Collections.Concurrent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

/// <summary>
/// The same on a running server: a route is broken in the program itself, and the walks that ask it must fail there and say of
/// what rests on it that it was not reached. A route a module; with <c>MAINSTREET_TEST_LONG</c> every route that smoke meets.
/// </summary>
[Trait("kind", "race")]
public sealed class SmokeBrokenRoutesTests
{
    private static readonly string[] Few =
    [
        "GET /health/ready", "GET /v1/auth/me", "POST /v1/tickets/{id}/triage", "GET /v1/recipients/{id}/upcoming", "POST /v1/orders", "POST /v1/profiles/me/publish", "GET /v1/projects/{id}/archive",
    ];

    [Fact]
    public async Task A_route_broken_in_the_server_is_found()
    {
        var door = new BrokenDoor();
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Studio:Limits:AnonymousRequests"] = "100000" }, seed: true, with: services => services.AddSingleton<IStartupFilter>(door));
        await app.WarmAsync();
        var how = new SmokeSettings { Routes = door.Routes = SmokeRoutes.Of(app.Host) };
        var run = new ProofRun([app.Address], 1, TimeProvider.System);
        var healthy = new Dictionary<ISmokePath, IReadOnlyList<SmokeStep>>();
        foreach (var path in app.Host.Services.GetServices<ISmokePath>()) healthy[path] = await SmokeRunner.WalkAsync(path, run, how, TestContext.Current.CancellationToken);
        healthy.Values.SelectMany(s => s).Where(s => s.Outcome != SmokeOutcome.Ok).Select(s => $"{s.Name}: {s.Why}").ShouldBeEmpty();

        var met = healthy.Values.SelectMany(s => s).SelectMany(s => s.Routes).Distinct(StringComparer.Ordinal).ToList();
        Few.Except(met).ShouldBeEmpty();
        var unnoticed = new List<string>();
        foreach (var route in TestSeeds.Sweeping ? met : [.. Few])
        {
            foreach (var status in TestSeeds.Sweeping ? [500, 200] : new[] { 200 })
            {
                door.Break(route, status);
                foreach (var (path, before) in healthy.Where(h => h.Value.Any(s => s.Routes.Contains(route))))
                {
                    var broken = await SmokeRunner.WalkAsync(path, run, how, TestContext.Current.CancellationToken);
                    var asked = broken.Where(s => before.Any(b => b.Name == s.Name && b.Routes.Contains(route))).ToList();
                    if (asked.All(s => s.Outcome != SmokeOutcome.Failed)) unnoticed.Add($"{route} answers {status}: nothing of {path.GetType().Name} fails");
                    unnoticed.AddRange(asked.Where(s => s.Outcome == SmokeOutcome.Ok).Select(s => $"{route} answers {status}: {path.GetType().Name}: \"{s.Name}\" holds"));
                    // Nothing is missing silently: every step is there, and the rest of the program is walked.
                    broken.Select(s => s.Name).ShouldBe(before.Select(b => b.Name));
                }

                door.Mend();
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} routes broken", TestSeeds.Sweeping ? met.Count : Few.Length);
        unnoticed.ShouldBeEmpty();
    }

    /// <summary>Stands before everything else in the program and answers for the routes that are broken.</summary>
    private sealed class BrokenDoor : IStartupFilter
    {
        private readonly ConcurrentDictionary<string, int> _broken = new(StringComparer.Ordinal);

        internal SmokeRoutes Routes { get; set; } = SmokeRoutes.None;

        internal void Break(string route, int status) => _broken[route] = status;

        internal void Mend() => _broken.Clear();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) => _broken.TryGetValue(Routes.Find($"{context.Request.Method} {context.Request.Path}"), out var status) ? AnswerAsync(context, status) : then(context));
            next(app);
        };

        private static Task AnswerAsync(HttpContext context, int status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("{}");
        }
    }
}
