using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments.Providers;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments;

/// <summary>
/// Takes a deployment from step to step. What a step came to is saved before the next begins; where there is something to wait for, the run
/// ends and the next is scheduled, so that waiting holds no runner and outlives the process.
/// </summary>
internal sealed partial class RunDeployment(
    StudioDb db, DeploymentWorkshop workshop, DeploymentDiary diary, IEnumerable<IDeployTarget> targets, IOptions<DeploymentOptions> options, DeploymentMetrics metrics,
    TimeProvider clock, ILogger<RunDeployment> log) : ILongJobHandler
{
    internal const string Kind = "studio.deployment";

    internal sealed record Order(Guid DeploymentId);

    private readonly DeploymentOptions _options = options.Value;

    public ModuleDb Db => db;

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var id = job.Execution.Read<Order>().DeploymentId;
        var deployment = await job.InTransactionAsync(token => Deployment.HoldAsync(db, id, token), cancel);
        if (deployment is not { Active: true }) await job.CompleteAsync(_ => Task.FromResult(0), cancel);
        else while (deployment is not null) deployment = await StepAsync(job, deployment, cancel);
    }

    public async Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel)
    {
        if (failure.NextAt is not null || await Deployment.HoldAsync(db, job.Read<Order>().DeploymentId, cancel) is not { Active: true } deployment) return;
        deployment.Fail(DeploymentProblems.GivenUp, clock.Now());
        diary.Write(db, deployment, [new LogLine(LogLine.Ours, DeploymentProblems.GivenUp.Title)]);
        await EndedAsync(deployment, cancel);
        DeploymentDiary.Tell(db, deployment);
        await db.SaveChangesAsync(cancel);
    }

    /// <returns>The deployment as it stands before its next step; null when the job is done, for now or for good.</returns>
    private async Task<Deployment?> StepAsync(JobHold job, Deployment deployment, CancellationToken cancel)
    {
        var target = targets.Single(t => t.Target == deployment.Target);
        var step = deployment.CancelAskedAt is not null && !deployment.ReadRefs().StopAsked ? DeployStep.Stop : deployment.Step;
        var opened = await workshop.OpenAsync(deployment, job, cancel);
        if (!opened.Ok) return await FailAsync(job, deployment.Id, opened.Problem, cancel);
        var work = opened.Value;
        try
        {
            var result = Late(deployment, await target.RunAsync(step, work, cancel));
            return await SaveAsync(job, work, result, cancel);
        }
        catch (DeploymentStoppedException)
        {
            return await job.InTransactionAsync(token => MineAsync(deployment.Id, token), cancel);
        }
        catch (ProviderException exception) when (IsHomeLost(exception, step, work.Refs))
        {
            // Somebody removed the project there. It is looked for by its name once more, and made if it is gone.
            return await SaveAsync(job, work, DeploymentWorkshop.WithoutHome(work), cancel);
        }
        catch (ProviderException exception)
        {
            Log.Stumbled(log, deployment.Id, step, exception.Kind, exception.Status);
            metrics.Stumbled(deployment.Target, exception.Kind);
            return await StumbleAsync(job, deployment, work, exception, cancel);
        }
    }

    /// <summary>Ends a wait that has gone on for too long.</summary>
    private StepResult Late(Deployment deployment, StepResult result)
    {
        if (!result.Wait || deployment.IsFresh(result)) return result;
        var patience = result.Status == DeploymentStatus.NeedsAction ? _options.ActionPatience : _options.BuildPatience;
        return clock.Now() - deployment.StepSince < patience ? result
            : result with { Status = DeploymentStatus.Failed, Wait = false, Failure = DeploymentProblems.TookTooLong.With($"It was '{result.ProviderState ?? deployment.ProviderState}' at the last look.") };
    }

    private async Task<Deployment?> SaveAsync(JobHold job, DeployWork work, StepResult result, CancellationToken cancel)
    {
        var ends = result.Status is DeploymentStatus.Ready or DeploymentStatus.Failed or DeploymentStatus.Cancelled;
        async Task<Deployment> Work(CancellationToken token)
        {
            var now = clock.Now();
            var deployment = await MineAsync(work.Id, token);
            var before = (deployment.Status, deployment.ProviderState, deployment.Url);
            deployment.Apply(result, now);
            if (result.Effect is not null) await result.Effect(db, token);
            await workshop.KeepHomeAsync(work, result.Refs, token);
            diary.Write(db, deployment, result.Failure is { } failure ? [.. result.Log, new LogLine(LogLine.Ours, failure.Detail ?? failure.Title)] : result.Log);
            if (ends) await EndedAsync(deployment, token);
            else if (result.Wait) Schedule(deployment, Soon(deployment, result.Refs) ? now : now + Pace(deployment));
            if (before != (deployment.Status, deployment.ProviderState, deployment.Url) || ends) DeploymentDiary.Tell(db, deployment);
            await db.SaveChangesAsync(token);
            return deployment;
        }

        if (!ends && !result.Wait) return await job.InTransactionAsync(Work, cancel);
        await job.CompleteAsync(Work, cancel);
        return null;
    }

    private async Task<Deployment?> StumbleAsync(JobHold job, Deployment deployment, DeployWork work, ProviderException exception, CancellationToken cancel)
    {
        var now = clock.Now();
        var counts = exception.Kind is not ProviderFailure.Limited;
        var said = work.Clean(exception.Message);
        switch (exception.Kind)
        {
            case ProviderFailure.Denied:
                return await FailAsync(job, deployment.Id, DeploymentProblems.CredentialsRefused.With(said), cancel);
            case ProviderFailure.Refused:
                return await FailAsync(job, deployment.Id, DeploymentProblems.ProviderRefused.With(said), cancel);
            case ProviderFailure.Limited when exception.Until - now > _options.LongestPause || now - deployment.StepSince > _options.ActionPatience:
                return await FailAsync(job, deployment.Id, DeploymentProblems.ProviderQuota.With(said), cancel);
            case ProviderFailure.Unreachable or ProviderFailure.Unreadable when deployment.Failures + 1 >= _options.Tries:
                return await FailAsync(job, deployment.Id, (exception.Kind == ProviderFailure.Unreadable ? DeploymentProblems.ProviderUnreadable : DeploymentProblems.ProviderUnavailable).With(said), cancel);
        }

        var wait = Backoff.After(deployment.Failures + 1, _options.FirstRetry, _options.LongestRetry);
        // A little after the pause, for clocks that differ.
        if (exception.Until is { } until && until - now <= _options.LongestPause && until - now > wait) wait = until - now + _options.FirstRetry;
        return await job.CompleteAsync<Deployment?>(async token =>
        {
            var mine = await MineAsync(deployment.Id, token);
            mine.Stumble(counts, now);
            diary.Write(db, mine, [new LogLine(LogLine.Ours, $"{said} Trying again in {wait.TotalSeconds:0.#} s.")]);
            Schedule(mine, now + wait);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
    }

    private Task<Deployment?> FailAsync(JobHold job, Guid id, Problem problem, CancellationToken cancel) => job.CompleteAsync<Deployment?>(async token =>
    {
        var deployment = await MineAsync(id, token);
        deployment.Fail(problem, clock.Now());
        diary.Write(db, deployment, [new LogLine(LogLine.Ours, problem.Detail ?? problem.Title)]);
        await EndedAsync(deployment, token);
        DeploymentDiary.Tell(db, deployment);
        await db.SaveChangesAsync(token);
        return null;
    }, cancel);

    private async Task<Deployment> MineAsync(Guid id, CancellationToken cancel) =>
        await Deployment.HoldAsync(db, id, cancel) is { Active: true } deployment ? deployment : throw new JobLostException();

    private async Task EndedAsync(Deployment deployment, CancellationToken cancel)
    {
        metrics.Ended(deployment.Target, deployment.Status, deployment.ErrorCode, (deployment.EndedAt ?? clock.Now()) - deployment.CreatedAt);
        await db.AuditAsync(new AuditEntry(Deployment.Stream(deployment.Id), null, $"deployment.{Words.Of(deployment.Status)}", Detail: new { target = Words.Of(deployment.Target), deployment.ErrorCode }), cancel);
    }

    private void Schedule(Deployment deployment, DateTimeOffset at) => db.Schedule(Kind, deployment.JobKey, at, new Order(deployment.Id));

    private static bool IsHomeLost(ProviderException exception, DeployStep step, ProviderRefs refs) =>
        refs is { Project: not null, Deployment: null, Rehomed: false }
        && step is DeployStep.Home or DeployStep.Variables or DeployStep.Mark or DeployStep.Upload or DeployStep.Create && exception.Kind == ProviderFailure.Refused && (exception.Status == 404 || exception.Message.Contains("not found", StringComparison.OrdinalIgnoreCase));

    /// <summary>Its owner asked to cancel it while the step was under way.</summary>
    private static bool Soon(Deployment deployment, ProviderRefs refs) => deployment.CancelAskedAt is not null && !refs.StopAsked;

    private TimeSpan Pace(Deployment deployment)
    {
        var grown = _options.FirstPoll * Math.Pow(1.5, Math.Min(deployment.Polls, 40));
        return grown < _options.LongestPoll ? grown : _options.LongestPoll;
    }

    private static partial class Log
    {
        [LoggerMessage(6401, LogLevel.Warning, "Deployment {DeploymentId} stumbled at {Step}: {Kind}, status {Status}")]
        internal static partial void Stumbled(ILogger log, Guid deploymentId, DeployStep step, ProviderFailure kind, int? status);
    }
}
