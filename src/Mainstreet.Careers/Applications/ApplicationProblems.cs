using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Applications;

internal static class ApplicationProblems
{
    internal static readonly Problem WrongState = new(409, "application_wrong_state", "The application cannot be moved there.");

    internal static readonly Problem NeedsYes = new(409, "needs_your_yes", "A draft is submitted by your explicit yes only: look at what goes out, and confirm it.");

    internal static readonly Problem AlreadySubmitted = new(409, "already_submitted", "This application was submitted already.");

    internal static readonly Problem ChangedSinceSeen = new(409, "changed_since_seen", "What would go out is not what you saw; look again.");

    internal static readonly Problem NothingToSend = new(422, "nothing_to_send", "There is no résumé and no letter for this posting yet.");

    internal static readonly Problem MethodUnavailable = new(422, "method_unavailable", "It cannot be handed in this way.");

    internal static readonly Problem AddressNotInPosting = new(422, "address_not_in_posting", "Applications go only to addresses that the posting itself names.");

    internal static readonly Problem DocumentNotFound = new(404, "document_not_found", "There is no such document.");

    internal static readonly Problem ChecklistOpen = new(422, "checklist_open", "Tick off the steps first that make it submitted.");

    internal static readonly Problem PostingClosed = new(409, "posting_closed", "This job is no longer open. If you know better, hand it in yourself.");

    internal static readonly Problem QuotaUsed = new(429, "quota_used", "You have submitted as many applications today as are allowed.");

    /// <summary>For pages, which come back with a code.</summary>
    internal static IEnumerable<Problem> All =>
    [
        WrongState, NeedsYes, AlreadySubmitted, ChangedSinceSeen, NothingToSend, MethodUnavailable, AddressNotInPosting, DocumentNotFound, ChecklistOpen, PostingClosed, QuotaUsed,
    ];
}
