using System.Collections.Concurrent;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Tasks;

/// <summary>How tasks are run, whatever they do.</summary>
[Trait("kind", "db")]
public sealed class TaskRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Two_replicas_run_two_hundred_tasks_once_each(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var script = new Script();
        await using var one = CareersHost.Build(database, script.Add);
        // SQLite is for one process.
        await using var other = engine == Engine.Postgres ? CareersHost.Build(database, script.Add) : null;
        var people = Enumerable.Range(0, 10).Select(_ => CareersHost.NewCaller()).ToList();
        for (var i = 0; i < 200; i++) await one.StartTaskAsync(people[i % people.Count], Scripted.Name);
        await Task.WhenAll(one.StartAsync(), other?.StartAsync() ?? Task.CompletedTask);
        await one.UntilAsync(db => db.Tasks.AllAsync(t => t.State == TaskState.Completed), "every task is completed");
        (await one.ReadAsync(db => db.Tasks.Where(t => t.Attempts != 1).CountAsync())).ShouldBe(0);
        await EachEffectOnceAsync(one, 200);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Pauses_resumes_and_cancellations_at_any_moment_lose_and_double_nothing(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var script = new Script
        {
            OnRun = async (task, cancel) =>
        {
            for (var i = 1; i <= 3; i++) await task.StepAsync(_ => Task.CompletedTask, i, 3, null, null, cancel);
        }
        };
        await using var one = await CareersHost.StartAsync(database, script.Add, "Careers:UnfinishedTasks=1000");
        await using var other = engine == Engine.Postgres ? await CareersHost.StartAsync(database, script.Add) : null;
        var caller = CareersHost.NewCaller();
        var ids = new List<Guid>();
        for (var i = 0; i < 40; i++) ids.Add(await one.StartTaskAsync(caller, Scripted.Name));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async seed =>
        {
            var dice = new Random(seed);
            for (var i = 0; i < 60; i++)
            {
                var host = other is not null && dice.Next(2) == 0 ? other : one;
                await ControlAsync(host, caller, ids[dice.Next(ids.Count)], dice.Next(5) switch { 0 => "cancel", < 3 => "pause", _ => "resume" });
            }
        }));
        await Task.WhenAll(ids.Select(id => ControlAsync(one, caller, id, "resume")));
        await one.UntilAsync(db => db.Tasks.AllAsync(t => t.State == TaskState.Completed || t.State == TaskState.Cancelled), "every task has ended");
        var completed = await one.ReadAsync(db => db.Tasks.CountAsync(t => t.State == TaskState.Completed));
        await EachEffectOnceAsync(one, completed);
        await one.UntilAsync(db => db.Jobs.AllAsync(j => j.Kind != RunTask.Kind), "no job of a task is left");
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_run_that_breaks_off_goes_on_from_its_checkpoint(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var begun = new ConcurrentQueue<int>();
        var script = new Script
        {
            OnRun = async (task, cancel) =>
        {
            var from = task.Checkpoint<Mark>()?.Next ?? 0;
            begun.Enqueue(from);
            for (var i = from; i < 5; i++)
            {
                await task.StepAsync(_ => Task.CompletedTask, i + 1, 5, "counting", new Mark(i + 1), cancel);
                if (i + 1 is 2 or 4 && begun.Count <= (i + 1) / 2) throw new InvalidOperationException("The light went out.");
            }
        }
        };
        await using var host = await CareersHost.StartAsync(database, script.Add);
        var id = await host.StartTaskAsync(CareersHost.NewCaller(), Scripted.Name);
        await host.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Completed), "it is completed");
        begun.ShouldBe([0, 2, 4]);
        var task = await host.TaskAsync(id);
        (task.Attempts, task.Done, task.Total, task.Checkpoint).ShouldBe((3, 5, 5, null));
        await EachEffectOnceAsync(host, 1);
    }

    [Theory, EachEngine]
    public async Task What_fails_every_time_is_given_up_and_can_be_resumed(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var broken = true;
        var script = new Script { OnRun = (_, _) => broken ? throw new InvalidOperationException("secret words") : Task.CompletedTask };
        await using var host = await CareersHost.StartAsync(database, script.Add, "Jobs:MaxAttempts=3");
        var caller = CareersHost.NewCaller();
        var id = await host.StartTaskAsync(caller, Scripted.Name);
        await host.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Failed), "it is given up");
        var task = await host.TaskAsync(id);
        (task.Attempts, task.ErrorCode).ShouldBe((3, "task_given_up"));
        task.ErrorDetail!.ShouldNotContain("secret");
        (await host.ReadAsync(db => db.Outbox.AsNoTracking().CountAsync(o => o.Payload.Contains("secret")))).ShouldBe(0);
        broken = false;
        await ControlAsync(host, caller, id, "resume");
        await host.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Completed), "it is completed");
        await EachEffectOnceAsync(host, 1);
    }

    [Theory, EachEngine]
    public async Task What_is_refused_for_good_fails_at_once_with_its_reason(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var script = new Script { Refusal = CareersProblems.PostingNotFound };
        await using var host = await CareersHost.StartAsync(database, script.Add);
        var id = await host.StartTaskAsync(CareersHost.NewCaller(), Scripted.Name);
        await host.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Failed), "it failed");
        var task = await host.TaskAsync(id);
        (task.Attempts, task.ErrorCode).ShouldBe((1, "posting_not_found"));
        (await host.ReadAsync(db => db.Jobs.AsNoTracking().CountAsync(j => j.Kind == RunTask.Kind))).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_pause_is_felt_at_once_in_the_same_process_and_what_is_done_is_kept(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var entered = new TaskCompletionSource();
        var begun = 0;
        var script = new Script
        {
            OnRun = async (task, cancel) =>
        {
            if (Interlocked.Increment(ref begun) == 1)
            {
                await task.StepAsync(_ => Task.CompletedTask, 1, 2, null, new Mark(1), cancel);
                entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancel);
            }

            task.Checkpoint<Mark>()!.Next.ShouldBe(1);
        }
        };
        // The lease is long: only the pause itself can end the run.
        await using var host = await CareersHost.StartAsync(database, script.Add, "Jobs:LeaseTime=00:10:00");
        var caller = CareersHost.NewCaller();
        var id = await host.StartTaskAsync(caller, Scripted.Name);
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await ControlAsync(host, caller, id, "pause");
        await host.UntilAsync(db => db.Jobs.AllAsync(j => j.Kind != RunTask.Kind), "its job is gone");
        (await host.TaskAsync(id)).State.ShouldBe(TaskState.Paused);
        await ControlAsync(host, caller, id, "resume");
        await host.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Completed), "it is completed");
        begun.ShouldBe(2);
        await EachEffectOnceAsync(host, 1);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_runner_that_stops_gives_its_task_back(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        var entered = new TaskCompletionSource();
        var first = new Script
        {
            OnRun = (_, cancel) =>
        {
            entered.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancel);
        }
        };
        Guid id;
        await using (var host = await CareersHost.StartAsync(database, first.Add, "Jobs:LeaseTime=00:10:00"))
        {
            id = await host.StartTaskAsync(CareersHost.NewCaller(), Scripted.Name);
            await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        await using var again = await CareersHost.StartAsync(database, new Script().Add);
        await again.UntilAsync(db => db.Tasks.AnyAsync(t => t.State == TaskState.Completed), "it is completed");
        (await again.TaskAsync(id)).Attempts.ShouldBe(2);
        await EachEffectOnceAsync(again, 1);
    }

    private static async Task ControlAsync(CareersHost host, Caller caller, Guid id, string act)
    {
        await using var db = host.Open();
        var running = host.Services.GetRequiredService<RunningTasks>();
        var answer = await (act switch
        {
            "pause" => ControlTask.Pause(id, caller, db, running, TimeProvider.System, CancellationToken.None),
            "resume" => ControlTask.Resume(id, caller, db, running, TimeProvider.System, CancellationToken.None),
            _ => ControlTask.Cancel(id, caller, db, running, TimeProvider.System, CancellationToken.None),
        });
        if (answer.Result is ProblemHttpResult problem) problem.StatusCode.ShouldBe(409);
    }

    // The effect is a row of the audit trail that only the runner's completion writes; the completion itself leaves another.
    private static async Task EachEffectOnceAsync(CareersHost host, int count)
    {
        var effects = await host.ReadAsync(db => db.Audit.AsNoTracking().Where(a => a.Action == "scripted.effect").Select(a => a.Stream).ToListAsync());
        effects.Count.ShouldBe(count);
        effects.Select(stream => stream.Split(':')[1]).Distinct().Count().ShouldBe(count);
        (await host.ReadAsync(db => db.Audit.AsNoTracking().CountAsync(a => a.Action == "task.completed"))).ShouldBe(count);
    }

    private sealed record Mark(int Next);

    [Theory, EachEngine]
    public async Task A_task_that_has_not_moved_for_a_quarter_of_an_hour_is_stuck(Engine engine)
    {
        await using var database = await CareersHost.CreateDatabaseAsync(engine);
        await using var host = CareersHost.Build(database, new Script().Add);
        (await FiguresAsync(TimeSpan.Zero)).ShouldBe([0, 0]);
        await host.StartTaskAsync(CareersHost.NewCaller(), Scripted.Name);
        await host.StartTaskAsync(CareersHost.NewCaller(), Scripted.Name);
        (await FiguresAsync(TimeSpan.FromMinutes(14))).ShouldBe([2, 0]);
        (await FiguresAsync(TimeSpan.FromMinutes(16))).ShouldBe([2, 2]);

        async Task<double[]> FiguresAsync(TimeSpan later)
        {
            var clock = new Applications.Ahead();
            clock.Advance(later);
            await using var db = host.Open();
            var figures = await new TaskFigures(db, clock).ReadAsync(TestContext.Current.CancellationToken);
            figures.Select(f => f.Name).ShouldBe(TaskFigures.Shapes.Select(s => s.Name));
            return [.. figures.Select(f => f.Value)];
        }
    }

    /// <summary>What the scripted runner does before its effect.</summary>
    private sealed class Script
    {
        internal Func<TaskContext, CancellationToken, Task> OnRun { get; init; } = (_, _) => Task.CompletedTask;

        internal Problem? Refusal { get; init; }

        internal void Add(IServiceCollection services)
        {
            services.AddSingleton(this);
            services.AddScoped<ITaskRunner, Scripted>();
        }
    }

    private sealed class Scripted(CareersDb db, Script script) : ITaskRunner
    {
        internal const string Name = "scripted";

        public string Type => Name;

        public Problem? Check(TaskInputs.TaskInput input) => null;

        public async Task RunAsync(TaskContext task, CancellationToken cancel)
        {
            await script.OnRun(task, cancel);
            if (script.Refusal is { } refusal)
            {
                await task.FailAsync(refusal, cancel);
                return;
            }

            await task.CompleteAsync(_ =>
            {
                db.AuditFirst(new Mainstreet.Foundation.Audit.AuditEntry($"scripted:{task.Id}:{Guid.CreateVersion7()}", null, "scripted.effect"));
                return Task.FromResult<object?>(new { at = TimeProvider.System.Now() });
            }, cancel);
        }
    }
}
