using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Occasions;

/// <summary>What the module's routes ask for.</summary>
internal static class OccasionsPermissions
{
    /// <summary>Read and change recipients, and import them.</summary>
    internal const string Recipients = "occasions.recipients.manage";

    /// <summary>Read messages; cancel and replay them.</summary>
    internal const string Messages = "occasions.messages.manage";

    /// <summary>Settings, pauses, suppressions, templates.</summary>
    internal const string Settings = "occasions.settings.manage";

    /// <summary>Run the jobs by hand and move the test clock.</summary>
    internal const string Schedules = "occasions.schedules.run";

    internal static readonly IReadOnlyList<Permission> All =
    [
        new(Recipients, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(Messages, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(Settings, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(Schedules, Roles.Admin),
    ];
}
