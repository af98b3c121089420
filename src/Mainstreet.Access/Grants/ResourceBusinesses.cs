using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Which business a resource belongs to: itself, or what its module says, or else the business that a grant of the relation
/// <c>business</c> names.
/// </summary>
internal sealed class ResourceBusinesses(IEnumerable<IResourceOwner> owners)
{
    internal async ValueTask<Guid?> FindAsync(ObjectName resource, RuleSet rules, CancellationToken cancel)
    {
        if (resource.IsWildcard) return null;
        var isId = Guid.TryParseExact(resource.Id, "D", out var id);
        if (resource.Type == "business") return isId ? id : null;
        if (owners.FirstOrDefault(o => o.Type == resource.Type) is { } owner) return isId ? await owner.FindBusinessAsync(id, cancel) : null;
        return Named(rules.Of(resource.Text, HouseModel.BusinessRelation));
    }

    // Several businesses own nothing together: then only grants on the thing itself count.
    private static Guid? Named(RelationGrants? grants) =>
        grants is { All: [var only] } && ObjectName.Read(only.Subject) is { Type: "business" } business && Guid.TryParseExact(business.Id, "D", out var id)
            ? id
            : null;
}
