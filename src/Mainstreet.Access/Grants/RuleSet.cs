using System.Collections.Immutable;

using Mainstreet.Access.Relations;

namespace Mainstreet.Access.Grants;

/// <summary>
/// All rules at one version, compiled: by subject, so that a refusal costs as little as a permission, and by relation for those grants
/// that the model follows. Immutable; a change makes the next one, sharing what stayed.
/// </summary>
internal sealed class RuleSet
{
    private readonly ImmutableDictionary<string, SubjectGrants> _bySubject;
    private readonly ImmutableDictionary<(string Resource, string Relation), RelationGrants> _byRelation;

    private RuleSet(
        long version, RelationModel model, RoleGraph roles, ImmutableDictionary<string, SubjectGrants> bySubject,
        ImmutableDictionary<(string, string), RelationGrants> byRelation)
    {
        Version = version;
        Model = model;
        Roles = roles;
        _bySubject = bySubject;
        _byRelation = byRelation;
    }

    /// <summary>Nothing is allowed: until the first reading.</summary>
    internal static RuleSet Empty { get; } = Build(0, RelationModel.Empty, [], []);

    internal long Version { get; }

    internal RelationModel Model { get; }

    internal RoleGraph Roles { get; }

    internal static RuleSet Build(long version, RelationModel model, IEnumerable<RoleRule> roles, IEnumerable<Grant> grants)
    {
        var bySubject = new Dictionary<string, List<Grant>>(StringComparer.Ordinal);
        var byRelation = new Dictionary<(string, string), List<Grant>>();
        foreach (var grant in grants)
        {
            Add(bySubject, grant.Subject, grant);
            if (IsFollowed(model, grant)) Add(byRelation, (grant.Resource, grant.Permission), grant);
        }

        return new RuleSet(
            version, model, new RoleGraph(roles),
            bySubject.ToImmutableDictionary(p => p.Key, p => new SubjectGrants(p.Value), StringComparer.Ordinal),
            byRelation.ToImmutableDictionary(p => p.Key, p => new RelationGrants(p.Value, model)));
    }

    internal SubjectGrants? Of(string subject) => _bySubject.GetValueOrDefault(subject);

    internal RelationGrants? Of(string resource, string relation) => _byRelation.GetValueOrDefault((resource, relation));

    /// <summary>The rules after these changes, in their order; <c>null</c> when they must be read as a whole (the model changed).</summary>
    internal RuleSet? With(long version, IReadOnlyCollection<RuleChange> changes)
    {
        if (changes.Any(c => c.Kind == RuleChangeKind.Model)) return null;
        var (bySubject, byRelation) = (_bySubject.ToBuilder(), _byRelation.ToBuilder());
        foreach (var change in changes.Where(c => c.Kind is RuleChangeKind.GrantSet or RuleChangeKind.GrantGone))
        {
            var grant = change.ToGrant();
            var isSet = change.Kind == RuleChangeKind.GrantSet;
            var mine = SubjectGrants.Change(bySubject.GetValueOrDefault(grant.Subject), grant, isSet);
            if (mine is null) bySubject.Remove(grant.Subject);
            else bySubject[grant.Subject] = mine;
            if (!IsFollowed(Model, grant)) continue;
            var key = (grant.Resource, grant.Permission);
            var theirs = RelationGrants.Change(byRelation.GetValueOrDefault(key), grant, isSet, Model);
            if (theirs is null) byRelation.Remove(key);
            else byRelation[key] = theirs;
        }

        var roles = Roles;
        if (changes.Any(c => c.Kind == RuleChangeKind.Role))
        {
            var rules = Roles.Rules.ToDictionary(StringComparer.Ordinal);
            foreach (var change in changes.Where(c => c.Kind == RuleChangeKind.Role)) rules[change.Subject!] = change.ToRole();
            roles = new RoleGraph(rules.Values);
        }

        return new RuleSet(version, Model, roles, bySubject.ToImmutable(), byRelation.ToImmutable());
    }

    private static bool IsFollowed(RelationModel model, Grant grant) =>
        model.Mentions(grant.Permission) && model.FindFor(grant.Resource, grant.Permission) is not null;

    private static void Add<TKey>(Dictionary<TKey, List<Grant>> lists, TKey key, Grant grant)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list)) lists[key] = list = new List<Grant>(1);
        list.Add(grant);
    }
}

/// <summary>One subject's grants in order of permission and resource, so that one is found by halving.</summary>
internal sealed class SubjectGrants
{
    private static readonly Comparison<Grant> Order = Grant.CompareForSubject;
    private readonly Grant[] _sorted;

    internal SubjectGrants(IEnumerable<Grant> grants)
    {
        _sorted = [.. grants];
        Array.Sort(_sorted, Order);
        Memberships = [.. _sorted.Where(g => g.GivesRole)];
    }

    /// <summary>Grants that make the subject member of a role.</summary>
    internal IReadOnlyList<Grant> Memberships { get; }

    internal ReadOnlySpan<Grant> All => _sorted;

    internal Grant? Find(string permission, string resource)
    {
        var at = Seek(permission, resource);
        return at < _sorted.Length && _sorted[at].Permission == permission && _sorted[at].Resource == resource ? _sorted[at] : null;
    }

    /// <summary>Every grant of the permission, in order of resources.</summary>
    internal ReadOnlySpan<Grant> Of(string permission)
    {
        var start = Seek(permission, "");
        var end = start;
        while (end < _sorted.Length && _sorted[end].Permission == permission) end++;
        return _sorted.AsSpan(start, end - start);
    }

    internal static SubjectGrants? Change(SubjectGrants? before, Grant grant, bool isSet)
    {
        var others = before?._sorted.Where(g => g.Permission != grant.Permission || g.Resource != grant.Resource) ?? [];
        var after = isSet ? [.. others, grant] : others.ToArray();
        return after.Length == 0 ? null : new SubjectGrants(after);
    }

    // The first place whose grant is not before (permission, resource).
    private int Seek(string permission, string resource)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_sorted[middle].Permission, permission);
            if (order == 0) order = string.CompareOrdinal(_sorted[middle].Resource, resource);
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>The grants of one relation on one resource, in order of subjects.</summary>
internal sealed class RelationGrants
{
    private readonly Grant[] _sorted;

    internal RelationGrants(IEnumerable<Grant> grants, RelationModel model)
    {
        _sorted = [.. grants];
        Array.Sort(_sorted, static (a, b) => string.CompareOrdinal(a.Subject, b.Subject));
        Usersets = [.. _sorted.Where(g => g.Userset is not null)];
        Walked = [.. Usersets.Where(g => model.Find(g.Userset!.Type, g.Userset.Relation!) is not { } inner || !model.IsPlain(inner))];
    }

    internal ReadOnlySpan<Grant> All => _sorted;

    /// <summary>Those whose subject is a userset.</summary>
    internal Grant[] Usersets { get; }

    /// <summary>Those of them that cannot be gathered from the subject's side.</summary>
    internal Grant[] Walked { get; }

    internal Grant? Find(string subject)
    {
        var (low, high) = (0, _sorted.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_sorted[middle].Subject, subject);
            if (order == 0) return _sorted[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    internal static RelationGrants? Change(RelationGrants? before, Grant grant, bool isSet, RelationModel model)
    {
        var others = before?._sorted.Where(g => g.Subject != grant.Subject) ?? [];
        var after = isSet ? [.. others, grant] : others.ToArray();
        return after.Length == 0 ? null : new RelationGrants(after, model);
    }
}
