using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers;

/// <summary>What can stand in the way, where more than one use case answers it.</summary>
internal static class CareersProblems
{
    internal static readonly Problem ProfileNotFound = new(404, "profile_not_found", "There is no such profile.");

    internal static readonly Problem ProfileEmpty = new(422, "profile_empty", "The profile has no facts yet; nothing can be written from it.");

    internal static readonly Problem PostingNotFound = new(404, "posting_not_found", "There is no such posting.");
}
