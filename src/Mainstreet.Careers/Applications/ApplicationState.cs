using System.Collections.Frozen;

namespace Mainstreet.Careers.Applications;

/// <summary>Where an application stands, in the order of the board's columns.</summary>
internal enum ApplicationState
{
    Draft,
    Submitted,
    Screening,
    Interview,
    Offer,
    Rejected,
    Withdrawn,
    Archived,
}

/// <summary>Who hands the application in.</summary>
internal enum SubmissionMethod
{
    /// <summary>This program, by e-mail to an address that the posting names.</summary>
    Email,

    /// <summary>This program, through a partner that takes applications for the posting's source.</summary>
    Adapter,

    /// <summary>The person, with a checklist.</summary>
    ByHand,
}

/// <summary>What became of handing it in.</summary>
internal enum Delivery
{
    None,

    /// <summary>Will be sent.</summary>
    Queued,

    /// <summary>Is being sent at this moment, or a process died while it was.</summary>
    Sending,

    Sent,

    /// <summary>Certainly not sent; the application is a draft again.</summary>
    Failed,

    /// <summary>Nobody can know; it is not sent again by itself.</summary>
    Unknown,

    /// <summary>The person did it.</summary>
    ByHand,
}

/// <summary>
/// The moves that a person may make. A draft becomes submitted by the person's yes only (<see cref="SubmitApplication"/>), and nothing that was
/// submitted becomes a draft again, unless it certainly did not go out. Moves back among the open states put mistakes right.
/// </summary>
internal static class ApplicationFlow
{
    private static readonly FrozenDictionary<ApplicationState, ApplicationState[]> Moves = new Dictionary<ApplicationState, ApplicationState[]>
    {
        [ApplicationState.Draft] = [ApplicationState.Archived],
        [ApplicationState.Submitted] = [ApplicationState.Screening, ApplicationState.Interview, ApplicationState.Offer, ApplicationState.Rejected, ApplicationState.Withdrawn, ApplicationState.Archived],
        [ApplicationState.Screening] = [ApplicationState.Submitted, ApplicationState.Interview, ApplicationState.Offer, ApplicationState.Rejected, ApplicationState.Withdrawn, ApplicationState.Archived],
        [ApplicationState.Interview] = [ApplicationState.Screening, ApplicationState.Offer, ApplicationState.Rejected, ApplicationState.Withdrawn, ApplicationState.Archived],
        [ApplicationState.Offer] = [ApplicationState.Interview, ApplicationState.Rejected, ApplicationState.Withdrawn, ApplicationState.Archived],
        [ApplicationState.Rejected] = [ApplicationState.Screening, ApplicationState.Interview, ApplicationState.Offer, ApplicationState.Archived],
        [ApplicationState.Withdrawn] = [ApplicationState.Archived],
        [ApplicationState.Archived] = [],
    }.ToFrozenDictionary();

    /// <summary>Where a person may move it, in the order of the board.</summary>
    /// <param name="state">Where it stands.</param>
    /// <param name="archivedFrom">Where it stood before it was archived: it may go back there.</param>
    internal static IReadOnlyList<ApplicationState> From(ApplicationState state, ApplicationState? archivedFrom) =>
        state == ApplicationState.Archived && archivedFrom is { } before ? [before] : Moves[state];
}
