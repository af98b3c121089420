using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Applications;

/// <summary>An application as its owner sees it.</summary>
/// <param name="State">draft, submitted, screening, interview, offer, rejected, withdrawn or archived.</param>
/// <param name="Moves">States that it may be moved to by PATCH.</param>
/// <param name="Delivery">none, queued, sending, sent, failed, unknown or byHand.</param>
/// <param name="Package">What goes out, or went out; null until it was looked at, and in lists.</param>
/// <param name="Methods">The ways to hand it in; while it is a draft, and not in lists.</param>
/// <param name="ConsentedAt">When the person said yes.</param>
internal sealed record ApplicationView(
    Guid Id, Guid? JobId, ApplicationView.PostingView Posting, string State, IReadOnlyList<string> Moves, string? Method, string Delivery, string? DeliveryError,
    Guid? ResumeId, Guid? LetterId, ApplicationView.PackageView? Package, IReadOnlyList<ApplicationView.MethodView>? Methods, IReadOnlyList<ChecklistItem>? Checklist,
    DateTimeOffset? ConsentedAt, DateTimeOffset? SubmittedAt, DateTimeOffset? RemindAt, string? FollowUp, string Notes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public sealed record PostingView(string Title, string? Company, string? Place, string? Url);

    public sealed record LineView(string Section, string Text);

    /// <param name="Kind">resume or letter.</param>
    /// <param name="Version">To be named in the yes.</param>
    public sealed record DocumentView(Guid Id, string Kind, int Version, IReadOnlyList<LineView> Lines);

    public sealed record PackageView(string Method, string? To, string? Adapter, string Candidate, string ReplyTo, string Subject, string Body, IReadOnlyList<DocumentView> Documents);

    /// <param name="WhyNot">Null when it can be done this way.</param>
    public sealed record MethodView(string Method, bool Available, string? WhyNot, IReadOnlyList<string> To, string? Adapter);

    internal static ApplicationView Of(JobApplication application, IReadOnlyList<SubmissionOption>? options = null, bool whole = true) => new(
        application.Id, application.JobId, new PostingView(application.PostingTitle, application.Company, application.Place, application.PostingUrl),
        Words.Of(application.State), [.. application.Moves.Select(s => Words.Of(s))], application.Method is { } method ? Words.Of(method) : null,
        Words.Of(application.Delivery), application.DeliveryError, application.ResumeId, application.LetterId,
        whole && application.Packed is { } package ? Of(package) : null,
        options?.Select(o => new MethodView(Words.Of(o.Method), o.WhyNot is null, o.WhyNot, o.To, o.Adapter)).ToList(),
        whole && application.State == ApplicationState.Draft ? ApplyChecklist.Of(application) : null,
        application.ConsentedAt, application.SubmittedAt, application.RemindAt, application.FollowUp, application.Notes, application.CreatedAt, application.UpdatedAt);

    private static PackageView Of(ApplicationPackage package) => new(
        Words.Of(package.Method), package.To, package.Adapter, package.Candidate, package.ReplyTo, package.Subject, package.Body,
        [.. package.Documents.Select(d => new DocumentView(d.Id, Words.Of(d.Kind), d.Version, [.. d.Lines.Select(l => new LineView(l.Section, l.Text))]))]);
}
