namespace Mainstreet.Studio.Deployments.Credentials;

/// <summary>What kind of token it is: Railway takes the two in different headers.</summary>
internal enum TokenKind
{
    /// <summary>Of a person or a team.</summary>
    Account,

    /// <summary>Of one environment of one project.</summary>
    Project,
}

/// <summary>A person's way into a provider. The token is encrypted under the person's and the target's name.</summary>
internal sealed class StoredCredentials
{
    public Guid AccountId { get; init; }

    public DeployTarget Target { get; init; }

    public required string Secret { get; set; }

    /// <summary>Vercel: id of the team. Netlify: slug of the team. Railway: id of the workspace.</summary>
    public string? Team { get; set; }

    public TokenKind TokenKind { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }

    public int Version { get; set; }
}

/// <summary>The same, in the clear, for the time of a step.</summary>
internal sealed record DeployCredentials(string Token, string Team, TokenKind Kind)
{
    // Records print their members.
    public override string ToString() => $"credentials of team '{Team}'";
}
