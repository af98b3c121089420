using System.Collections.Frozen;

namespace Mainstreet.Access.Relations;

/// <summary>
/// Types and their relations, in the shape of OpenFGA's models (schema 1.1 without conditions and modules). Immutable. Read by
/// <see cref="ModelReader"/>, evaluated by <see cref="RelationCheck"/>.
/// </summary>
internal sealed class RelationModel
{
    private readonly FrozenSet<string> _relations;
    private readonly FrozenSet<RelationDefinition> _plain;

    internal RelationModel(IEnumerable<RelationType> types)
    {
        Types = types.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);
        _relations = Types.Values.SelectMany(t => t.Relations.Keys).ToFrozenSet(StringComparer.Ordinal);
        _plain = FindPlain().ToFrozenSet();
    }

    internal static RelationModel Empty { get; } = new([]);

    internal FrozenDictionary<string, RelationType> Types { get; }

    internal RelationDefinition? Find(string type, string relation) =>
        Types.TryGetValue(type, out var known) ? known.Relations.GetValueOrDefault(relation) : null;

    /// <summary>The relation that a grant on this resource is of.</summary>
    internal RelationDefinition? FindFor(string resource, string relation) =>
        Types.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(resource.AsSpan(0, resource.IndexOf(':', StringComparison.Ordinal)), out var known)
            ? known.Relations.GetValueOrDefault(relation)
            : null;

    /// <summary>
    /// True for a relation that consists of grants alone, down to the last userset: whom it contains can be gathered from the subject's side.
    /// </summary>
    internal bool IsPlain(RelationDefinition relation) => _plain.Contains(relation);

    /// <summary>True when some type has a relation of this name.</summary>
    internal bool Mentions(string relation) => _relations.Contains(relation);

    // What Access fills itself is not in the grants.
    private HashSet<RelationDefinition> FindPlain()
    {
        var plain = Types.Values.SelectMany(t => t.Relations.Values).Where(r => r.Rewrite is Rewrite.Direct && !HouseModel.IsFilled(r.Type, r.Name)).ToHashSet();
        while (plain.RemoveWhere(r => r.Restrictions.Any(n => n.Relation is { } named && (Find(n.Type, named) is not { } inner || !plain.Contains(inner)))) > 0)
        {
            // Until nothing rests on anything else.
        }

        return plain;
    }
}

/// <summary>A type with its relations by name.</summary>
internal sealed record RelationType(string Name, FrozenDictionary<string, RelationDefinition> Relations);

/// <summary>One relation of one type.</summary>
/// <param name="Type">The type that has it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rewrite">Who is in it.</param>
/// <param name="Restrictions">Whom a grant may name directly; empty when the rewrite has no direct part.</param>
internal sealed record RelationDefinition(string Type, string Name, Rewrite Rewrite, IReadOnlyList<Restriction> Restrictions)
{
    /// <summary>True when a grant of this relation may name the subject.</summary>
    internal bool Takes(ObjectName subject)
    {
        foreach (var restriction in Restrictions)
        {
            if (restriction.Fits(subject)) return true;
        }

        return false;
    }

    // By reference: a definition is one node of one model.
    public bool Equals(RelationDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary><c>user</c>, <c>user:*</c> or <c>group#member</c> between the brackets of a relation.</summary>
internal sealed record Restriction(string Type, string? Relation, bool Wildcard)
{
    internal bool Fits(ObjectName subject) =>
        subject.Type == Type && subject.Relation == Relation && subject.IsWildcard == Wildcard;

    public override string ToString() => Wildcard ? $"{Type}:*" : Relation is null ? Type : $"{Type}#{Relation}";
}

/// <summary>Who is in a relation.</summary>
internal abstract record Rewrite
{
    /// <summary>Whom grants name.</summary>
    internal sealed record Direct : Rewrite;

    /// <summary>Whoever is in another relation of the same thing (a computed userset).</summary>
    internal sealed record Computed(string Relation) : Rewrite;

    /// <summary>Whoever is in a relation of the things that this one names: <c>relation from tupleset</c>.</summary>
    internal sealed record From(string Relation, string Tupleset) : Rewrite;

    internal sealed record AnyOf(IReadOnlyList<Rewrite> Parts) : Rewrite;

    internal sealed record AllOf(IReadOnlyList<Rewrite> Parts) : Rewrite;

    internal sealed record ButNot(Rewrite Base, Rewrite Subtracted) : Rewrite;
}
