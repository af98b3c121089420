using Mainstreet.Careers.Data;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Applications;

/// <summary>
/// Reminds a person of an application that has waited: on the live channel with a question to send ready beside the application, and by e-mail
/// where there is a sender and the person's address is confirmed. Marked before it is mailed, so that it comes once at most.
/// </summary>
internal sealed partial class Reminders(
    CareersDb db, IAccounts accounts, [FromKeyedServices(CareersModule.Providers)] IProviders providers, IOptions<CareersOptions> options, TimeProvider clock, ILogger<Reminders> log) : ILongJobHandler
{
    internal const string Kind = "careers.remind";

    /// <param name="At">When the reminder was due: one that was moved meanwhile is not this one.</param>
    internal sealed record Order(Guid ApplicationId, DateTimeOffset At);

    public ModuleDb Db => db;

    /// <summary>Brings the waiting job in line with the application, which is saved after it. Call inside a transaction.</summary>
    internal static async Task ScheduleAsync(CareersDb db, JobApplication application, CancellationToken cancel)
    {
        // A key of its own for each instant: one that runs at this moment stands in nobody's way.
        var others = $"{application.Id:N}.";
        await db.Jobs.Where(j => j.Kind == Kind && j.Key.StartsWith(others) && !j.Dead && j.LeaseUntil == null).ExecuteDeleteAsync(cancel);
        if (application.RemindAt is { } at) db.Schedule(Kind, $"{others}{at.ToMicroseconds()}", at, new Order(application.Id, at));
    }

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var order = job.Execution.Read<Order>();
        var due = await job.InTransactionAsync(async token =>
        {
            var application = await JobApplication.HoldAsync(db, order.ApplicationId, token);
            if (application is null || !application.Waits || application.RemindAt?.Cut() != order.At.Cut()) return null;
            var now = clock.Now();
            application.FollowUpWith(FollowUpText.Of(application, now), now);
            application.Reminded(application.Reminders + 1 < options.Value.MostReminders ? (now + options.Value.FollowUpAfter).Cut() : null, now);
            if (application.RemindAt is { } next) db.Schedule(Kind, $"{application.Id:N}.{next.ToMicroseconds()}", next, new Order(application.Id, next));
            ApplicationFacts.Tell(db, application, "application.reminder");
            await db.SaveChangesAsync(token);
            return application;
        }, cancel);

        if (due is not null && providers.For("email") is [var sender, ..] && await accounts.FindAsync(due.AccountId, cancel) is { EmailConfirmed: true, Synthetic: false } account)
        {
            var title = due.PostingTitle + (due.Company is { } company ? $", {company}" : "");
            var result = await sender.SendAsync(new OutboundMessage(
                $"careers-reminder-{due.Id:N}-{order.At.ToMicroseconds()}", account.Email, $"No answer yet: {title}",
                $"Your application has waited since {(due.SubmittedAt ?? due.CreatedAt).UtcDateTime:yyyy-MM-dd}. If you wish to ask, these words are ready:\n\n{due.FollowUp}"), cancel);
            if (result.Outcome != SendOutcome.Accepted) Log.NotMailed(log, due.Id, result.Outcome);
        }

        await job.CompleteAsync(_ => Task.FromResult(0), cancel);
    }

    public Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(5311, LogLevel.Information, "The reminder of application {ApplicationId} could not be mailed ({Outcome}); it is on the person's page")]
        internal static partial void NotMailed(ILogger log, Guid applicationId, SendOutcome outcome);
    }
}
