using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>
/// generate_applications: for each posting a résumé, a letter and a draft application, one posting a step. It submits nothing: that takes the
/// person's yes to each. A posting that the person has an application for already is passed over.
/// </summary>
internal sealed class GenerateApplications(CareersDb db, WriteDocument writer, IEnumerable<IPostingTexts> postings, ApplyTargets targets, TimeProvider clock) : ITaskRunner
{
    private const int Most = 20;

    public string Type => TaskTypes.GenerateApplications;

    /// <param name="Problem">Why there is none, as a problem code; null when it was made.</param>
    internal sealed record Line(Guid JobId, Guid? SubmissionId, Guid? ResumeId, Guid? LetterId, string? Problem);

    internal sealed record Saved(List<Line> Items);

    public Problem? Check(TaskInputs.TaskInput input) =>
        input.JobIds is { Count: > 0 and <= Most } ids && ids.Distinct().Count() == ids.Count ? null : Problem.Invalid("input.jobIds", $"must be 1 to {Most} different ids");

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        var ids = task.Input.JobIds ?? [];
        var saved = task.Checkpoint<Saved>() ?? new Saved([]);
        for (var i = saved.Items.Count; i < ids.Count; i++)
        {
            var id = ids[i];
            if (await db.Applications.AsNoTracking().FirstOrDefaultAsync(a => a.AccountId == task.AccountId && a.JobId == id, cancel) is { } known)
            {
                await SaveAsync(new Line(id, known.Id, known.ResumeId, known.LetterId, "already_applied"), null);
                continue;
            }

            if (await WriteDocument.FindPostingAsync(postings, id, cancel) is not { } posting || await targets.FindAsync(id, cancel) is not { } target)
            {
                await SaveAsync(new Line(id, null, null, null, CareersProblems.PostingNotFound.Code), null);
                continue;
            }

            var resume = await writer.PrepareAsync(DocumentKind.Resume, task.AccountId, id, posting, null, cancel);
            var letter = resume.Ok ? await writer.PrepareAsync(DocumentKind.Letter, task.AccountId, id, posting, null, cancel) : resume;
            if (!letter.Ok)
            {
                await task.FailAsync(letter.Problem, cancel);
                return;
            }

            var application = JobApplication.Draft(clock.NewId(), task.AccountId, task.Synthetic, id, target, clock.Now());
            application.Choose(resume.Value!.Id, letter.Value.Id);
            await SaveAsync(new Line(id, application.Id, resume.Value.Id, letter.Value.Id, null), () =>
            {
                writer.Keep(resume.Value);
                writer.Keep(letter.Value);
                ApplicationFacts.Drafted(db, application, null);
            });
        }

        await task.CompleteAsync(_ => Task.FromResult<object?>(saved), cancel);

        Task SaveAsync(Line line, Action? effect)
        {
            var next = new Saved([.. saved.Items, line]);
            saved = next;
            return task.StepAsync(_ =>
            {
                effect?.Invoke();
                return Task.CompletedTask;
            }, next.Items.Count, ids.Count, "writing", next, cancel);
        }
    }
}
