namespace Mainstreet.Access.Relations;

/// <summary>
/// Decides questions that run in a circle: everything that the question reaches is written out as one formula per place, and the
/// well-founded model is computed by alternating fixpoint (Van Gelder, Ross and Schlipf, J. ACM 38(3), 1991). What that model leaves
/// undefined, because it depends on its own absence, is refused.
/// </summary>
internal sealed class GroundModel
{
    private readonly RelationFacts _facts;
    private readonly ObjectName _subject;
    private readonly Dictionary<(string, RelationDefinition), int> _places = [];
    private readonly List<Formula> _formulas = [];
    private readonly Queue<(ObjectName Resource, RelationDefinition Relation)> _waiting = new();

    private GroundModel(RelationFacts facts, ObjectName subject) => (_facts, _subject) = (facts, subject);

    /// <returns><c>null</c> when more places than allowed would have to be looked at.</returns>
    internal static bool? Holds(RelationFacts facts, ObjectName subject, ObjectName resource, RelationDefinition relation, int maxPlaces)
    {
        var ground = new GroundModel(facts, subject);
        ground.At(resource, relation);
        while (ground._waiting.TryDequeue(out var place))
        {
            if (ground._places.Count > maxPlaces) return null;
            ground._formulas.Add(RelationCheck.IsItself(subject, place.Resource, place.Relation)
                ? Constant.True
                : ground.Write(place.Resource, place.Relation, place.Relation.Rewrite));
        }

        return ground.Solve()[0];
    }

    private int At(ObjectName resource, RelationDefinition relation)
    {
        if (_places.TryGetValue((resource.Text, relation), out var known)) return known;
        _places[(resource.Text, relation)] = _places.Count;
        _waiting.Enqueue((resource, relation));
        return _places.Count - 1;
    }

    private Formula Write(ObjectName resource, RelationDefinition relation, Rewrite rewrite) => rewrite switch
    {
        Rewrite.Direct => Direct(resource, relation),
        Rewrite.Computed computed => new Reference(At(resource, _facts.Model.Find(resource.Type, computed.Relation)!)),
        Rewrite.From from => From(resource, from),
        Rewrite.AnyOf any => new Any([.. any.Parts.Select(p => Write(resource, relation, p))]),
        Rewrite.AllOf all => new All([.. all.Parts.Select(p => Write(resource, relation, p))]),
        Rewrite.ButNot not => new All([Write(resource, relation, not.Base), new Not(Write(resource, relation, not.Subtracted))]),
        _ => throw new InvalidOperationException($"Unknown rewrite {rewrite}."),
    };

    private Formula Direct(ObjectName resource, RelationDefinition relation)
    {
        if (RelationCheck.IsNamed(_facts, _subject, resource, relation)) return Constant.True;
        List<ObjectName>? usersets = null;
        _facts.AddUsersets(resource, relation.Name, ref usersets);
        var parts = new List<Formula>();
        foreach (var userset in usersets ?? [])
        {
            if (relation.Takes(userset) && _facts.Model.Find(userset.Type, userset.Relation!) is { } inner)
                parts.Add(new Reference(At(ObjectName.Read(userset.Object)!, inner)));
        }

        return new Any(parts);
    }

    private Any From(ObjectName resource, Rewrite.From from)
    {
        List<ObjectName>? things = null;
        _facts.AddThings(resource, from.Tupleset, ref things);
        var tupleset = _facts.Model.Find(resource.Type, from.Tupleset)!;
        var parts = new List<Formula>();
        foreach (var thing in things ?? [])
        {
            if (tupleset.Takes(thing) && _facts.Model.Find(thing.Type, from.Relation) is { } inner) parts.Add(new Reference(At(thing, inner)));
        }

        return new Any(parts);
    }

    // Below is what is certain, above what is possible; each is computed from the other until neither moves.
    private bool[] Solve()
    {
        var certain = new bool[_formulas.Count];
        while (true)
        {
            var possible = Least(certain);
            var next = Least(possible);
            if (next.AsSpan().SequenceEqual(certain)) return certain;
            certain = next;
        }
    }

    private bool[] Least(bool[] assumed)
    {
        var values = new bool[_formulas.Count];
        bool moved;
        do
        {
            moved = false;
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i] || !_formulas[i].Value(values, assumed)) continue;
                values[i] = moved = true;
            }
        }
        while (moved);
        return values;
    }

    private abstract record Formula
    {
        /// <param name="inner">Values for what stands under an even number of negations.</param>
        /// <param name="outer">Values for what stands under an odd number.</param>
        internal abstract bool Value(bool[] inner, bool[] outer);
    }

    private sealed record Constant(bool Is) : Formula
    {
        internal static Constant True { get; } = new(true);

        internal override bool Value(bool[] inner, bool[] outer) => Is;
    }

    private sealed record Reference(int Place) : Formula
    {
        internal override bool Value(bool[] inner, bool[] outer) => inner[Place];
    }

    private sealed record Any(IReadOnlyList<Formula> Parts) : Formula
    {
        internal override bool Value(bool[] inner, bool[] outer)
        {
            foreach (var part in Parts)
            {
                if (part.Value(inner, outer)) return true;
            }

            return false;
        }
    }

    private sealed record All(IReadOnlyList<Formula> Parts) : Formula
    {
        internal override bool Value(bool[] inner, bool[] outer)
        {
            foreach (var part in Parts)
            {
                if (!part.Value(inner, outer)) return false;
            }

            return true;
        }
    }

    private sealed record Not(Formula Part) : Formula
    {
        internal override bool Value(bool[] inner, bool[] outer) => !Part.Value(outer, inner);
    }
}
