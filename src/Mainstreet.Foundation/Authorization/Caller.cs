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
    private readonly IAccessRules? _rules;

    /// <param name="rules">Roles, grants and relationships as they stand; without them the declared roles alone decide.</param>
    public Caller(
        Guid id, string email, string displayName, bool synthetic, IReadOnlyList<string> accountRoles,
        IReadOnlyList<Membership> memberships, FrozenDictionary<string, Permission> permissions, IAccessRules? rules = null)
    {
        _rules = rules;
        Subject = $"user:{id}";
        Id = id;
        Email = email;
        DisplayName = displayName;
        Synthetic = synthetic;
        AccountRoles = accountRoles;
        Memberships = memberships;
        _permissions = permissions;
    }

    public Guid Id { get; }

    /// <summary>The caller as grants name it: <c>user:{id}</c>.</summary>
    public string Subject { get; }

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

    /// <summary>
    /// True when the caller holds the permission anywhere: by an account role, in any business, or by a grant on anything. A
    /// permission that no business role holds is for the whole system, and only a grant on <c>system:*</c> gives it.
    /// </summary>
    public bool Can(string permission)
    {
        if (_permissions.TryGetValue(permission, out var declared))
        {
            foreach (var role in declared.Roles)
            {
                if (role == Roles.Anyone || HasRole(role)) return true;
            }
        }

        return _rules?.HoldsAnywhere(this, permission) == true;
    }

    /// <summary>True when the caller holds the permission in this business: as its member, as an administrator who holds it, or by a grant.</summary>
    public bool Can(string permission, Guid? businessId)
    {
        if (_permissions.TryGetValue(permission, out var declared))
        {
            if (IsAdmin && declared.Roles.Contains(Roles.Admin)) return true;
            if (businessId is { } id && Memberships.Any(m => m.BusinessId == id && declared.Roles.Contains(m.Role))) return true;
        }

        return _rules?.Holds(this, permission, businessId is { } business ? $"business:{business}" : "business:*", businessId) == true;
    }

    /// <summary>
    /// True when the caller holds the permission on one thing: in the business that it belongs to, by a grant on it, on its whole type
    /// or on its business, or by a relationship.
    /// </summary>
    /// <param name="permission">Dotted name.</param>
    /// <param name="resource"><c>{type}:{id}</c>, for example <c>product:{id}</c>.</param>
    /// <param name="businessId">The business that the thing belongs to, as its row says.</param>
    public bool Can(string permission, string resource, Guid? businessId)
    {
        if (_permissions.TryGetValue(permission, out var declared))
        {
            if (IsAdmin && declared.Roles.Contains(Roles.Admin)) return true;
            if (businessId is { } id && Memberships.Any(m => m.BusinessId == id && declared.Roles.Contains(m.Role))) return true;
        }

        return _rules?.Holds(this, permission, resource, businessId) == true;
    }

    /// <summary>
    /// Businesses in which the caller holds the permission, as a member or by a grant on the business. A grant on a single thing, on a
    /// whole type, or a role that is not of a business adds none.
    /// </summary>
    public IReadOnlyList<Guid> BusinessesWith(string permission)
    {
        IReadOnlyList<Guid> mine = _permissions.TryGetValue(permission, out var declared)
            ? [.. Memberships.Where(m => declared.Roles.Contains(m.Role)).Select(m => m.BusinessId).Distinct()]
            : [];
        return _rules?.BusinessesWith(this, permission) is { Count: > 0 } granted ? [.. mine.Union(granted)] : mine;
    }

    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The route takes a Caller but requires no authorisation."));
}
