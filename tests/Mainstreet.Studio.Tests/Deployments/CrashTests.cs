using System.Collections.Concurrent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

/// <summary>Steps whose outcome is lost after the provider did them, as when the process dies before it saves.</summary>
[Trait("kind", "recovery")]
public sealed class CrashTests(DeploymentBench bench) : IClassFixture<DeploymentBench>
{
    private static readonly string[] Targets = ["Vercel", "Netlify", "Railway"];

    public static TheoryData<Engine, string> Everywhere() => ProviderDeploymentTests.Everywhere();

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_crash_after_any_step_resumes_to_one_deployment(Engine engine, string target)
    {
        var crashes = new Crashes();
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = await StudioHost.StartAsync(database, crashes.PutInto, bench.Settings);
        // A straight run shows how many steps there are.
        var straight = await bench.NewAsync(host, Enum.Parse<DeployTarget>(target));
        straight.Variables["NAME"] = "value";
        var first = await straight.DeployAsync();
        var steps = crashes.StepsOf(first.Id);
        steps.Count.ShouldBeGreaterThan(5);

        for (var step = 1; step <= steps.Count; step++)
        {
            var publisher = await bench.NewAsync(host, Enum.Parse<DeployTarget>(target));
            publisher.Variables["NAME"] = "value";
            crashes.Next = step;

            var deployment = await publisher.DeployAsync();

            crashes.Next.ShouldBe(0, $"the crash after step {step} ({steps[step - 1]}) came");
            deployment.Status.ShouldBe(DeploymentStatus.Ready, $"after a crash behind {steps[step - 1]}: {deployment.ErrorDetail}");
            publisher.Tenant.Deployments.Count.ShouldBe(1, $"after a crash behind {steps[step - 1]}");
            publisher.Tenant.Homes.Count.ShouldBe(1);
            publisher.Tenant.Violations.ShouldBeEmpty();
        }
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_crash_after_any_step_of_a_rollback_rolls_back_once(Engine engine, string target)
    {
        var crashes = new Crashes();
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = await StudioHost.StartAsync(database, crashes.PutInto, bench.Settings);
        for (var step = 1; step <= 3; step++)
        {
            var publisher = await bench.NewAsync(host, Enum.Parse<DeployTarget>(target));
            var first = await publisher.DeployAsync();
            publisher.Files["index.html"] = "worse";
            await publisher.DeployAsync();
            var asked = await publisher.AskAgainAsync(first.Id);
            crashes.Next = step;

            var back = await publisher.EndAsync(asked.Value!.Id);

            back.Status.ShouldBe(DeploymentStatus.Ready, back.ErrorDetail);
            publisher.Tenant.Published.ShouldBe(first.ReadRefs().Deployment);
            publisher.Tenant.Deployments.Count.ShouldBe(target == "Railway" ? 3 : 2);
            crashes.Next = 0;
        }
    }

    [Theory, EachEngine]
    public async Task Another_process_takes_over_where_one_was_stopped(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        Guid id;
        Publisher publisher;
        await using (var host = await StudioHost.StartAsync(database, _ => { }, bench.Settings))
        {
            publisher = await bench.NewAsync(host, DeployTarget.Vercel);
            publisher.Tenant.States = ["BUILDING"];
            id = (await publisher.AskAsync()).Value!.Id;
            await publisher.UntilAsync(id, DeploymentStatus.Building);
            await host.StopAsync();
        }

        lock (publisher.Tenant.Gate) publisher.Tenant.Deployments.Single().End("READY");
        await using var next = await StudioHost.StartAsync(database, _ => { }, bench.Settings);
        await next.UntilAsync(db => db.Deployments.AnyAsync(d => d.Id == id && d.Status == DeploymentStatus.Ready), "the other process ends it");
        publisher.Tenant.Deployments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancellation_after_a_lost_answer_finds_the_deployment_that_nobody_knew_of()
    {
        foreach (var target in Targets)
        {
            var crashes = new Crashes();
            await using var database = await StudioHost.CreateDatabaseAsync(Engine.Sqlite);
            await using var host = await StudioHost.StartAsync(database, crashes.PutInto, bench.Settings);
            var publisher = await bench.NewAsync(host, Enum.Parse<DeployTarget>(target));
            publisher.Tenant.States = [target == "Netlify" ? "building" : "BUILDING"];
            // The deployment is made at the provider, the process dies, and before another goes on its owner wants it cancelled.
            crashes.After = (DeployStep.Create, id => publisher.CancelAsync(id));

            var deployment = await publisher.DeployAsync();

            deployment.Status.ShouldBe(DeploymentStatus.Cancelled, $"{target}: {deployment.ErrorDetail}");
            publisher.Tenant.Deployments.ShouldHaveSingleItem();
            publisher.Tenant.Count("cancel").ShouldBe(1, target);
        }
    }

    /// <summary>Stands between the runner and the targets and loses what a step came to.</summary>
    private sealed class Crashes
    {
        private readonly ConcurrentDictionary<Guid, List<DeployStep>> _steps = new();
        private int _next;

        /// <summary>The number of the step whose outcome is lost; 0 when none is.</summary>
        internal int Next
        {
            get => Volatile.Read(ref _next);
            set => Volatile.Write(ref _next, value);
        }

        internal (DeployStep Step, Func<Guid, Task> Then)? After { get; set; }

        internal List<DeployStep> StepsOf(Guid id) => _steps[id];

        internal void PutInto(IServiceCollection services)
        {
            foreach (var registered in services.Where(s => s.ServiceType == typeof(IDeployTarget)).ToList())
            {
                services.Remove(registered);
                services.AddScoped(registered.ImplementationType!);
                services.AddScoped<IDeployTarget>(provider => new Crashing((IDeployTarget)provider.GetRequiredService(registered.ImplementationType!), this));
            }
        }

        private async Task PassedAsync(Guid id, DeployStep step)
        {
            _steps.GetOrAdd(id, _ => []).Add(step);
            if (After is { } after && after.Step == step)
            {
                After = null;
                await after.Then(id);
                throw new IOException("The process died.");
            }

            if (Next > 0 && Interlocked.Decrement(ref _next) == 0) throw new IOException("The process died.");
        }

        private sealed class Crashing(IDeployTarget inner, Crashes crashes) : IDeployTarget
        {
            public DeployTarget Target => inner.Target;

            public Problem? Check(PublishedFiles files, bool withVariables) => inner.Check(files, withVariables);

            public DeployStep First(bool rollback) => inner.First(rollback);

            public async Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel)
            {
                var result = await inner.RunAsync(step, work, cancel);
                await crashes.PassedAsync(work.Id, step);
                return result;
            }
        }
    }
}
