using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles;

/// <summary>What can stand in the way of one's own profile.</summary>
internal static class ProfileProblems
{
    internal static readonly Problem TooLarge = new(413, "profile_too_large", "The profile is too large.");

    internal static readonly Problem SlugTaken = new(409, "slug_taken", "Another profile has this address already.");

    internal static readonly Problem Empty = new(409, "profile_empty", "A profile without a name cannot be published.");
}
