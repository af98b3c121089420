namespace Mainstreet.Studio.Deployments;

/// <summary>A file as a deployment publishes it.</summary>
internal sealed class DeploymentFile
{
    public Guid DeploymentId { get; init; }

    public required string Path { get; init; }

    public required string Sha256 { get; init; }

    public required string Sha1 { get; init; }

    public int Size { get; init; }
}

/// <summary>A content, kept once however many deployments publish it.</summary>
internal sealed class DeploymentBlob
{
    public required string Sha256 { get; init; }

    public required byte[] Content { get; init; }
}

internal sealed class DeploymentLogLine
{
    public Guid DeploymentId { get; init; }

    /// <summary>1, 2, 3, ...</summary>
    public int Number { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Source { get; init; }

    public required string Text { get; init; }
}

/// <summary>Where a project lives at a provider.</summary>
internal sealed class DeploymentHome
{
    public Guid ProjectId { get; init; }

    public DeployTarget Target { get; init; }

    /// <summary>The team that it belongs to there; empty for none.</summary>
    public required string Team { get; init; }

    /// <summary><see cref="ProviderRefs.Home"/> as JSON.</summary>
    public required string Refs { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A content that the provider has already.</summary>
internal sealed class DeploymentDigest
{
    public Guid ProjectId { get; init; }

    public DeployTarget Target { get; init; }

    public required string Team { get; init; }

    public required string Sha1 { get; init; }
}
