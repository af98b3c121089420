using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Grants;

/// <summary>
/// Roles with their hierarchy: a role holds what its parents hold and what it was given. The roles of the house exist by themselves; writing
/// one adds to what modules declare for it. A new role is given to people by a grant of <c>member</c> on <c>role:{name}</c>. Errors:
/// 400 invalid_request, 404 not_found, 412 stale_version, 422 role_cycle, unknown_role, role_protected.
/// </summary>
internal static class RoleRoutes
{
    private const int MaxRoles = 20_000;

    /// <param name="Parents">Names of roles whose permissions this one holds, at most 20.</param>
    /// <param name="Permissions">Dotted permissions, at most 200.</param>
    public sealed record Request(
        [property: Required, MaxLength(20)] IReadOnlyList<string> Parents,
        [property: Required, MaxLength(200)] IReadOnlyList<string> Permissions);

    /// <param name="Name">Name.</param>
    /// <param name="Parents">As written.</param>
    /// <param name="Permissions">As written.</param>
    /// <param name="BuiltIn">A role of the house.</param>
    /// <param name="Effective">All permissions: declared by modules, written, and inherited; sorted.</param>
    /// <param name="Version">0 for a role of the house that nobody wrote.</param>
    public sealed record View(
        string Name, IReadOnlyList<string> Parents, IReadOnlyList<string> Permissions, bool BuiltIn, IReadOnlyList<string> Effective, int Version);

    public sealed record List(IReadOnlyList<View> Items);

    /// <param name="Token">Consistency token.</param>
    public sealed record Written(
        string Name, IReadOnlyList<string> Parents, IReadOnlyList<string> Permissions, bool BuiltIn, IReadOnlyList<string> Effective, int Version, string Token);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/access/roles", All)
            .WithName("access.roles.list").WithTags("Access").WithSummary("All roles, by name")
            .ProducesProblem(401).ProducesProblem(403)
            .RequireAuthorization(AccessPermissions.ReadRoles);
        routes.MapGet("/v1/access/roles/{name}", One)
            .WithName("access.roles.read").WithTags("Access").WithSummary("One role")
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .RequireAuthorization(AccessPermissions.ReadRoles);
        routes.MapPut("/v1/access/roles/{name}", Put)
            .WithName("access.roles.write").WithTags("Access").WithSummary("Writes a role: whom it inherits from and what it adds")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(412).ProducesProblem(422)
            .RequireAuthorization(AccessPermissions.ManageRoles).RequireStepUpOfSecondFactor();
    }

    private static async Task<Ok<List>> All(AccessDb db, PermissionCatalogue permissions, CancellationToken cancel)
    {
        var rows = await db.Roles.AsNoTracking().ToListAsync(cancel);
        var graph = new RoleGraph(rows.Select(r => r.ToRule()));
        var versions = rows.ToDictionary(r => r.Name, r => r.Version);
        var names = Roles.OfAccounts.Concat(Roles.OfBusinesses).Union(versions.Keys).Order(StringComparer.Ordinal);
        return TypedResults.Ok(new List([.. names.Select(n => Of(n, graph, versions.GetValueOrDefault(n), permissions))]));
    }

    private static async Task<Results<Ok<View>, ProblemHttpResult>> One(
        string name, HttpContext http, AccessDb db, PermissionCatalogue permissions, CancellationToken cancel)
    {
        var rows = await db.Roles.AsNoTracking().ToListAsync(cancel);
        var row = rows.Find(r => r.Name == name);
        if (row is null && !RoleGraph.IsBuiltIn(name)) return Problem.NotFound.ToHttp();
        http.SetETag(row?.Version ?? 0);
        return TypedResults.Ok(Of(name, new RoleGraph(rows.Select(r => r.ToRule())), row?.Version ?? 0, permissions));
    }

    private static async Task<Results<Ok<Written>, ProblemHttpResult>> Put(
        string name, Request request, Caller caller, HttpContext http, AccessDb db, RuleBook book, PermissionCatalogue permissions, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!RuleInput.IsRoleName(name)) return Problem.Invalid("name", "must be 1 to 50 of a to z, 0 to 9 and -, beginning with a letter").ToHttp();
        if (request.Parents.Any(p => !RuleInput.IsRoleName(p))) return Problem.Invalid("parents", "must be names of roles").ToHttp();
        if (request.Permissions.Any(p => RuleInput.Permission(p) is not null || !RuleInput.IsDotted(p)))
            return Problem.Invalid("permissions", "must be dotted permissions such as store.products.edit").ToHttp();

        var rule = new RoleRule(name, [.. request.Parents.Distinct()], [.. request.Permissions.Distinct().Order(StringComparer.Ordinal)]);
        var outcome = await db.InTransactionAsync(token => WriteAsync(db, rule, caller.Id, http, permissions, clock, token), cancel);
        if (outcome.Problem is { } problem) return problem.ToHttp();
        var (view, version) = outcome.Value;
        await book.ChangedAsync(version, CancellationToken.None);
        http.SetETag(view.Version);
        return TypedResults.Ok(new Written(
            view.Name, view.Parents, view.Permissions, view.BuiltIn, view.Effective, view.Version, ConsistencyToken.Answer(http, version)));
    }

    private static async Task<Outcome<(View View, long Version)>> WriteAsync(
        AccessDb db, RoleRule rule, Guid actor, HttpContext http, PermissionCatalogue permissions, TimeProvider clock, CancellationToken cancel)
    {
        var version = await db.RaiseRulesAsync(cancel);
        var rows = await db.Roles.ToListAsync(cancel);
        var row = rows.Find(r => r.Name == rule.Name);
        if (http.CheckIfMatch(row?.Version ?? 0) is { } stale) return stale;
        if (row is null && rows.Count >= MaxRoles) return AccessProblems.TooManyRoles;
        if (rule.Parents.FirstOrDefault(p => p != rule.Name && rows.TrueForAll(r => r.Name != p) && !RoleGraph.IsBuiltIn(p)) is { } unknown)
            return AccessProblems.UnknownRole.With($"There is no role {unknown}.");
        var before = new RoleGraph(rows.Select(r => r.ToRule()));
        if (before.Inherits(rule.Parents, rule.Name)) return AccessProblems.RoleCycle;
        var after = new RoleGraph(rows.Where(r => r.Name != rule.Name).Select(r => r.ToRule()).Append(rule));
        if (Slips(after, permissions).Except(Slips(before, permissions)).Any()) return AccessProblems.RoleProtected;

        var now = clock.Now();
        var (parents, given) = (string.Join(' ', rule.Parents), string.Join(' ', rule.Permissions));
        var was = row is null ? null : new { row.Parents, row.Permissions };
        if (row is null) db.Roles.Add(row = new RoleRow { Name = rule.Name, Parents = parents, Permissions = given, Version = 1, ChangedAt = now });
        else (row.Parents, row.Permissions, row.Version, row.ChangedAt) = (parents, given, row.Version + 1, now);
        db.RuleChanges.Add(new RuleChange
        {
            Version = version, Number = 1, Kind = RuleChangeKind.Role, Subject = rule.Name, Parents = parents, Permission = given, At = now,
        });
        await db.AuditAsync(new AuditEntry($"role:{rule.Name}", actor, "role.written", Detail: new { rule.Parents, rule.Permissions, was }), cancel);
        await db.SaveChangesAsync(cancel);
        return (Of(rule.Name, after, row.Version, permissions), version);
    }

    // A slip would make every customer an administrator, be it by a role between the two, or by what only administrators hold.
    private static IEnumerable<string> Slips(RoleGraph graph, PermissionCatalogue permissions) => Roles.OfAccounts.Concat(Roles.OfBusinesses)
        .Where(role => role != Roles.Admin && (graph.Of(role).Names.Contains(Roles.Admin)
            || graph.Of(role).Permissions.Any(p => permissions.ByName.TryGetValue(p, out var known) && known.IsOfSystem)));

    private static View Of(string name, RoleGraph graph, int version, PermissionCatalogue permissions)
    {
        var rule = graph.Rules.GetValueOrDefault(name);
        var closure = graph.Of(name);
        var declared = permissions.ByName.Values.Where(p => p.Roles.Contains(Roles.Anyone) || closure.Names.Any(p.Roles.Contains)).Select(p => p.Name);
        return new View(
            name, rule?.Parents ?? [], rule?.Permissions ?? [], RoleGraph.IsBuiltIn(name),
            [.. closure.Permissions.Union(declared).Order(StringComparer.Ordinal)], version);
    }
}
