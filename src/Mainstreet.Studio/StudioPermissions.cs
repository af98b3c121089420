using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Studio;

/// <summary>What the module's routes ask for. Each is about the caller's own things; another's are 404.</summary>
internal static class StudioPermissions
{
    /// <summary>Make, read, change and delete one's own projects.</summary>
    internal const string Projects = "studio.projects.keep";

    /// <summary>Ask the assistant, and read what it used.</summary>
    internal const string Assistant = "studio.assistant.use";

    /// <summary>Read what everybody's assistant used, by account.</summary>
    internal const string AuditUsage = "studio.assistant.audit";

    /// <summary>Run code in the sandbox.</summary>
    internal const string Run = "studio.sandbox.run";

    /// <summary>Publish one's own projects, follow, cancel and roll back, keep credentials.</summary>
    internal const string Deploy = "studio.deployments.keep";

    internal static readonly IReadOnlyList<Permission> All =
    [
        new(Projects, Roles.Anyone),
        new(Assistant, Roles.Anyone),
        new(AuditUsage, Roles.Admin),
        new(Run, Roles.Anyone),
        new(Deploy, Roles.Anyone),
    ];
}
