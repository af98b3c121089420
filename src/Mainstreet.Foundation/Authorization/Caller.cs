using System.Collections.Frozen;

using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Authorization;

/// <summary>A membership of a business.</summary>
public sealed record Membership(Guid BusinessId, string Role);

/// <summary>
/// Who is asking, as the account stands now (not as its token was issued): every decision reads this snapshot, so a
/// revocation does not wait for a token to expire. Bound as a handler parameter on authorised routes.
/// </summary>
public sealed class Caller
{
    private readonly FrozenDictionary<string, Permission> _permissions;

    public Caller(
        Guid id, string email, string displayName, bool synthetic, IReadOnlyList<string> accountRoles,
        IReadOnlyList<Membership> memberships, FrozenDictionary<string, Permission> permissions)
    {
        Id = id;
        Email = email;
        DisplayName = displayName;
        Synthetic = synthetic;
        AccountRoles = accountRoles;
        Memberships = memberships;
        _permissions = permissions;
    }

    public Guid Id { get; }

    public string Email { get; }

    public string DisplayName { get; }

    /// <summary>Made by <c>mainstreet prove</c>: meets only synthetic rows, and real callers never meet it.</summary>
    public bool Synthetic { get; }

    public IReadOnlyList<string> AccountRoles { get; }

    public IReadOnlyList<Membership> Memberships { get; }

    public bool IsAdmin => AccountRoles.Contains(Roles.Admin);

    /// <summary>Account roles and business roles together, sorted, each once.</summary>
    public IReadOnlyList<string> AllRoles =>
        [.. AccountRoles.Concat(Memberships.Select(m => m.Role)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public bool HasRole(string role) => AccountRoles.Contains(role) || Memberships.Any(m => m.Role == role);

    /// <summary>True when the caller holds the permission anywhere: by an account role or in any business.</summary>
    public bool Can(string permission)
    {
        if (!_permissions.TryGetValue(permission, out var declared)) return false;
        foreach (var role in declared.Roles)
        {
            if (role == Roles.Anyone || HasRole(role)) return true;
        }

        return false;
    }

    /// <summary>True when the caller holds the permission in this business (or is an administrator who holds it).</summary>
    public bool Can(string permission, Guid? businessId)
    {
        if (!_permissions.TryGetValue(permission, out var declared)) return false;
        if (IsAdmin && declared.Roles.Contains(Roles.Admin)) return true;
        return businessId is { } id && Memberships.Any(m => m.BusinessId == id && declared.Roles.Contains(m.Role));
    }

    /// <summary>Businesses in which the caller holds the permission.</summary>
    public IReadOnlyList<Guid> BusinessesWith(string permission) =>
        _permissions.TryGetValue(permission, out var declared)
            ? [.. Memberships.Where(m => declared.Roles.Contains(m.Role)).Select(m => m.BusinessId).Distinct()]
            : [];

    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The route takes a Caller but requires no authorisation."));
}
