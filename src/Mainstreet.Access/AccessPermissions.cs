using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access;

/// <summary>What Access asks for.</summary>
internal static class AccessPermissions
{
    internal const string ReadSelf = "access.account.read";

    /// <summary>Set up one's own second factor, and end one's own sessions.</summary>
    internal const string SecureSelf = "access.account.secure";

    internal const string ReadBusinesses = "access.businesses.read";
    internal const string CreateBusiness = "access.businesses.create";
    internal const string ReadMembers = "access.members.read";
    internal const string ManageMembers = "access.members.manage";
    internal const string UseGrants = "access.grants.use";
    internal const string ManageGrants = "access.grants.manage";
    internal const string ReadRoles = "access.roles.read";
    internal const string ManageRoles = "access.roles.manage";

    internal static IReadOnlyList<Permission> All { get; } =
    [
        new(ReadSelf, Roles.Anyone),
        new(SecureSelf, Roles.Anyone),
        new(ReadBusinesses, Roles.Anyone),
        new(CreateBusiness, Roles.Anyone),
        new(ReadMembers, Roles.Owner, Roles.Agent, Roles.Clerk, Roles.Courier, Roles.Admin),
        new(ManageMembers, Roles.Owner, Roles.Admin),
        new(UseGrants, Roles.Anyone),
        new(ManageGrants, Roles.Owner, Roles.Admin),
        new(ReadRoles, Roles.Owner, Roles.Agent, Roles.Admin),
        new(ManageRoles, Roles.Admin),
    ];
}
