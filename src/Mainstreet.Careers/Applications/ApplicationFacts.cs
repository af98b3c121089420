using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Applications;

/// <summary>What is recorded and told of an application, always with the change itself.</summary>
internal static class ApplicationFacts
{
    /// <summary>Adds a new draft with its first audit row.</summary>
    internal static void Drafted(CareersDb db, JobApplication application, Guid? actor)
    {
        db.Applications.Add(application);
        db.AuditFirst(new AuditEntry(JobApplication.Stream(application.Id), actor, "application.drafted", null, Words.Of(application.State), new { application.JobId }));
        Tell(db, application, "application.drafted");
    }

    /// <summary>Appends to the trail and tells.</summary>
    internal static async Task RecordAsync(CareersDb db, JobApplication application, Guid? actor, string act, ApplicationState before, object? detail, CancellationToken cancel)
    {
        await db.AuditAsync(new AuditEntry(JobApplication.Stream(application.Id), actor, act, Words.Of(before), Words.Of(application.State), detail), cancel);
        Tell(db, application, act);
    }

    internal static void Tell(CareersDb db, JobApplication application, string act) => db.Notify(
        JobApplication.Stream(application.Id), act,
        new { application.Id, application.JobId, Title = application.PostingTitle, State = Words.Of(application.State), Delivery = Words.Of(application.Delivery) },
        $"user:{application.AccountId}");
}
