using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Modules;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Load;

/// <summary>The modules' mixes against the real program.</summary>
[Trait("kind", "db")]
public sealed class LoadMixTests
{
    [Theory, EachEngine]
    public async Task Every_module_has_a_mix_and_every_act_of_it_is_answered_with_2xx(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var mixes = app.Host.Services.GetServices<ILoadMix>().ToList();
        mixes.Select(m => m.Name).ShouldBe(app.Host.Services.GetServices<IModule>().Select(m => m.Name), ignoreOrder: true);

        var plan = new LoadPlan("steady", [new LoadPhase("one", 40, TimeSpan.FromSeconds(4))], TimeSpan.FromSeconds(1));
        var even = mixes.Select(m => new Even(m)).ToList();
        var result = await LoadRunner.RunAsync(
            new LoadRun([app.Address], plan, ["errors<0.0001"]) { Seed = 4, Accounts = 8, Patience = TimeSpan.FromSeconds(60) }, [.. even], TestContext.Current.CancellationToken);

        var tally = result.Phases[0].Tally;
        tally.All.ByOutcome.Keys.ShouldAllBe(o => o == "200" || o == "201", string.Join(", ", tally.Acts.SelectMany(a => a.Value.ByOutcome.Select(o => $"{a.Key}: {o.Key} {o.Value}"))));
        tally.Acts.Keys.Order().ShouldBe(even.SelectMany(e => e.Names).Order());
        result.ExitCode.ShouldBe(0);
        // The server's own figures were read, and it turned nobody away.
        result.Unread.ShouldBeNull();
        result.Phases[0].Use.OverloadRefused.ShouldBe(0);
        result.Phases[0].Use.ServerCores.ShouldNotBeNull();
    }

    /// <summary>A mix whose rare acts come as often as the others.</summary>
    private sealed class Even(ILoadMix inner) : ILoadMix
    {
        public string Name => inner.Name;

        internal List<string> Names { get; } = [];

        public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
        {
            var part = await inner.PrepareAsync(stage, cancel);
            Names.AddRange(part.Acts.Select(a => a.Name));
            return part with { Acts = [.. part.Acts.Select(a => a with { Weight = 1 })] };
        }
    }
}
