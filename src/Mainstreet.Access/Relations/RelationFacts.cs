using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Relations;

/// <summary>
/// What is related to what, for one question: the stored grants that stand at this instant, the grants that the question brings along,
/// and what Access knows of itself: the asker's memberships and account roles, and the business of the thing that is asked about.
/// </summary>
internal sealed class RelationFacts(
    RuleSet rules, DateTimeOffset now, Caller? account = null, IReadOnlyList<Grant>? context = null, (string Resource, Guid Business)? belongs = null)
{
    private readonly IReadOnlyList<Grant> _context = context ?? [];

    internal RelationModel Model => rules.Model;

    internal bool Has(ObjectName resource, string relation, string subject)
    {
        if (rules.Of(resource.Text, relation)?.Find(subject) is { } grant && grant.StandsAt(now)) return true;
        foreach (var brought in _context)
        {
            if (brought.Resource == resource.Text && brought.Permission == relation && brought.Subject == subject) return true;
        }

        return account is not null && account.Subject == subject && HasByItself(account, resource, relation);
    }

    /// <summary>The usersets that are related directly.</summary>
    internal void AddUsersets(ObjectName resource, string relation, ref List<ObjectName>? found)
    {
        foreach (var grant in rules.Of(resource.Text, relation)?.Usersets ?? [])
        {
            if (grant.StandsAt(now)) (found ??= []).Add(grant.Userset!);
        }

        foreach (var brought in _context)
        {
            if (brought.Userset is { } userset && brought.Resource == resource.Text && brought.Permission == relation) (found ??= []).Add(userset);
        }
    }

    /// <summary>The things that are related directly.</summary>
    internal void AddThings(ObjectName resource, string relation, ref List<ObjectName>? found)
    {
        if (rules.Of(resource.Text, relation) is { } stored)
        {
            foreach (var grant in stored.All)
            {
                if (grant.StandsAt(now)) AddThing(grant, ref found);
            }
        }

        foreach (var brought in _context)
        {
            if (brought.Resource == resource.Text && brought.Permission == relation) AddThing(brought, ref found);
        }

        if (relation == HouseModel.BusinessRelation && belongs is { } owned && owned.Resource == resource.Text)
            (found ??= []).Add(ObjectName.Read($"business:{owned.Business}")!);
    }

    private static void AddThing(Grant grant, ref List<ObjectName>? found)
    {
        if (grant.Userset is null && ObjectName.Read(grant.Subject) is { IsWildcard: false } thing) (found ??= []).Add(thing);
    }

    private bool HasByItself(Caller caller, ObjectName resource, string relation)
    {
        if (resource.Type == "business" && Roles.OfBusinesses.Contains(relation))
        {
            foreach (var membership in caller.Memberships)
            {
                if (membership.Role == relation && Guid.TryParse(resource.Id, out var id) && membership.BusinessId == id) return true;
            }
        }

        if (resource.Type == "role" && relation == Grant.RoleMember)
        {
            if (rules.Roles.Inherits(caller.AccountRoles, resource.Id)) return true;
            foreach (var given in rules.Of(caller.Subject)?.Memberships ?? [])
            {
                if (given.StandsAt(now) && rules.Roles.Inherits([given.Resource["role:".Length..]], resource.Id)) return true;
            }
        }

        return false;
    }
}
