namespace Mainstreet.Access.Grants;

/// <summary>
/// The version of all rules, in the only row of its table. Every change of roles, grants or the model raises it before it writes anything
/// else: the row's lock makes writers queue, so versions commit in order.
/// </summary>
internal sealed class RulesRow
{
    public int Id { get; private init; }

    public long Version { get; private set; }
}

/// <summary>A grant as it is stored.</summary>
internal sealed class GrantRow
{
    public Guid Id { get; init; }

    public required string Subject { get; init; }

    public required string Permission { get; init; }

    public required string Resource { get; init; }

    /// <summary>The business that the resource belonged to when it was granted: its owners see and revoke the grant.</summary>
    public Guid? BusinessId { get; init; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedBy { get; init; }

    internal Grant ToGrant() => new(Id, Subject, Permission, Resource, ExpiresAt);
}

/// <summary>A role as it is stored; parents and permissions separated by spaces, in order.</summary>
internal sealed class RoleRow
{
    public required string Name { get; init; }

    public required string Parents { get; set; }

    public required string Permissions { get; set; }

    /// <summary>1, 2, 3, … per role.</summary>
    public int Version { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    internal RoleRule ToRule() => new(Name, Words(Parents), Words(Permissions));

    internal static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A relationship model as it was written; the last one counts.</summary>
internal sealed class ModelRow
{
    /// <summary>The version of the rules that it came with.</summary>
    public long Version { get; init; }

    public required string Text { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid? CreatedBy { get; init; }
}

internal enum RuleChangeKind
{
    GrantSet,
    GrantGone,

    /// <summary>A role was written: <c>Subject</c> is its name, <c>Parents</c> and <c>Permission</c> are its lists.</summary>
    Role,

    Model,

    /// <summary>Somebody's membership of a business changed: nothing to compile, but who carries this version reads the account anew.</summary>
    Member,
}

/// <summary>What one version changed, for replicas that have the version before; kept for a day.</summary>
internal sealed class RuleChange
{
    public long Version { get; init; }

    /// <summary>1, 2, 3, … within the version.</summary>
    public int Number { get; init; }

    public RuleChangeKind Kind { get; init; }

    public Guid? GrantId { get; init; }

    public string? Subject { get; init; }

    public string? Permission { get; init; }

    public string? Resource { get; init; }

    public string? Parents { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset At { get; init; }

    internal static RuleChange Of(RuleChangeKind kind, GrantRow grant, long version, int number, DateTimeOffset now) => new()
    {
        Version = version,
        Number = number,
        Kind = kind,
        GrantId = grant.Id,
        Subject = grant.Subject,
        Permission = grant.Permission,
        Resource = grant.Resource,
        ExpiresAt = grant.ExpiresAt,
        At = now,
    };

    internal Grant ToGrant() => new(GrantId!.Value, Subject!, Permission!, Resource!, ExpiresAt);

    internal RoleRule ToRole() => new(Subject!, RoleRow.Words(Parents!), RoleRow.Words(Permission!));
}
