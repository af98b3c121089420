namespace Mainstreet.Access.Sessions;

internal enum SessionKind
{
    /// <summary>Bearer tokens, refreshed.</summary>
    Api,

    /// <summary>The cookie of the pages.</summary>
    Cookie,
}

/// <summary>One sign-in of one client. Tokens and cookies name it and die with it.</summary>
internal sealed class Session
{
    private Session()
    {
    }

    public Guid Id { get; private init; }

    public Guid AccountId { get; private init; }

    public SessionKind Kind { get; private init; }

    /// <summary>Where it began: later failures elsewhere do not lock this address out.</summary>
    public string Address { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When the person last proved to be there, by sign-in or step-up; null: at the sign-in.</summary>
    public DateTimeOffset? ProvedAt { get; private set; }

    /// <summary>What the client called itself.</summary>
    public string? Agent { get; private init; }

    /// <summary>For example <c>signed_out</c>, <c>refresh_reused</c>, <c>ended_by_owner</c>, <c>password_changed</c>, <c>account_disabled</c>.</summary>
    public string? EndedBecause { get; private set; }

    internal static Session Start(Guid id, Guid accountId, SessionKind kind, Client client, DateTimeOffset now, DateTimeOffset expiresAt) => new()
    {
        Id = id,
        AccountId = accountId,
        Kind = kind,
        Address = client.Address,
        Agent = client.Agent,
        CreatedAt = now,
        ProvedAt = now,
        ExpiresAt = expiresAt,
    };
}
