using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Relations;

/// <summary>
/// The relationship model, in OpenFGA's language. Grants that a new model no longer takes stay stored and give nothing. Errors:
/// 400 invalid_request, 422 invalid_model with the line.
/// </summary>
internal static class ModelRoutes
{
    /// <param name="Text">The whole model, at most 100,000 characters; <c>user</c>, <c>role</c> and <c>business</c> are built in.</param>
    public sealed record Request([property: Required, MaxLength(ModelReader.MaxLength)] string Text);

    /// <param name="Text">As written, or the one that the house starts with.</param>
    /// <param name="BuiltIn">Types that are always there.</param>
    /// <param name="Version">Version of the rules with which it was written; 0 for the first one.</param>
    public sealed record View(string Text, string BuiltIn, long Version);

    /// <param name="Token">Consistency token.</param>
    public sealed record Written(string Text, string BuiltIn, long Version, string Token);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/access/model", Read)
            .WithName("access.model.read").WithTags("Access").WithSummary("The relationship model")
            .ProducesProblem(401).ProducesProblem(403)
            .RequireAuthorization(AccessPermissions.ReadRoles);
        routes.MapPut("/v1/access/model", Put)
            .WithName("access.model.write").WithTags("Access").WithSummary("Writes the relationship model")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(422)
            .RequireAuthorization(AccessPermissions.ManageRoles).RequireStepUpOfSecondFactor();
    }

    private static async Task<Ok<View>> Read(AccessDb db, CancellationToken cancel)
    {
        var row = await db.RelationModels.AsNoTracking().OrderByDescending(m => m.Version).FirstOrDefaultAsync(cancel);
        return TypedResults.Ok(new View(row?.Text ?? HouseModel.Default, HouseModel.BuiltIn, row?.Version ?? 0));
    }

    private static async Task<Results<Ok<Written>, ProblemHttpResult>> Put(
        Request request, Caller caller, HttpContext http, AccessDb db, RuleBook book, TimeProvider clock, CancellationToken cancel)
    {
        var model = HouseModel.Read(request.Text);
        if (model.Problem is { } problem) return problem.ToHttp();
        var version = await db.InTransactionAsync(async token =>
        {
            var next = await db.RaiseRulesAsync(token);
            var now = clock.Now();
            db.RelationModels.Add(new ModelRow { Version = next, Text = request.Text, CreatedAt = now, CreatedBy = caller.Id });
            db.RuleChanges.Add(new RuleChange { Version = next, Number = 1, Kind = RuleChangeKind.Model, At = now });
            await db.AuditAsync(new AuditEntry("access:model", caller.Id, "model.written", Detail: new { version = next, request.Text }), token);
            await db.SaveChangesAsync(token);
            return next;
        }, cancel);
        await book.ChangedAsync(version, CancellationToken.None);
        return TypedResults.Ok(new Written(request.Text, HouseModel.BuiltIn, version, ConsistencyToken.Answer(http, version)));
    }
}
