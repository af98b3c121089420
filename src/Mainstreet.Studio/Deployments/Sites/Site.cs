namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>A project as this server publishes it: the files of one of its deployments, under a host name of its own.</summary>
internal sealed class Site
{
    public Guid ProjectId { get; init; }

    public Guid AccountId { get; init; }

    /// <summary>First label of the host name; never changes.</summary>
    public required string Slug { get; init; }

    public Guid DeploymentId { get; set; }

    public DateTimeOffset PublishedAt { get; set; }
}
