using Mainstreet.Access.Decisions;

namespace Mainstreet.Access.Relations;

/// <summary>
/// Is this subject in this relation? Walks from the resource towards the subject, each place once, and stops at the first proof. Values
/// are three (Kleene): a place that is met again while it is being worked out is <see cref="Tri.Unsure"/>. If that remains at the end, the
/// question runs in a circle and <see cref="GroundModel"/> decides by fixpoint: a circle of grants alone proves nothing, and who is
/// excluded by a relation that depends on itself through the exclusion is refused.
/// </summary>
internal sealed class RelationCheck(RelationFacts facts, ObjectName subject, Trace? trace = null, int maxDepth = RelationCheck.MaxDepth)
{
    /// <summary>OpenFGA's limit on the way from a resource to a subject.</summary>
    internal const int MaxDepth = 25;

    private const int MaxPlaces = 20_000;

    private readonly Dictionary<(string Resource, RelationDefinition Relation), Tri> _known = [];
    private bool _gaveUp;
    private int _places;

    private enum Tri
    {
        No,
        Yes,
        Unsure,
    }

    internal static Verdict Decide(RelationFacts facts, ObjectName subject, ObjectName resource, RelationDefinition relation, Trace? trace = null, int maxDepth = MaxDepth)
    {
        var check = new RelationCheck(facts, subject, trace, maxDepth);
        var answer = check.Place(resource, relation, 0);
        if (answer != Tri.Unsure) return answer == Tri.Yes ? Verdict.Allowed : Verdict.Refused;
        if (check._gaveUp) return Verdict.TooComplex;
        var ground = GroundModel.Holds(facts, subject, resource, relation, MaxPlaces);
        if (ground is { } decided) trace?.Note(Rule.Relation, decided, "the relations run in a circle; what they prove without it decides");
        return ground switch { true => Verdict.Allowed, false => Verdict.Refused, null => Verdict.TooComplex };
    }

    /// <summary>A subject that is itself <c>resource#relation</c> is in it.</summary>
    internal static bool IsItself(ObjectName subject, ObjectName resource, RelationDefinition relation) =>
        subject.Relation == relation.Name && subject.Object == resource.Text;

    /// <summary>True when a stored grant names the subject itself, or everybody of its type.</summary>
    internal static bool IsNamed(RelationFacts facts, ObjectName subject, ObjectName resource, RelationDefinition relation)
    {
        foreach (var restriction in relation.Restrictions)
        {
            if (restriction.Fits(subject) && facts.Has(resource, relation.Name, subject.Text)) return true;
            if (restriction.Wildcard && restriction.Type == subject.Type && subject is { Relation: null, IsWildcard: false }
                && facts.Has(resource, relation.Name, restriction.ToString()))
            {
                return true;
            }
        }

        return false;
    }

    private Tri Place(ObjectName resource, RelationDefinition relation, int depth)
    {
        if (IsItself(subject, resource, relation)) return Tri.Yes;
        var key = (resource.Text, relation);
        if (_known.TryGetValue(key, out var known))
        {
            trace?.Note(Rule.Relation, known == Tri.Yes, $"{resource.Text}#{relation.Name}: seen above");
            return known;
        }

        if (depth > maxDepth || ++_places > MaxPlaces)
        {
            _gaveUp = true;
            trace?.Note(Rule.Relation, false, $"{resource.Text}#{relation.Name}: too far from the question");
            return Tri.Unsure;
        }

        _known[key] = Tri.Unsure;
        trace?.Open();
        var answer = Value(resource, relation, relation.Rewrite, depth);
        trace?.Close(Rule.Relation, answer == Tri.Yes, $"{subject.Text} in {resource.Text}#{relation.Name}");
        // What was given up on the long way may be found on a shorter one.
        if (answer == Tri.Unsure && _gaveUp) _known.Remove(key);
        else _known[key] = answer;
        return answer;
    }

    private Tri Value(ObjectName resource, RelationDefinition relation, Rewrite rewrite, int depth)
    {
        switch (rewrite)
        {
            case Rewrite.Direct:
                return Direct(resource, relation, depth);
            case Rewrite.Computed computed:
                return Place(resource, facts.Model.Find(resource.Type, computed.Relation)!, depth + 1);
            case Rewrite.From from:
                return From(resource, from, depth);
            case Rewrite.AnyOf any:
                return Any(resource, relation, any.Parts, depth);
            case Rewrite.AllOf all:
                return All(resource, relation, all.Parts, depth);
            case Rewrite.ButNot not:
                var included = Value(resource, relation, not.Base, depth);
                if (included == Tri.No) return Tri.No;
                var excluded = Value(resource, relation, not.Subtracted, depth);
                if (excluded == Tri.Yes)
                {
                    trace?.Note(Rule.Relation, false, $"{resource.Text}#{relation.Name}: excluded by 'but not'");
                    return Tri.No;
                }

                return excluded == Tri.No ? included : Tri.Unsure;
            default:
                throw new InvalidOperationException($"Unknown rewrite {rewrite}.");
        }
    }

    private Tri Any(ObjectName resource, RelationDefinition relation, IReadOnlyList<Rewrite> parts, int depth)
    {
        var answer = Tri.No;
        foreach (var part in parts)
        {
            var value = Value(resource, relation, part, depth);
            if (value == Tri.Yes) return Tri.Yes;
            if (value == Tri.Unsure) answer = Tri.Unsure;
        }

        return answer;
    }

    private Tri All(ObjectName resource, RelationDefinition relation, IReadOnlyList<Rewrite> parts, int depth)
    {
        var answer = Tri.Yes;
        foreach (var part in parts)
        {
            var value = Value(resource, relation, part, depth);
            if (value == Tri.No) return Tri.No;
            if (value == Tri.Unsure) answer = Tri.Unsure;
        }

        return answer;
    }

    private Tri Direct(ObjectName resource, RelationDefinition relation, int depth)
    {
        if (IsNamed(facts, subject, resource, relation))
        {
            trace?.Note(Rule.Relation, true, $"{resource.Text}#{relation.Name} names {subject.Text} or everybody of its type");
            return Tri.Yes;
        }

        trace?.Note(Rule.Relation, false, $"{resource.Text}#{relation.Name} does not name {subject.Text}");
        var isGathered = facts.TryGather(subject, resource, relation, out var member);
        if (isGathered) trace?.Note(Rule.Relation, member is not null, $"{resource.Text}#{relation.Name} names {member?.Text ?? "no group"} that {subject.Text} is in by grants alone");
        if (member is not null) return Tri.Yes;
        List<ObjectName>? usersets = null;
        facts.AddUsersets(resource, relation.Name, ref usersets, isGathered);
        if (usersets is null) return Tri.No;
        var answer = Tri.No;
        foreach (var userset in usersets)
        {
            if (!relation.Takes(userset) || facts.Model.Find(userset.Type, userset.Relation!) is not { } inner) continue;
            var value = Place(ObjectName.Read(userset.Object)!, inner, depth + 1);
            if (value == Tri.Yes) return Tri.Yes;
            if (value == Tri.Unsure) answer = Tri.Unsure;
        }

        return answer;
    }

    private Tri From(ObjectName resource, Rewrite.From from, int depth)
    {
        List<ObjectName>? things = null;
        facts.AddThings(resource, from.Tupleset, ref things);
        if (things is null)
        {
            trace?.Note(Rule.Relation, false, $"{resource.Text}#{from.Tupleset} names nothing");
            return Tri.No;
        }

        var tupleset = facts.Model.Find(resource.Type, from.Tupleset)!;
        var answer = Tri.No;
        foreach (var thing in things)
        {
            if (!tupleset.Takes(thing) || facts.Model.Find(thing.Type, from.Relation) is not { } inner) continue;
            var value = Place(thing, inner, depth + 1);
            if (value == Tri.Yes) return Tri.Yes;
            if (value == Tri.Unsure) answer = Tri.Unsure;
        }

        return answer;
    }
}
