using Mainstreet.Access.Relations;

namespace Mainstreet.Access.Grants;

/// <summary>
/// A permission (or a relation of the model) given to a subject on a resource until an instant: what OpenFGA calls a relationship tuple,
/// as the compiled rules hold it.
/// </summary>
/// <param name="Id">Stable id.</param>
/// <param name="Subject"><c>user:{id}</c>, <c>user:*</c>, <c>role:{name}</c>, or what the model allows: <c>group:x#member</c>, <c>folder:y</c>.</param>
/// <param name="Permission">Dotted permission, or a relation.</param>
/// <param name="Resource"><c>{type}:{id}</c> or <c>{type}:*</c>.</param>
/// <param name="ExpiresAt">From this instant on it gives nothing; <c>null</c> for ever.</param>
internal sealed record Grant(Guid Id, string Subject, string Permission, string Resource, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The subject taken apart when it is a userset, else null.</summary>
    internal ObjectName? Userset { get; } = Subject.Contains('#', StringComparison.Ordinal) ? ObjectName.Read(Subject) : null;

    /// <summary>True when the grant makes its subject member of a role.</summary>
    internal bool GivesRole => Permission == RoleMember && Resource.StartsWith("role:", StringComparison.Ordinal);

    internal const string RoleMember = "member";

    internal bool StandsAt(DateTimeOffset now) => ExpiresAt is not { } end || end > now;

    /// <summary>Order within one subject's grants: by permission, then by resource.</summary>
    internal static int CompareForSubject(Grant a, Grant b) =>
        string.CompareOrdinal(a.Permission, b.Permission) is not 0 and var order ? order : string.CompareOrdinal(a.Resource, b.Resource);
}
