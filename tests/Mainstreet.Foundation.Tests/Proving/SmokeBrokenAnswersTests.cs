using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

/// <summary>
/// Every path of smoke is shown to fail when its route is broken. Each walk is made once against the real program, and its
/// answers are kept; then, for each step and each route that it asked, the walk is made again on the kept answers with
/// that route's answers broken in that step alone, in every way that suits them.
/// </summary>
[Trait("kind", "db")]
public sealed class SmokeBrokenAnswersTests
{
    private static readonly Uri[] Nowhere = [new("http://recorded.test")];

    [Fact]
    public async Task No_path_holds_on_a_broken_route()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, seed: true);
        await app.WarmAsync();
        var how = new SmokeSettings { Routes = SmokeRoutes.Of(app.Host) };
        var paths = app.Host.Services.GetServices<ISmokePath>().ToList();
        var survivors = new List<string>();
        int walked = 0, breaks = 0;
        foreach (var path in paths)
        {
            using var recorder = new Recorder(how.Routes);
            var steps = await SmokeRunner.WalkAsync(path, new ProofRun([app.Address], 1, TimeProvider.System), how, recorder, TestContext.Current.CancellationToken);
            steps.Where(s => s.Outcome != SmokeOutcome.Ok).Select(s => $"{path.GetType().Name}: {s.Name}: {s.Why}").ShouldBeEmpty();
            walked += steps.Count(s => s.Requests.Count > 0);
            foreach (var step in Enumerable.Range(0, steps.Count).Where(i => steps[i].Requests.Count > 0))
            {
                foreach (var route in recorder.Answers.Where(a => a.Step == step).Select(a => a.Route).Distinct(StringComparer.Ordinal))
                {
                    // The last one, as for a task that is asked for until it ends.
                    var answer = recorder.Answers.Last(a => a.Step == step && a.Route == route);
                    var ways = SmokeBreaks.Of(answer, recorder.Answers).ToList();
                    ways.Count.ShouldBeGreaterThanOrEqualTo(3, $"{steps[step].Name} {route}");
                    foreach (var way in ways)
                    {
                        breaks++;
                        if (await HoldsAsync(path, how, recorder.Answers, step, route, way)) survivors.Add($"{path.GetType().Name}: \"{steps[step].Name}\" holds when {route} answers {way.Name}");
                    }
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} paths of {1} walks, broken in {2} ways", walked, paths.Count, breaks);
        survivors.ShouldBeEmpty();
        walked.ShouldBeGreaterThanOrEqualTo(250);
    }

    private static async Task<bool> HoldsAsync(ISmokePath path, SmokeSettings how, IReadOnlyList<Recorded> answers, int step, string route, Break way)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var player = new Player(answers, how.Routes, (step, route), way.Apply, end);
        var again = await SmokeRunner.WalkAsync(path, new ProofRun(Nowhere, 1, new HurriedClock()), how, player, end.Token);
        // Those before it must hold on the kept answers, or the replay shows nothing.
        again.Take(step).Where(s => s.Outcome != SmokeOutcome.Ok).Select(s => $"{path.GetType().Name}, again: {s.Name}: {s.Why}").ShouldBeEmpty();
        return again[step].Outcome == SmokeOutcome.Ok;
    }
}
