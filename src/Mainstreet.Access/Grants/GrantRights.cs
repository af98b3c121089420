using Mainstreet.Access.Businesses;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Who may give and take. Administrators: everything. Whoever holds <c>access.grants.manage</c> in a business (its owners): what belongs to
/// it, to people and to the business's roles, and only permissions that they hold there themselves.
/// </summary>
internal static class GrantRights
{
    /// <summary>Why the caller may not give this, or <c>null</c>. Another's things are unknown: 404.</summary>
    internal static Problem? MayGive(Caller caller, ObjectName subject, string permission, ObjectName resource, Guid? businessId)
    {
        if (caller.IsAdmin) return null;
        if (MayManage(caller, businessId, resource.IsWildcard) is { } problem) return problem;
        if (subject is not { Type: "user", IsWildcard: false, Relation: null } && !(subject is { Type: "role", Relation: null } && Roles.OfBusinesses.Contains(subject.Id)))
            return Problem.Forbidden.With("Owners give to people and to the roles of a business.");
        return caller.Can(permission, resource.Text, businessId) ? null : Problem.Forbidden.With("Nobody gives what they do not hold.");
    }

    /// <summary>Why the caller may not take or look into grants of this business, or <c>null</c>.</summary>
    internal static Problem? MayManage(Caller caller, Guid? businessId, bool isVisible = false)
    {
        if (caller.IsAdmin) return null;
        if (businessId is { } id && caller.Can(AccessPermissions.ManageGrants, id)) return null;
        return isVisible || (businessId is { } own && caller.MaySee(own)) ? Problem.Forbidden : Problem.NotFound;
    }
}
