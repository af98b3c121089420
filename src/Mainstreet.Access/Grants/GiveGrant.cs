using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Relations;
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
/// Gives a permission, or a relation of the model, to a subject on a resource; the same grant again changes when it ends. Takes an
/// Idempotency-Key. Errors: 400 invalid_request, 403 forbidden, 404 not_found (another's resource), 422 invalid_grant, unknown_role,
/// unknown_account.
/// </summary>
internal static class GiveGrant
{
    /// <param name="Subject"><c>user:{id}</c>, <c>user:*</c>, <c>role:{name}</c>, or what the model takes.</param>
    /// <param name="Permission">Dotted permission, or a relation.</param>
    /// <param name="Resource"><c>{type}:{id}</c>, or <c>{type}:*</c>; <c>system:*</c> for permissions that are for the whole system.</param>
    /// <param name="ExpiresAt">An instant to come; left out, the grant stands until it is revoked.</param>
    public sealed record Request(
        [property: Required, MaxLength(RuleInput.MaxName)] string Subject,
        [property: Required, MaxLength(RuleInput.MaxName)] string Permission,
        [property: Required, MaxLength(RuleInput.MaxName)] string Resource,
        DateTimeOffset? ExpiresAt = null);

    /// <param name="Token">Consistency token: whoever shows it is decided with this grant.</param>
    public sealed record Response(
        Guid Id, string Subject, string Permission, string Resource, Guid? BusinessId, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, Guid? CreatedBy,
        string Token);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/access/grants", Handle)
        .WithName("access.grants.give").WithTags("Access")
        .WithSummary("Gives a permission on a resource")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
        .RequireAuthorization(AccessPermissions.UseGrants).RequireStepUpOfSecondFactor()
        .Idempotent();

    private static async Task<Results<Created<Response>, Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, AccessDb db, RuleBook book, ResourceBusinesses businesses, PermissionCatalogue permissions,
        IdempotentCall call, TimeProvider clock, CancellationToken cancel)
    {
        var subject = RuleInput.Subject(request.Subject);
        if (subject.Problem is { } badSubject) return badSubject.ToHttp();
        if (RuleInput.Permission(request.Permission) is { } badPermission) return badPermission.ToHttp();
        var resource = RuleInput.Resource(request.Resource);
        if (resource.Problem is { } badResource) return badResource.ToHttp();
        var expiresAt = request.ExpiresAt?.Cut();
        if (expiresAt <= clock.Now()) return Problem.Invalid("expiresAt", "must be to come").ToHttp();

        var rules = await book.RefreshAsync(cancel);
        var businessId = await businesses.FindAsync(resource.Value!, rules, cancel);
        if (GrantRights.MayGive(caller, subject.Value!, request.Permission, resource.Value!, businessId) is { } refused) return refused.ToHttp();
        if (GrantForm.Check(subject.Value!, request.Permission, resource.Value!, rules, permissions.ByName) is { } wrong) return wrong.ToHttp();
        if (!await IsKnownAsync(db, subject.Value!, caller, cancel)) return AccessProblems.UnknownAccount.ToHttp();

        var wanted = new GrantRow
        {
            Id = clock.NewId(),
            Subject = subject.Value!.Text,
            Permission = request.Permission,
            Resource = resource.Value!.Text,
            BusinessId = businessId,
            ExpiresAt = expiresAt,
            CreatedAt = clock.Now(),
            CreatedBy = caller.Id,
        };
        var (response, version, isNew) = await db.InTransactionAsync(token => GiveAsync(db, wanted, caller.Id, call, token), cancel);
        await book.ChangedAsync(version, CancellationToken.None);
        ConsistencyToken.Answer(http, version);
        return isNew ? TypedResults.Created($"/v1/access/grants/{response.Id}", response) : TypedResults.Ok(response);
    }

    private static async Task<(Response Response, long Version, bool IsNew)> GiveAsync(
        AccessDb db, GrantRow wanted, Guid actor, IdempotentCall call, CancellationToken cancel)
    {
        // Writers queue here, so the grant below is as it will be until the commit.
        var version = await db.RaiseRulesAsync(cancel);
        var row = await db.Grants.SingleOrDefaultAsync(
            g => g.Subject == wanted.Subject && g.Permission == wanted.Permission && g.Resource == wanted.Resource, cancel);
        var isNew = row is null;
        var before = row?.ExpiresAt;
        if (row is null) db.Grants.Add(row = wanted);
        else row.ExpiresAt = wanted.ExpiresAt;

        db.RuleChanges.Add(RuleChange.Of(RuleChangeKind.GrantSet, row, version, 1, wanted.CreatedAt));
        await db.AuditAsync(new AuditEntry($"{row.Resource}:grants", actor, isNew ? "grant.given" : "grant.changed",
            Detail: new { grant = row.Id, row.Subject, row.Permission, row.ExpiresAt, before }), cancel);
        var response = new Response(
            row.Id, row.Subject, row.Permission, row.Resource, row.BusinessId, row.ExpiresAt, row.CreatedAt, row.CreatedBy, ConsistencyToken.Of(version));
        call.Answer(db, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, response, isNew ? $"/v1/access/grants/{row.Id}" : null);
        await db.SaveChangesAsync(cancel);
        return (response, version, isNew);
    }

    // Accounts of self-checks and real ones never meet.
    private static async Task<bool> IsKnownAsync(AccessDb db, ObjectName subject, Caller caller, CancellationToken cancel)
    {
        if (subject is not { Type: "user", IsWildcard: false, Relation: null }) return true;
        var id = Guid.ParseExact(subject.Id, "D");
        return await db.Accounts.AnyAsync(a => a.Id == id && a.DisabledAt == null && a.Synthetic == caller.Synthetic, cancel);
    }
}
