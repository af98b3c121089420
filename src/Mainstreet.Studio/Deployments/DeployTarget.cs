namespace Mainstreet.Studio.Deployments;

/// <summary>Where a project can be published.</summary>
internal enum DeployTarget
{
    Vercel,
    Netlify,
    Railway,

    /// <summary>Static hosting by this server, on an origin of its own.</summary>
    Local,
}

internal enum DeploymentStatus
{
    /// <summary>Nothing was published yet; what must be there first is being looked for or made.</summary>
    Queued,

    Uploading,

    Building,

    /// <summary>The provider waits for somebody to act there; it goes on by itself when they have.</summary>
    NeedsAction,

    Ready,

    Failed,

    Cancelled,
}

/// <summary>
/// What a deployment does next. A step may be run again after a crash, since its outcome is saved after it: each looks for what an
/// earlier run of it may have made before it makes anything.
/// </summary>
internal enum DeployStep
{
    /// <summary>Find the project at the provider, or make it.</summary>
    Home,

    Variables,

    /// <summary>Remember which deployments there are, so that the next one is known by not being among them.</summary>
    Mark,

    Upload,

    Create,

    /// <summary>Publish what an earlier deployment published, without building it again.</summary>
    Restore,

    /// <summary>Ask how it stands.</summary>
    Watch,

    /// <summary>Have the provider stop it.</summary>
    Stop,

    /// <summary>This server's own: put the files on the site.</summary>
    Publish,
}
