namespace Mainstreet.Access.Relations;

/// <summary>What a model must satisfy besides its grammar: everything that it names exists, and every relation can have somebody in it.</summary>
internal static class ModelRules
{
    /// <summary>The first thing that is wrong, or <c>null</c>.</summary>
    internal static string? Find(IReadOnlyList<RelationType> types)
    {
        var model = new RelationModel(types);
        foreach (var relation in types.SelectMany(t => t.Relations.Values))
        {
            if (Names(model, relation) is { } wrong) return $"{relation.Type}#{relation.Name}: {wrong}";
        }

        var reached = Reached(model);
        return types.SelectMany(t => t.Relations.Values).FirstOrDefault(r => !reached.Contains(r)) is { } unreachable
            ? $"{unreachable.Type}#{unreachable.Name}: nobody can ever be in it"
            : null;
    }

    private static string? Names(RelationModel model, RelationDefinition relation)
    {
        foreach (var restriction in relation.Restrictions)
        {
            if (!model.Types.ContainsKey(restriction.Type)) return $"there is no type {restriction.Type}";
            if (restriction.Relation is { } named && model.Find(restriction.Type, named) is null) return $"there is no relation {restriction}";
        }

        return Names(model, relation, relation.Rewrite);
    }

    private static string? Names(RelationModel model, RelationDefinition relation, Rewrite rewrite) => rewrite switch
    {
        Rewrite.Computed computed => model.Find(relation.Type, computed.Relation) is null ? $"there is no relation {relation.Type}#{computed.Relation}" : null,
        Rewrite.From from => Names(model, relation, from),
        Rewrite.AnyOf any => any.Parts.Select(p => Names(model, relation, p)).FirstOrDefault(w => w is not null),
        Rewrite.AllOf all => all.Parts.Select(p => Names(model, relation, p)).FirstOrDefault(w => w is not null),
        Rewrite.ButNot not => Names(model, relation, not.Base) ?? Names(model, relation, not.Subtracted),
        _ => null,
    };

    private static string? Names(RelationModel model, RelationDefinition relation, Rewrite.From from)
    {
        if (model.Find(relation.Type, from.Tupleset) is not { } tupleset) return $"there is no relation {relation.Type}#{from.Tupleset}";
        if (tupleset.Rewrite is not Rewrite.Direct || tupleset.Restrictions.Any(r => r.Wildcard || r.Relation is not null))
            return $"{from.Tupleset} must be direct and name plain types, since 'from' follows it";
        return tupleset.Restrictions.Any(r => model.Find(r.Type, from.Relation) is not null)
            ? null
            : $"no type that {from.Tupleset} names has the relation {from.Relation}";
    }

    private static HashSet<RelationDefinition> Reached(RelationModel model)
    {
        var all = model.Types.Values.SelectMany(t => t.Relations.Values).ToList();
        var reached = new HashSet<RelationDefinition>();
        int before;
        do
        {
            before = reached.Count;
            foreach (var relation in all)
            {
                if (!reached.Contains(relation) && IsReached(relation, relation.Rewrite)) reached.Add(relation);
            }
        }
        while (reached.Count > before);
        return reached;

        bool IsReached(RelationDefinition relation, Rewrite rewrite) => rewrite switch
        {
            Rewrite.Direct => relation.Restrictions.Any(r => r.Relation is null || Has(r.Type, r.Relation)),
            Rewrite.Computed computed => Has(relation.Type, computed.Relation),
            Rewrite.From from => model.Find(relation.Type, from.Tupleset)!.Restrictions.Any(r => Has(r.Type, from.Relation)),
            Rewrite.AnyOf any => any.Parts.Any(p => IsReached(relation, p)),
            Rewrite.AllOf each => each.Parts.All(p => IsReached(relation, p)),
            Rewrite.ButNot not => IsReached(relation, not.Base),
            _ => false,
        };

        bool Has(string type, string relation) => model.Find(type, relation) is { } found && reached.Contains(found);
    }
}
