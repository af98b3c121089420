using System.Collections.Frozen;

using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Benchmarks.Access;

/// <summary>Rules of one shape, and questions about them whose answers are known beforehand.</summary>
/// <param name="Rules">Compiled.</param>
/// <param name="Count">Rules: grants and roles.</param>
/// <param name="Ask">A question by its number, to be allowed or refused.</param>
internal sealed record CheckTown(RuleSet Rules, int Count, Func<int, bool, (string Subject, string Permission, string Resource)> Ask)
{
    private const string Read = "data.read";

    private static readonly FrozenDictionary<string, Permission> Declared = FrozenDictionary<string, Permission>.Empty;

    /// <summary>
    /// The shape of Casbin's benchmark: roles that may read one thing each, ten users a role. Ten rules of eleven make a user member of a
    /// role, the eleventh gives the role its permission.
    /// </summary>
    internal static CheckTown OfRoles(int rules)
    {
        var (roles, users) = (rules / 11, rules / 11 * 10);
        var grants = Enumerable.Range(0, roles).Select(i => new Grant(Id(i), $"role:group{i}", Read, $"data:{i / 10}"))
            .Concat(Enumerable.Range(0, users).Select(j => new Grant(Id(roles + j), User(j), Grant.RoleMember, $"role:group{j / 10}")));
        return new CheckTown(
            RuleSet.Build(1, HouseModel.Start, [], grants), roles + users,
            (n, allowed) => (User(n % users), Read, $"data:{(allowed ? n % users / 100 : users)}"));
    }

    /// <summary>Each user has eleven grants on things of its own.</summary>
    internal static CheckTown OfGrants(int rules)
    {
        var users = rules / 11;
        var grants = Enumerable.Range(0, users * 11).Select(i => new Grant(Id(i), User(i / 11), Read, $"data:{i}"));
        return new CheckTown(
            RuleSet.Build(1, HouseModel.Start, [], grants), users * 11,
            (n, allowed) => (User(n % users), Read, $"data:{n % users * 11 + (allowed ? n % 11 : users * 11)}"));
    }

    /// <summary>
    /// Relations: documents in folders in folders, viewers are groups, groups have users and inner groups. Each document takes eleven
    /// rules: document in folder, folder in folder, two groups as viewers, six users in the inner group, the inner group in the outer one.
    /// </summary>
    internal static CheckTown OfRelations(int rules)
    {
        var documents = rules / 11;
        var grants = new List<Grant>();
        for (var d = 0; d < documents; d++)
        {
            Add($"folder:{d}", "parent", $"document:{d}");
            Add($"folder:top{d / 10}", "parent", $"folder:{d}");
            Add($"group:outer{d}#member", "viewer", $"folder:top{d / 10}");
            Add($"group:other{d}#member", "viewer", $"folder:{d}");
            Add($"group:inner{d}#member", "member", $"group:outer{d}");
            for (var u = 0; u < 6; u++) Add(User(d * 6 + u), "member", $"group:inner{d}");
        }

        var model = ModelReader.Read("""
            model
              schema 1.1
            type user
            type group
              relations
                define member: [user, group#member]
            type folder
              relations
                define parent: [folder]
                define viewer: [user, group#member] or viewer from parent
            type document
              relations
                define parent: [folder]
                define blocked: [user]
                define read: [user] or viewer from parent
                define data.read: read but not blocked
            """).Value!;
        return new CheckTown(
            RuleSet.Build(1, model, [], grants), grants.Count,
            (n, allowed) => (User(n % documents * 6), Read, $"document:{(allowed ? n % documents / 10 * 10 : (n % documents / 10 + 1) * 10 % documents)}"));

        void Add(string subject, string relation, string resource) => grants.Add(new Grant(Id(grants.Count), subject, relation, resource));
    }

    /// <summary>One document that half of all groups may view, ten users a group: the worst place to look for somebody who is not there.</summary>
    internal static CheckTown OfCrowd(int rules)
    {
        var groups = rules / 11;
        var grants = Enumerable.Range(0, groups).Select(g => new Grant(Id(g), $"group:{g}#member", Read, g % 2 == 0 ? "document:1" : "document:2"))
            .Concat(Enumerable.Range(0, groups * 10).Select(u => new Grant(Id(groups + u), User(u), "member", $"group:{u / 10}")));
        var model = ModelReader.Read("""
            model
              schema 1.1
            type user
            type group
              relations
                define member: [user, group#member]
            type document
              relations
                define data.read: [group#member]
            """).Value!;
        return new CheckTown(
            RuleSet.Build(1, model, [], grants), groups * 11,
            (n, allowed) => (User(n % (groups / 2) * 20 + (allowed ? 0 : 10)), Read, "document:1"));
    }

    internal static Caller Account(string subject) =>
        new(Guid.Parse(subject.AsSpan("user:".Length)), "someone@example.test", "Someone", false, [Roles.Customer], [], Declared);

    private static string User(int number) => $"user:{Id(number)}";

    private static Guid Id(int number) => new(number, 1, 7, [8, 0, 0, 0, 0, 0, 0, 1]);
}
