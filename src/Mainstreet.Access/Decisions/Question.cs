using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Decisions;

/// <summary>May this subject do this with this resource?</summary>
/// <param name="Subject">As grants name it.</param>
/// <param name="Account">The account behind <c>user:{id}</c> as it stands now; <c>null</c> when there is none, or the subject is no user.</param>
/// <param name="Permission">Dotted permission, or a relation.</param>
/// <param name="Resource">A thing or a whole type.</param>
/// <param name="BusinessId">The business that the resource belongs to.</param>
/// <param name="Context">Grants that count for this question only.</param>
internal sealed record Question(
    ObjectName Subject, Caller? Account, string Permission, ObjectName Resource, Guid? BusinessId = null, IReadOnlyList<Grant>? Context = null)
{
    /// <summary>The resource of permissions that are for the whole system.</summary>
    internal static ObjectName System { get; } = new("system:*", "system", "*", null);
}
