using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>
/// follow_up: writes a polite question for each application that has waited long enough, or for the one that is named, and keeps it beside
/// the application for the person to send. It sends nothing.
/// </summary>
internal sealed class FollowUp(CareersDb db, IOptions<CareersOptions> options, TimeProvider clock) : ITaskRunner
{
    private const int Most = 100;

    public string Type => TaskTypes.FollowUp;

    internal sealed record Answer(IReadOnlyList<Guid> SubmissionIds);

    public Problem? Check(TaskInputs.TaskInput input) => null;

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        var now = clock.Now();
        DateTimeOffset? before = now - options.Value.FollowUpAfter;
        var waiting = db.Applications.AsNoTracking().Where(a => a.AccountId == task.AccountId
            && (a.State == ApplicationState.Submitted || a.State == ApplicationState.Screening || a.State == ApplicationState.Interview));
        waiting = task.Input.SubmissionId is { } one ? waiting.Where(a => a.Id == one) : waiting.Where(a => a.SubmittedAt < before && a.UpdatedAt < before);
        var ids = await waiting.OrderBy(a => a.SubmittedAt).ThenBy(a => a.Id).Take(Most).Select(a => a.Id).ToListAsync(cancel);
        if (ids.Count == 0 && task.Input.SubmissionId is not null)
        {
            await task.FailAsync(Problem.NotFound, cancel);
            return;
        }

        await task.CompleteAsync(async token =>
        {
            var written = new List<Guid>();
            foreach (var id in ids.Order())
            {
                if (await JobApplication.HoldAsync(db, id, token) is not { Waits: true } application) continue;
                application.FollowUpWith(FollowUpText.Of(application, now), now);
                ApplicationFacts.Tell(db, application, "application.follow_up");
                written.Add(id);
            }

            return new Answer(written);
        }, cancel);
    }
}
