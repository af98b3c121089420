using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Relations;

/// <summary>
/// Random models and tuples, circles and exclusions among them: the evaluator that stops at the first proof answers like the slow one that
/// works out every relation of every thing.
/// </summary>
[Trait("kind", "unit")]
public sealed class RelationProperties(ITestOutputHelper output)
{
    private const int Models = 1_500;
    private static readonly string[] Types = ["group", "folder", "doc"];
    private static readonly string[] Relations = ["a", "b", "c"];

    [Fact]
    public void The_evaluator_answers_like_the_slow_one()
    {
        var (asked, allowed, circles) = (0, 0, 0);
        for (var seed = 1; seed <= Models; seed++)
        {
            var random = new Random(seed);
            var (text, model) = RandomModel(random);
            var tuples = RandomTuples(random, model);
            var rules = RuleSet.Build(1, model, [], tuples);
            foreach (var subject in (string[])["user:1", "user:2", "user:*", "group:1#a"])
            {
                var truth = SlowRelations.Of(model, tuples, ObjectName.Read(subject)!);
                foreach (var resource in Things())
                {
                    foreach (var relation in model.Types[ObjectName.Read(resource)!.Type].Relations.Values)
                    {
                        var facts = new RelationFacts(rules, DateTimeOffset.UnixEpoch, fewUsersets: seed % 2 * RelationFacts.FewUsersets);
                        var answer = RelationCheck.Decide(facts, ObjectName.Read(subject)!, ObjectName.Read(resource)!, relation, maxDepth: 1_000);
                        var expected = truth.Certain.Contains((resource, relation.Name));
                        if ((answer == Verdict.Allowed) != expected || answer == Verdict.TooComplex)
                            Assert.Fail($"seed {seed}: {subject} in {resource}#{relation.Name} is {answer}, not {expected}\n{text}\n{string.Join('\n', tuples.Select(t => $"{t.Resource}#{t.Permission} <- {t.Subject}"))}");
                        var trace = new Trace();
                        RelationCheck.Decide(facts, ObjectName.Read(subject)!, ObjectName.Read(resource)!, relation, trace, 1_000).ShouldBe(answer);
                        asked++;
                        if (expected) allowed++;
                        if (truth.Possible.Contains((resource, relation.Name)) != expected) circles++;
                    }
                }
            }
        }

        output.WriteLine($"{Models} models, {asked} questions, {allowed} allowed, {circles} undefined by a circle through an exclusion");
        allowed.ShouldBeGreaterThan(asked / 20);
        circles.ShouldBeGreaterThan(0);
    }

    private static IEnumerable<string> Things() => Types.SelectMany(t => Enumerable.Range(1, 3).Select(i => $"{t}:{i}"));

    private static (string Text, RelationModel Model) RandomModel(Random random)
    {
        while (true)
        {
            var text = "model schema 1.1 type user\n" + string.Join('\n', Types.Select(t =>
                $"type {t} relations\n define p: [{string.Join(", ", Types.Where(_ => random.Next(2) == 0).DefaultIfEmpty(t))}]\n"
                + string.Join('\n', Relations.Select(r => $" define {r}: {RandomRewrite(random)}"))));
            if (ModelReader.Read(text).Value is { } model) return (text, model);
        }
    }

    private static string RandomRewrite(Random random)
    {
        var hasBrackets = false;
        return Expression(2);

        string Expression(int depth) => random.Next(depth == 0 ? 4 : 7) switch
        {
            0 or 1 => Direct(),
            2 => Relations[random.Next(Relations.Length)],
            3 => $"{Relations[random.Next(Relations.Length)]} from p",
            4 => $"({Expression(depth - 1)} or {Expression(depth - 1)})",
            5 => $"({Expression(depth - 1)} and {Expression(depth - 1)})",
            _ => $"({Expression(depth - 1)} but not {Expression(depth - 1)})",
        };

        string Direct()
        {
            if (hasBrackets) return Relations[random.Next(Relations.Length)];
            hasBrackets = true;
            var parts = new List<string> { "user" };
            if (random.Next(4) == 0) parts.Add("user:*");
            parts.AddRange(Types.Where(_ => random.Next(2) == 0).Select(t => $"{t}#{Relations[random.Next(Relations.Length)]}"));
            return $"[{string.Join(", ", parts)}]";
        }
    }

    private static List<Grant> RandomTuples(Random random, RelationModel model)
    {
        var things = Things().ToList();
        var tuples = new Dictionary<string, Grant>();
        for (var i = random.Next(10, 60); i > 0; i--)
        {
            var resource = things[random.Next(things.Count)];
            var relations = model.Types[ObjectName.Read(resource)!.Type].Relations.Values.ToList();
            var relation = relations[random.Next(relations.Count)];
            // Some tuples fit no restriction: they are in the store and count for nothing.
            var restriction = relation.Restrictions.Count == 0 || random.Next(10) == 0 ? null : relation.Restrictions[random.Next(relation.Restrictions.Count)];
            var subject = restriction switch
            {
                null => things[random.Next(things.Count)] + "#" + Relations[random.Next(Relations.Length)],
                { Wildcard: true } => "user:*",
                { Relation: { } named } => $"{restriction.Type}:{random.Next(1, 4)}#{named}",
                _ => $"{restriction.Type}:{random.Next(1, 4)}",
            };
            tuples[$"{subject} {relation.Name} {resource}"] = new Grant(new Guid(i, 0, 0, new byte[8]), subject, relation.Name, resource);
        }

        return [.. tuples.Values];
    }
}

/// <summary>
/// The oracle: every relation of every thing for one subject, by going over all tuples again and again. What is certain grows from below,
/// what is possible shrinks from above, until neither moves: the well-founded model, written without looking for a way.
/// </summary>
internal sealed record SlowRelations(HashSet<(string, string)> Certain, HashSet<(string, string)> Possible)
{
    internal static SlowRelations Of(RelationModel model, IReadOnlyList<Grant> tuples, ObjectName subject)
    {
        var things = tuples.SelectMany(t => new[] { t.Resource, ObjectName.Read(t.Subject)!.Object }).Append(subject.Object)
            .Concat(from t in model.Types.Keys from i in Enumerable.Range(1, 3) select $"{t}:{i}").Distinct().ToList();
        var certain = new HashSet<(string, string)>();
        while (true)
        {
            var possible = Least(certain);
            var next = Least(possible);
            if (next.SetEquals(certain)) return new SlowRelations(certain, possible);
            certain = next;
        }

        HashSet<(string, string)> Least(HashSet<(string, string)> assumed)
        {
            var found = new HashSet<(string, string)>();
            while (true)
            {
                var before = found.Count;
                foreach (var thing in things)
                {
                    if (!model.Types.TryGetValue(thing[..thing.IndexOf(':', StringComparison.Ordinal)], out var type)) continue;
                    foreach (var relation in type.Relations.Values)
                    {
                        if (Is(thing, relation, relation.Rewrite, found, assumed)) found.Add((thing, relation.Name));
                    }
                }

                if (found.Count == before) return found;
            }
        }

        bool Is(string thing, RelationDefinition relation, Rewrite rewrite, HashSet<(string, string)> plain, HashSet<(string, string)> negated)
        {
            if (subject.Text == $"{thing}#{relation.Name}") return true;
            switch (rewrite)
            {
                case Rewrite.Direct:
                    return tuples.Any(t => t.Resource == thing && t.Permission == relation.Name && ObjectName.Read(t.Subject) is { } named && relation.Takes(named)
                        && (t.Subject == subject.Text
                            || (named.IsWildcard && named.Type == subject.Type && subject is { Relation: null, IsWildcard: false })
                            || (named.Relation is { } inner && (plain.Contains((named.Object, inner)) || t.Subject == subject.Text))));
                case Rewrite.Computed computed:
                    return plain.Contains((thing, computed.Relation));
                case Rewrite.From from:
                    return tuples.Any(t => t.Resource == thing && t.Permission == from.Tupleset && model.Find(relation.Type, from.Tupleset)!.Takes(ObjectName.Read(t.Subject)!)
                        && plain.Contains((t.Subject, from.Relation)));
                case Rewrite.AnyOf any:
                    return any.Parts.Any(p => Is(thing, relation, p, plain, negated));
                case Rewrite.AllOf all:
                    return all.Parts.All(p => Is(thing, relation, p, plain, negated));
                case Rewrite.ButNot not:
                    return Is(thing, relation, not.Base, plain, negated) && !Is(thing, relation, not.Subtracted, negated, plain);
                default:
                    throw new InvalidOperationException();
            }
        }
    }
}
