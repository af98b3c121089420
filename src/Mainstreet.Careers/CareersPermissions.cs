using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Careers;

/// <summary>What the module's routes ask for.</summary>
internal static class CareersPermissions
{
    /// <summary>Keep, publish and export one's own profile.</summary>
    internal const string Profile = "careers.profile.keep";

    /// <summary>Search postings, keep searches, have oneself compared with a posting.</summary>
    internal const string Search = "careers.jobs.search";

    /// <summary>Have résumés and letters written, apply, follow one's own tasks and applications.</summary>
    internal const string Apply = "careers.applications.keep";

    /// <summary>Bring postings in from files and from sources.</summary>
    internal const string ImportJobs = "careers.jobs.import";

    internal static readonly IReadOnlyList<Permission> All =
    [
        new(Profile, Roles.Anyone),
        new(Search, Roles.Anyone),
        new(Apply, Roles.Anyone),
        new(ImportJobs, Roles.Admin),
    ];
}
