using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Relations;

/// <summary>
/// OpenFGA's own cases (openfga/openfga assets/tests/consolidated_1_1_tests.yaml). A case counts as covered when its models are read and all
/// its check and list-objects assertions hold, errors included; lists are made by asking about every object of the type that occurs. Users are
/// listed in the same way; where everybody of a type is allowed, the people whom OpenFGA names besides must be allowed too.
/// </summary>
[Trait("kind", "unit")]
public sealed class OpenFgaTests(ITestOutputHelper output)
{
    private const int Cases = 137;
    private const int Covered = 137;

    [Fact]
    public void The_consolidated_cases_hold()
    {
        if (OpenFgaStage.File() is not { } file)
        {
            Assert.Skip("shared/data/vectors/openfga is not beside this checkout (MAINSTREET_SHARED names another place).");
            return;
        }

        using var text = File.OpenText(file);
        var cases = OpenFgaStage.Read(text);
        cases.Count.ShouldBe(Cases);
        var (covered, users, asked, failures) = (0, 0, 0, new List<string>());
        foreach (var each in cases)
        {
            var store = new Store();
            var (wrong, wrongUsers) = (new List<string>(), new List<string>());
            foreach (var stage in each.Stages)
            {
                store.Enter(stage);
                asked += stage.Checks.Count + stage.Objects.Count + stage.Users.Count;
                wrong.AddRange(stage.Checks.Select(store.Try).OfType<string>());
                wrong.AddRange(stage.Objects.Select(store.Try).OfType<string>());
                wrongUsers.AddRange(stage.Users.Select(store.Try).OfType<string>());
            }

            if (wrong.Count == 0) covered++;
            if (wrongUsers.Count == 0) users++;
            failures.AddRange(wrong.Concat(wrongUsers.Select(w => "(users) " + w)).Select(w => $"{each.Name}: {w}"));
        }

        var message = $"OpenFGA: {covered} of {Cases} cases covered (check and list objects), list users in {users}; {asked} assertions.\n{string.Join('\n', failures)}";
        output.WriteLine(message);
        covered.ShouldBe(Covered, message);
        users.ShouldBe(Cases, message);
    }

    [Theory]
    [InlineData("document:1", "viewer", "user:anne", true)]
    [InlineData("document:1", "viewer", "user:bob", true)]
    [InlineData("document:1", "viewer", "user:carl", false)]
    [InlineData("document:1", "viewer", "user:dora", true)]
    [InlineData("document:1", "editor", "user:dora", false)]
    [InlineData("document:2", "viewer", "user:anne", false)]
    [InlineData("document:3", "viewer", "user:nobody", true)]
    [InlineData("document:3", "viewer", "user:carl", false)]
    [InlineData("document:1", "viewer", "group:a#member", true)]
    [InlineData("document:1", "viewer", "group:b#member", true)]
    [InlineData("document:1", "owner", "user:anne", true)]
    [InlineData("document:1", "owner", "user:bob", false)]
    public void A_small_model_with_every_operator(string resource, string relation, string subject, bool expected)
    {
        var model = ModelReader.Read("""
            model
              schema 1.1
            type user
            type group
              relations
                define member: [user, group#member]
            type folder
              relations
                define viewer: [user]
            type document
              relations # comments are left out
                define parent: [folder]
                define banned: [user]
                define editor: [user, group#member]
                define verified: [user]
                define owner: editor and verified
                define viewer: ([user:*] or editor or viewer from parent) but not banned
            """).Value!;
        var rules = RuleSet.Build(1, model, [], Store.Grants(
        [
            new("group:a", "member", "user:anne"), new("group:a", "member", "group:b#member"), new("group:b", "member", "user:bob"),
            new("group:b", "member", "user:carl"), new("document:1", "editor", "group:a#member"), new("document:1", "banned", "user:carl"),
            new("document:1", "parent", "folder:x"), new("folder:x", "viewer", "user:dora"), new("document:1", "verified", "user:anne"),
            new("document:3", "viewer", "user:*"), new("document:3", "banned", "user:carl"),
        ]));
        Store.Ask(rules, [], subject, relation, resource).ShouldBe(expected ? Verdict.Allowed : Verdict.Refused);
    }

    /// <summary>A store of one case: tuples gather, the model is the stage's.</summary>
    private sealed class Store
    {
        private readonly List<OpenFgaTuple> _tuples = [];
        private RuleSet _rules = RuleSet.Empty;

        internal void Enter(OpenFgaStage stage)
        {
            var model = ModelReader.Read(stage.Model);
            model.Ok.ShouldBeTrue(model.Problem?.Detail);
            _tuples.AddRange(stage.Tuples);
            _rules = RuleSet.Build(1, model.Value!, [], Grants(_tuples));
        }

        internal string? Try(OpenFgaCheck check)
        {
            var answer = Answer(check.Tuple.User, check.Tuple.Relation, check.Tuple.Object, check.Context);
            var expected = check.Error is { } error ? error.ToString(System.Globalization.CultureInfo.InvariantCulture) : check.Expected ? "true" : "false";
            return answer == expected ? null : $"check {check.Tuple} gives {answer}, not {expected}";
        }

        internal string? Try(OpenFgaObjects list)
        {
            var expected = list.Error is { } error ? $"{error}" : string.Join(' ', list.Expected.Order(StringComparer.Ordinal));
            var answer = Listed();
            return answer == expected ? null : $"objects {list.User} {list.Relation} {list.Type} gives '{answer}', not '{expected}'";

            string Listed()
            {
                if (!_rules.Model.Types.ContainsKey(list.Type)) return "2021";
                if (_rules.Model.Find(list.Type, list.Relation) is null) return "2022";
                var objects = _tuples.Concat(list.Context).SelectMany(t => new[] { t.Object, ObjectName.Read(t.User)?.Object })
                    .Where(o => o?.StartsWith(list.Type + ":", StringComparison.Ordinal) == true && !o.EndsWith(":*", StringComparison.Ordinal)).Distinct();
                var answers = objects.Append($"{list.Type}:no-such-thing").Select(o => (Object: o!, Answer: Answer(list.User, list.Relation, o!, list.Context))).ToList();
                return answers.Find(a => a.Answer.Length == 4 && a.Answer != "true").Answer
                    ?? string.Join(' ', answers.Where(a => a.Answer == "true").Select(a => a.Object).Order(StringComparer.Ordinal));
            }
        }

        internal string? Try(OpenFgaUsers list)
        {
            var expected = list.Error is { } error ? $"{error}" : string.Join(' ', list.Expected.Order(StringComparer.Ordinal));
            var answer = Listed();
            return answer == expected ? null : $"users {list.Filter} {list.Relation} {list.Object} gives '{answer}', not '{expected}'";

            string Listed()
            {
                var (type, relation) = (list.Filter.Split('#')[0], list.Filter.Contains('#', StringComparison.Ordinal) ? list.Filter.Split('#')[1] : null);
                var resource = ObjectName.Read(list.Object)!;
                if (!_rules.Model.Types.ContainsKey(resource.Type) || !_rules.Model.Types.ContainsKey(type)) return "2021";
                if (_rules.Model.Find(resource.Type, list.Relation) is null || (relation is not null && _rules.Model.Find(type, relation) is null)) return "2022";
                var things = _tuples.Concat(list.Context).SelectMany(t => new[] { t.Object, ObjectName.Read(t.User)?.Object })
                    .Where(o => o?.StartsWith(type + ":", StringComparison.Ordinal) == true && !o.EndsWith(":*", StringComparison.Ordinal)).Distinct();
                var users = relation is null ? things.Append($"{type}:*") : things.Select(o => $"{o}#{relation}");
                var answers = users.Select(u => (User: u!, Answer: Answer(u!, list.Relation, list.Object, list.Context))).ToList();
                if (answers.Find(a => a.Answer.Length == 4 && a.Answer != "true").Answer is { } failed) return failed;
                var allowed = answers.Where(a => a.Answer == "true").Select(a => a.User).ToHashSet(StringComparer.Ordinal);
                var isWhole = allowed.Contains($"{type}:*") && allowed.IsSupersetOf(list.Expected) && list.Expected.Contains($"{type}:*");
                return string.Join(' ', (isWhole ? list.Expected : [.. allowed]).Order(StringComparer.Ordinal));
            }
        }

        internal static IEnumerable<Grant> Grants(IEnumerable<OpenFgaTuple> tuples) =>
            tuples.Select((t, i) => new Grant(new Guid(i + 1, 0, 0, new byte[8]), t.User, t.Relation, t.Object));

        internal static Verdict Ask(RuleSet rules, IReadOnlyList<OpenFgaTuple> context, string subject, string relation, string resource)
        {
            var (who, what) = (ObjectName.Read(subject)!, ObjectName.Read(resource)!);
            var facts = new RelationFacts(rules, DateTimeOffset.UnixEpoch, context: [.. Grants(context)]);
            return RelationCheck.Decide(facts, who, what, rules.Model.Find(what.Type, relation)!);
        }

        private string Answer(string user, string relation, string resource, IReadOnlyList<OpenFgaTuple> context)
        {
            if (ObjectName.Read(user) is not { } subject || ObjectName.Read(resource) is not { Relation: null } thing) return "2000";
            if (RelationQuestions.Check(_rules.Model, subject, relation, thing) is not null) return "2000";
            foreach (var tuple in context)
            {
                if (ObjectName.Read(tuple.User) is not { } brought || ObjectName.Read(tuple.Object) is not { Relation: null } on
                    || RelationQuestions.CheckContext(_rules.Model, brought, tuple.Relation, on) is not null)
                {
                    return "2027";
                }
            }

            return Ask(_rules, context, user, relation, resource) switch { Verdict.Allowed => "true", Verdict.Refused => "false", _ => "2002" };
        }
    }
}
