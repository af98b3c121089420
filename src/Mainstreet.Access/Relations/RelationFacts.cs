using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Access.Relations;

/// <summary>
/// What is related to what, for one question: the stored grants that stand at this instant, the grants that the question brings along,
/// and what Access knows of itself: the asker's memberships and account roles, and the business of the thing that is asked about.
/// </summary>
internal sealed class RelationFacts(
    RuleSet rules, DateTimeOffset now, Caller? account = null, IReadOnlyList<Grant>? context = null, (string Resource, Guid Business)? belongs = null,
    int fewUsersets = RelationFacts.FewUsersets)
{
    private const int MaxGathered = 2_000;

    // With fewer, asking each is as quick as gathering.
    internal const int FewUsersets = 4;

    private readonly IReadOnlyList<Grant> _context = context ?? [];
    private HashSet<string>? _gathered;
    private bool _isGathered;

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

    /// <summary>
    /// Where a resource names many usersets, the one among them that the subject is in by grants alone, found from the subject's side; the
    /// usersets for which that cannot be said are still to be asked.
    /// </summary>
    /// <returns>False when the usersets must be asked one by one.</returns>
    internal bool TryGather(ObjectName subject, ObjectName resource, RelationDefinition relation, out ObjectName? member)
    {
        member = null;
        if (_context.Count > 0 || rules.Of(resource.Text, relation.Name) is not { } stored || stored.Usersets.Length <= fewUsersets) return false;
        if (!_isGathered) (_gathered, _isGathered) = (Gather(subject), true);
        if (_gathered is null) return false;
        if (_gathered.Count < stored.Usersets.Length)
        {
            foreach (var name in _gathered)
            {
                if (stored.Find(name) is { Userset: { } userset } grant && grant.StandsAt(now) && relation.Takes(userset)) member = userset;
            }
        }
        else
        {
            foreach (var grant in stored.Usersets)
            {
                if (_gathered.Contains(grant.Subject) && grant.StandsAt(now) && relation.Takes(grant.Userset!)) member = grant.Userset;
            }
        }

        return true;
    }

    /// <summary>The usersets that are related directly; without those that <see cref="TryGather"/> has answered for.</summary>
    internal void AddUsersets(ObjectName resource, string relation, ref List<ObjectName>? found, bool isGathered = false)
    {
        var stored = rules.Of(resource.Text, relation);
        foreach (var grant in (isGathered ? stored?.Walked : stored?.Usersets) ?? [])
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

    // Every plain relation that the subject is in, or null when there are too many.
    private HashSet<string>? Gather(ObjectName subject)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<ObjectName>([subject]);
        if (subject.Relation is not null) found.Add(subject.Text);
        else if (!subject.IsWildcard) waiting.Enqueue(new ObjectName($"{subject.Type}:*", subject.Type, "*", null));
        while (waiting.TryDequeue(out var next))
        {
            if (rules.Of(next.Text) is not { } grants) continue;
            foreach (var grant in grants.All)
            {
                if (!grant.StandsAt(now) || Model.FindFor(grant.Resource, grant.Permission) is not { } relation || !Model.IsPlain(relation) || !relation.Takes(next)) continue;
                var name = $"{grant.Resource}#{grant.Permission}";
                if (!found.Add(name)) continue;
                if (found.Count > MaxGathered) return null;
                if (ObjectName.Read(name) is { } userset) waiting.Enqueue(userset);
            }
        }

        return found;
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
