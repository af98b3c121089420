namespace Mainstreet.Access.Businesses;

/// <summary>What joins the modules: it owns its shop, its contractors, its recipients, its postings and its site.</summary>
internal sealed class Business
{
    private Business()
    {
    }

    public Guid Id { get; private init; }

    public string Name { get; private init; } = "";

    public string TimeZone { get; private init; } = "";

    public string Currency { get; private init; } = "";

    public bool Synthetic { get; private init; }

    public bool Demo { get; private init; }

    /// <summary>Raised at each change of its members: writers of one business queue at this row.</summary>
    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    internal static Business Found(
        Guid id, string name, string timeZone, string currency, DateTimeOffset now, bool synthetic, bool demo = false) => new()
        {
            Id = id,
            Name = name.Trim(),
            TimeZone = timeZone,
            Currency = currency,
            Synthetic = synthetic,
            Demo = demo,
            Version = 1,
            CreatedAt = now,
        };
}

/// <summary>A role of an account in a business; an account may have several.</summary>
internal sealed record Member(Guid BusinessId, Guid AccountId, string Role, DateTimeOffset Since)
{
    /// <summary>Roles that a business gives.</summary>
    internal static IReadOnlyList<string> Roles { get; } =
        [Foundation.Authorization.Roles.Owner, Foundation.Authorization.Roles.Agent, Foundation.Authorization.Roles.Clerk, Foundation.Authorization.Roles.Courier];
}

/// <summary>An offer of a role to whoever owns an e-mail address.</summary>
internal sealed class Invitation
{
    private Invitation()
    {
    }

    public Guid Id { get; private init; }

    public Guid BusinessId { get; private init; }

    public string Email { get; private init; } = "";

    public string NormalizedEmail { get; private init; } = "";

    public string Role { get; private init; } = "";

    public byte[] TokenHash { get; private init; } = [];

    public Guid InvitedBy { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset ExpiresAt { get; private init; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    public Guid? AcceptedBy { get; private set; }

    internal static (Invitation Row, string Token) Write(
        Guid id, Guid businessId, string email, string role, Guid invitedBy, DateTimeOffset now, TimeSpan life)
    {
        var token = Sessions.Secret.New();
        var row = new Invitation
        {
            Id = id,
            BusinessId = businessId,
            Email = email.Trim(),
            NormalizedEmail = Accounts.EmailNormalizer.Normalize(email),
            Role = role,
            TokenHash = Sessions.Secret.Hash(token),
            InvitedBy = invitedBy,
            CreatedAt = now,
            ExpiresAt = now + life,
        };
        return (row, token);
    }
}
