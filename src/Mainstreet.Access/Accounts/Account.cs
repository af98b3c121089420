using Mainstreet.Foundation.Time;

namespace Mainstreet.Access.Accounts;

/// <summary>A person.</summary>
internal sealed class Account
{
    private Account()
    {
    }

    public Guid Id { get; private init; }

    /// <summary>As typed, trimmed.</summary>
    public string Email { get; private init; } = "";

    /// <summary>What is compared; see <see cref="EmailNormalizer"/>.</summary>
    public string NormalizedEmail { get; internal set; } = "";

    public bool EmailConfirmed { get; internal set; }

    public string DisplayName { get; private init; } = "";

    public string? PasswordHash { get; internal set; }

    public string SecurityStamp { get; internal set; } = "";

    /// <summary>Until then, addresses that never signed in to the account may not.</summary>
    public DateTimeOffset? LockoutEnd { get; internal set; }

    public bool Synthetic { get; private init; }

    /// <summary>Seeded with a password that everybody knows: refused in Production.</summary>
    public bool Demo { get; private init; }

    public DateTimeOffset? DisabledAt { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? LastSignInAt { get; private set; }

    public List<AccountRole> Roles { get; } = [];

    internal static Account Open(
        Guid id, string email, string displayName, DateTimeOffset now, IEnumerable<string> roles,
        bool emailConfirmed = false, bool synthetic = false, bool demo = false)
    {
        var account = new Account
        {
            Id = id,
            Email = email.Trim(),
            NormalizedEmail = EmailNormalizer.Normalize(email),
            EmailConfirmed = emailConfirmed,
            DisplayName = displayName.Trim(),
            Synthetic = synthetic,
            Demo = demo,
            CreatedAt = now.Cut(),
        };
        account.Roles.AddRange(roles.Distinct(StringComparer.Ordinal).Select(role => new AccountRole(id, role)));
        return account;
    }
}

/// <summary>A role that a person has everywhere: customer, contractor or admin.</summary>
internal sealed record AccountRole(Guid AccountId, string Role);
