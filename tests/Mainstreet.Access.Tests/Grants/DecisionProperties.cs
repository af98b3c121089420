using System.Collections.Frozen;

using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Grants;

/// <summary>
/// Random roles, grants, memberships and expiries: the compiled rules, also after any number of changes, decide like the definition
/// written out over plain lists.
/// </summary>
[Trait("kind", "unit")]
public sealed class DecisionProperties(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid[] Businesses = [Id(101), Id(102)];
    private static readonly string[] Permissions = ["x.read", "x.edit", "y.read", "z.audit"];
    private static readonly string[] Custom = ["alpha", "beta", "gamma", "delta"];

    private static readonly FrozenDictionary<string, Permission> Declared = new[]
    {
        new Permission("x.read", Roles.Owner, Roles.Clerk, Roles.Admin), new Permission("x.edit", Roles.Owner, Roles.Customer),
        new Permission("z.audit", Roles.Admin),
    }.ToFrozenDictionary(p => p.Name);

    private sealed record World(List<RoleRule> Roles, List<Grant> Grants);

    [Fact]
    public void Compiled_rules_decide_like_their_definition_before_and_after_changes()
    {
        var (asked, allowed) = (0, 0);
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var world = new World([.. Custom.Take(3).Select(r => RandomRole(random, r))], []);
            foreach (var grant in Enumerable.Range(0, random.Next(30)).Select(_ => RandomGrant(random))) Put(world, grant);
            var rules = RuleSet.Build(1, HouseModel.Start, world.Roles, world.Grants);
            for (var round = 0; round < 4; round++)
            {
                for (var i = 0; i < 60; i++)
                {
                    var question = RandomQuestion(random);
                    var expected = Expected(world, question);
                    Decision.Take(rules, Declared, question, Now).ShouldBe(expected ? Verdict.Allowed : Verdict.Refused, $"seed {seed}, round {round}: {question}");
                    var trace = new Trace();
                    Decision.Take(rules, Declared, question, Now, trace).ShouldBe(expected ? Verdict.Allowed : Verdict.Refused);
                    (trace.Steps.Count > 0 && trace.Steps[^1].Allowed).ShouldBe(expected, "the last step says what decided");
                    asked++;
                    if (expected) allowed++;
                }

                rules = rules.With(round + 2, Change(random, world)).ShouldNotBeNull();
                rules.Version.ShouldBe(round + 2);
            }
        }

        output.WriteLine($"{asked} questions, {allowed} allowed");
        allowed.ShouldBeInRange(asked / 20, asked * 19 / 20);
    }

    private static List<RuleChange> Change(Random random, World world)
    {
        var changes = new List<RuleChange>();
        for (var i = random.Next(6); i >= 0; i--)
        {
            switch (random.Next(4))
            {
                case 0 when world.Grants.Count > 0:
                    var gone = world.Grants[random.Next(world.Grants.Count)];
                    world.Grants.Remove(gone);
                    changes.Add(Of(RuleChangeKind.GrantGone, gone));
                    break;
                case 1:
                    var role = RandomRole(random, Custom[random.Next(Custom.Length)]);
                    world.Roles.RemoveAll(r => r.Name == role.Name);
                    world.Roles.Add(role);
                    changes.Add(new RuleChange { Kind = RuleChangeKind.Role, Subject = role.Name, Parents = string.Join(' ', role.Parents), Permission = string.Join(' ', role.Permissions) });
                    break;
                default:
                    var grant = RandomGrant(random);
                    Put(world, grant);
                    changes.Add(Of(RuleChangeKind.GrantSet, grant));
                    break;
            }
        }

        return changes;
    }

    private static RuleChange Of(RuleChangeKind kind, Grant grant) => new()
    {
        Kind = kind, GrantId = grant.Id, Subject = grant.Subject, Permission = grant.Permission, Resource = grant.Resource, ExpiresAt = grant.ExpiresAt,
    };

    private static void Put(World world, Grant grant)
    {
        world.Grants.RemoveAll(g => g.Subject == grant.Subject && g.Permission == grant.Permission && g.Resource == grant.Resource);
        world.Grants.Add(grant);
    }

    // A role inherits only from names after it, so that there is no circle.
    private static RoleRule RandomRole(Random random, string name) => new(
        name,
        [.. Custom.Where(c => string.CompareOrdinal(c, name) > 0 && random.Next(3) == 0).Concat(random.Next(4) == 0 ? [Roles.Clerk] : [])],
        [.. Permissions.Where(_ => random.Next(5) == 0)]);

    private static Grant RandomGrant(Random random)
    {
        var expires = random.Next(4) switch { 0 => Now.AddSeconds(random.Next(-2, 3)), _ => (DateTimeOffset?)null };
        if (random.Next(4) == 0) return new Grant(Id(random.Next(1_000, 9_000)), User(random), Grant.RoleMember, $"role:{Custom[random.Next(Custom.Length)]}", expires);
        var subject = random.Next(4) switch { 0 => "user:*", 1 => $"role:{RandomRoleName(random)}", _ => User(random) };
        return new Grant(Id(random.Next(1_000, 9_000)), subject, Permissions[random.Next(Permissions.Length)], Resource(random), expires);
    }

    private static Question RandomQuestion(Random random)
    {
        var resource = ObjectName.Read(Resource(random))!;
        var business = resource.IsWildcard ? (Guid?)null
            : resource.Type == "business" ? Guid.Parse(resource.Id)
            : random.Next(3) == 0 ? null : Businesses[random.Next(2)];
        if (random.Next(8) == 0) return new Question(ObjectName.Read($"role:{RandomRoleName(random)}")!, null, Permissions[random.Next(Permissions.Length)], resource, business);
        var user = ObjectName.Read(User(random))!;
        string[] roles = random.Next(6) switch { 0 => [Roles.Admin], 1 => [], _ => [Roles.Customer] };
        var memberships = Businesses.Where(_ => random.Next(3) == 0).Select(b => new Membership(b, random.Next(2) == 0 ? Roles.Clerk : Roles.Owner)).ToList();
        var account = random.Next(6) == 0 ? null : new Caller(Guid.Parse(user.Id), "e", "d", false, roles, memberships, Declared);
        return new Question(user, account, Permissions[random.Next(Permissions.Length)], resource, business);
    }

    private static string User(Random random) => $"user:{Id(random.Next(1, 4))}";

    private static string RandomRoleName(Random random) =>
        random.Next(2) == 0 ? Custom[random.Next(Custom.Length)] : random.Next(3) switch { 0 => Roles.Clerk, 1 => Roles.Customer, _ => Roles.Owner };

    private static string Resource(Random random) => random.Next(6) switch
    {
        0 => "thing:*",
        1 => "system:*",
        2 => $"business:{Businesses[random.Next(2)]}",
        3 => "business:*",
        _ => $"thing:{random.Next(1, 4)}",
    };

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    // The definition, word for word.
    private static bool Expected(World world, Question q)
    {
        var places = new List<string> { q.Resource.Text };
        if (!q.Resource.IsWildcard) places.Add($"{q.Resource.Type}:*");
        if (q is { BusinessId: { } owner, Resource.Type: not "business" }) places.AddRange([$"business:{owner}", "business:*"]);
        bool Granted(string subject) => world.Grants.Any(g => g.Subject == subject && g.Permission == q.Permission && places.Contains(g.Resource) && !(g.ExpiresAt <= Now));
        HashSet<string> All(string role)
        {
            var all = new HashSet<string> { role };
            int before;
            do
            {
                before = all.Count;
                foreach (var rule in world.Roles.Where(r => all.Contains(r.Name)).ToList()) all.UnionWith(rule.Parents);
            }
            while (all.Count > before);
            return all;
        }

        bool Role(string role) => All(role) is var all
            && (world.Roles.Any(r => all.Contains(r.Name) && r.Permissions.Contains(q.Permission))
                || (Declared.TryGetValue(q.Permission, out var p) && p.Roles.Any(r => all.Contains(r) && (r != Roles.Customer || q.Resource.Text == "system:*")))
                || all.Any(r => Granted($"role:{r}")));
        if (q.Subject.Type == "role") return Granted(q.Subject.Text) || Role(q.Subject.Id);
        return Granted(q.Subject.Text) || Granted("user:*")
            || (q.Account is { } account && (account.AccountRoles.Any(Role) || account.Memberships.Any(m => m.BusinessId == q.BusinessId && Role(m.Role))))
            || world.Grants.Any(g => g.Subject == q.Subject.Text && g.GivesRole && !(g.ExpiresAt <= Now) && Role(g.Resource["role:".Length..]));
    }
}
