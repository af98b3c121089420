using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Careers.Applications;

/// <summary>
/// Sends an application that the person said yes to, at most once: that it begins is recorded before the provider is asked, and where nobody can
/// know whether the provider took it (a dead process, a lost answer) it is not asked again, unless it honours keys. What certainly did not go out
/// is tried again with back-off, then given back as a draft, and its place in the day's count with it.
/// </summary>
internal sealed partial class SendApplication(CareersDb db, SubmissionChannels channels, DailyQuota quota, TimeProvider clock, ILogger<SendApplication> log) : ILongJobHandler
{
    internal const string Kind = "careers.send_application";

    /// <summary>The provider took it; nothing here says so yet.</summary>
    internal const string Taken = "application.taken-before-record";

    /// <param name="Sending">Which yes it is about.</param>
    internal sealed record Order(Guid ApplicationId, int Sending);

    public ModuleDb Db => db;

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var order = job.Execution.Read<Order>();
        var begun = await job.InTransactionAsync(token => BeginAsync(order, token), cancel);
        if (begun is not { } sending)
        {
            await job.CompleteAsync(_ => Task.FromResult(0), cancel);
            return;
        }

        SendResult result;
        try
        {
            result = await sending.Sender.SendAsync(SubmissionChannels.MessageOf(sending.Package, sending.Key, clock.Now()), cancel);
        }
        catch (OperationCanceledException)
        {
            // Cancelled before it began to leave: whoever has the job next may send it.
            await job.InTransactionAsync(token => ChangeAsync(order, a => a.SendLater(clock.Now()), token), CancellationToken.None);
            throw;
        }

        Failpoints.Hit(Taken);
        // From here on there is something to record, whoever gives up meanwhile.
        switch (result.Outcome)
        {
            case SendOutcome.Accepted:
                await job.CompleteAsync(token => ChangeAsync(order, a => a.Sent(sending.Sender.Name, result.Reference, clock.Now()), token), CancellationToken.None);
                break;
            case SendOutcome.Rejected:
                await job.CompleteAsync(token => GiveBackAsync(order, result.Error ?? "The provider refused it.", token), CancellationToken.None);
                break;
            case SendOutcome.Unknown:
                Log.Unknown(log, order.ApplicationId, sending.Sender.Name, result.Error ?? "unknown");
                await job.CompleteAsync(token => ChangeAsync(order, a => a.SentPerhaps("The answer was lost while it was sent.", clock.Now()), token), CancellationToken.None);
                break;
            default:
                await job.InTransactionAsync(token => ChangeAsync(order, a => a.SendLater(clock.Now()), token), CancellationToken.None);
                throw new SendAgainException(sending.Sender.Name, result.Error);
        }
    }

    public async Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel)
    {
        if (failure.NextAt is not null) return;
        var order = job.Read<Order>();
        var application = await JobApplication.HoldAsync(db, order.ApplicationId, cancel);
        if (application is null || application.Sendings != order.Sending) return;
        // Given up in the middle of an attempt: nobody knows.
        if (application.Delivery == Delivery.Sending) application.SentPerhaps("The program stopped while it was sending.", clock.Now());
        else if (application is { Waits: true, Delivery: Delivery.Queued }) await NotSentAsync(application, "Nobody could be reached who takes it.", cancel);
        ApplicationFacts.Tell(db, application, "application.delivery");
        await db.SaveChangesAsync(cancel);
    }

    private async Task<(ApplicationPackage Package, string Key, IProvider Sender)?> BeginAsync(Order order, CancellationToken cancel)
    {
        var application = await JobApplication.HoldAsync(db, order.ApplicationId, cancel);
        if (application?.Packed is not { } package || application.Sendings != order.Sending) return null;
        if (channels.SenderOf(package) is not { } sender)
        {
            if (application is { Waits: true, Delivery: Delivery.Queued }) await NotSentAsync(application, "Nobody sends it any more.", cancel);
            ApplicationFacts.Tell(db, application, "application.delivery");
            await db.SaveChangesAsync(cancel);
            return null;
        }

        var begins = application.BeginSending(sender.HonoursKeys, clock.Now());
        if (!begins) ApplicationFacts.Tell(db, application, "application.delivery");
        await db.SaveChangesAsync(cancel);
        return begins ? (package, application.SendKey, sender) : null;
    }

    private async Task<int> ChangeAsync(Order order, Action<JobApplication> change, CancellationToken cancel)
    {
        if (await JobApplication.HoldAsync(db, order.ApplicationId, cancel) is not { } application || application.Sendings != order.Sending) return 0;
        var before = application.State;
        change(application);
        // The person withdrew it while it was being sent, and it did not go out.
        if (application.Recall() is { } day) await quota.ReturnAsync(application.AccountId, day, cancel);
        await ApplicationFacts.RecordAsync(db, application, null, "application.delivery", before, new { application.Delivery, application.Sender }, cancel);
        return await db.SaveChangesAsync(cancel);
    }

    private async Task<int> GiveBackAsync(Order order, string why, CancellationToken cancel)
    {
        if (await JobApplication.HoldAsync(db, order.ApplicationId, cancel) is not { } application || application.Sendings != order.Sending) return 0;
        await NotSentAsync(application, why, cancel);
        ApplicationFacts.Tell(db, application, "application.delivery");
        return await db.SaveChangesAsync(cancel);
    }

    private async Task NotSentAsync(JobApplication application, string why, CancellationToken cancel)
    {
        var before = application.State;
        if (application.QuotaDay is { } day) await quota.ReturnAsync(application.AccountId, day, cancel);
        application.NotSent(why, clock.Now());
        await Reminders.ScheduleAsync(db, application, cancel);
        await ApplicationFacts.RecordAsync(db, application, null, "application.not_sent", before, new { why }, cancel);
    }

    private sealed class SendAgainException(string sender, string? error) : Exception($"{sender} did not take it: {error}");

    private static partial class Log
    {
        [LoggerMessage(5301, LogLevel.Warning, "Nobody knows whether application {ApplicationId} reached {Sender}: {Reason}")]
        internal static partial void Unknown(ILogger log, Guid applicationId, string sender, string reason);
    }
}
