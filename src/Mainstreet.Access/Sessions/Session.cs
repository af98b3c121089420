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

    /// <summary><c>signed_out</c> or <c>refresh_reused</c>.</summary>
    public string? EndedBecause { get; private set; }

    internal static Session Start(Guid id, Guid accountId, SessionKind kind, string address, DateTimeOffset now, DateTimeOffset expiresAt) => new()
    {
        Id = id,
        AccountId = accountId,
        Kind = kind,
        Address = address,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };
}
