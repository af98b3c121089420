using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Grants;
using Mainstreet.Access.Relations;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access.Decisions;

/// <summary>
/// Whether a subject may, and why. Everybody asks about themselves; whoever manages a business's grants about anybody on what belongs to it;
/// administrators about everything. Errors: 400 invalid_request, 403 forbidden, 409 consistency_unknown, 422 unknown_relation,
/// invalid_grant (context), too_complex.
/// </summary>
internal static class CheckRoutes
{
    /// <param name="Subject"><c>user:{id}</c>, <c>role:{name}</c>, or a subject of the model.</param>
    /// <param name="Permission">Dotted permission, or a relation.</param>
    /// <param name="Resource"><c>{type}:{id}</c> or <c>{type}:*</c>.</param>
    /// <param name="Consistency">A token of an answer before: the decision is at least as new.</param>
    /// <param name="Context">Relations that count for this question only, at most 20.</param>
    public sealed record Request(
        [property: Required, MaxLength(RuleInput.MaxName)] string Subject,
        [property: Required, MaxLength(RuleInput.MaxName)] string Permission,
        [property: Required, MaxLength(RuleInput.MaxName)] string Resource,
        [property: MaxLength(100)] string? Consistency = null,
        [property: MaxLength(20)] IReadOnlyList<Related>? Context = null);

    /// <summary>A relation that the question brings along.</summary>
    public sealed record Related(
        [property: Required, MaxLength(RuleInput.MaxName)] string Subject,
        [property: Required, MaxLength(RuleInput.MaxName)] string Permission,
        [property: Required, MaxLength(RuleInput.MaxName)] string Resource);

    /// <param name="Token">Version of the rules that decided.</param>
    public sealed record Answer(bool Allowed, string Token);

    /// <param name="Path">When allowed: the rule that decided, with what it rests on; empty otherwise.</param>
    /// <param name="Failed">Every rule that was tried and did not hold.</param>
    /// <param name="Complete">False when there were more than a thousand and some were left out.</param>
    public sealed record Explanation(
        bool Allowed, string Token, string Subject, string Permission, string Resource, Guid? BusinessId, IReadOnlyList<Step> Path, IReadOnlyList<Step> Failed,
        bool Complete);

    private sealed record Asked(Question Question, RuleSet Rules);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/access/check", Check)
            .WithName("access.check").WithTags("Access").WithSummary("May this subject do this?")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422)
            .RequireAuthorization(AccessPermissions.UseGrants);
        routes.MapPost("/v1/access/explain", Explain)
            .WithName("access.explain").WithTags("Access").WithSummary("Why may this subject do this, or why not?")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422)
            .RequireAuthorization(AccessPermissions.UseGrants);
    }

    private static async Task<Results<Ok<Answer>, ProblemHttpResult>> Check(
        Request request, Caller caller, HttpContext http, RuleBook book, AccountDirectory directory, ResourceBusinesses businesses,
        PermissionCatalogue permissions, AccessMetrics metrics, TimeProvider clock, CancellationToken cancel)
    {
        var asked = await ReadAsync(request, caller, book, directory, businesses, cancel);
        if (!asked.Ok) return asked.Problem.ToHttp();
        var start = clock.GetTimestamp();
        var verdict = Decision.Take(asked.Value.Rules, permissions.ByName, asked.Value.Question, clock.GetUtcNow());
        metrics.Decided(verdict, clock.GetElapsedTime(start));
        if (verdict == Verdict.TooComplex) return AccessProblems.TooComplex.ToHttp();
        return TypedResults.Ok(new Answer(verdict == Verdict.Allowed, ConsistencyToken.Answer(http, asked.Value.Rules.Version)));
    }

    private static async Task<Results<Ok<Explanation>, ProblemHttpResult>> Explain(
        Request request, Caller caller, HttpContext http, RuleBook book, AccountDirectory directory, ResourceBusinesses businesses,
        PermissionCatalogue permissions, TimeProvider clock, CancellationToken cancel)
    {
        var asked = await ReadAsync(request, caller, book, directory, businesses, cancel);
        if (!asked.Ok) return asked.Problem.ToHttp();
        var (question, rules) = asked.Value;
        var trace = new Trace();
        var verdict = Decision.Take(rules, permissions.ByName, question, clock.GetUtcNow(), trace);
        if (verdict == Verdict.TooComplex) return AccessProblems.TooComplex.ToHttp();
        var allowed = verdict == Verdict.Allowed;
        // The last step is the one that decided; within a relation, what failed on the way stays where it was tried.
        IReadOnlyList<Step> path = allowed ? [trace.Steps[^1]] : [];
        return TypedResults.Ok(new Explanation(
            allowed, ConsistencyToken.Answer(http, rules.Version), question.Subject.Text, question.Permission, question.Resource.Text, question.BusinessId,
            path, [.. trace.Steps.Where(s => !s.Allowed)], !trace.Cut));
    }

    private static async Task<Outcome<Asked>> ReadAsync(
        Request request, Caller caller, RuleBook book, AccountDirectory directory, ResourceBusinesses businesses, CancellationToken cancel)
    {
        var subject = RuleInput.Subject(request.Subject);
        if (!subject.Ok) return subject.Problem;
        if (RuleInput.Permission(request.Permission) is { } badPermission) return badPermission;
        var resource = RuleInput.Resource(request.Resource);
        if (!resource.Ok) return resource.Problem;
        var shown = 0L;
        if (request.Consistency is not null && !ConsistencyToken.TryRead(request.Consistency, out shown))
            return Problem.Invalid("consistency", "is not a token that this server gave out");

        var rules = await book.AtLeastAsync(shown, cancel);
        if (rules.Version < shown) return AccessProblems.ConsistencyUnknown;
        var businessId = await businesses.FindAsync(resource.Value, rules, cancel);
        var isSelf = subject.Value.Text == caller.Subject;
        if (!isSelf && GrantRights.MayManage(caller, businessId, isVisible: true) is { } refused) return refused;
        if (Unanswerable(subject.Value, request.Permission, resource.Value, rules.Model) is { } unknown) return unknown;
        var context = Context(request.Context, rules.Model);
        if (!context.Ok) return context.Problem;

        var account = isSelf && shown == 0 ? caller : await AccountAsync(subject.Value, directory, rules.Version, shown > 0, cancel);
        return new Asked(new Question(subject.Value, account, request.Permission, resource.Value, businessId, context.Value), rules);
    }

    private static ValueTask<Caller?> AccountAsync(ObjectName subject, AccountDirectory directory, long version, bool exactly, CancellationToken cancel) =>
        subject is { Type: "user", IsWildcard: false, Relation: null }
            ? directory.FindAsync(Guid.ParseExact(subject.Id, "D"), null, exactly ? version : 0, cancel)
            : ValueTask.FromResult<Caller?>(null);

    // A dotted permission is asked of people and roles whether or not the model has a relation of that name.
    private static Problem? Unanswerable(ObjectName subject, string permission, ObjectName resource, RelationModel model)
    {
        if (!RuleInput.IsDotted(permission)) return RelationQuestions.Check(model, subject, permission, resource);
        return subject is { Relation: null, Type: "user" or "role" } ? null : RelationQuestions.CheckSubject(model, subject);
    }

    private static Outcome<List<Grant>> Context(IReadOnlyList<Related?>? related, RelationModel model)
    {
        var grants = new List<Grant>();
        foreach (var each in related ?? [])
        {
            var (subject, resource) = (ObjectName.Read(each?.Subject), ObjectName.Read(each?.Resource));
            if (each is null || subject is null || resource is not { Relation: null }) return Problem.Invalid("context", "must be subjects and resources such as type:id");
            if (HouseModel.IsFilled(resource.Type, each.Permission)) return AccessProblems.InvalidGrant.With($"{resource.Type}#{each.Permission} is known to Access alone.");
            if (RelationQuestions.CheckContext(model, subject, each.Permission, resource) is { } wrong) return wrong;
            grants.Add(new Grant(Guid.Empty, subject.Canonical().Text, each.Permission, resource.Canonical().Text));
        }

        return grants;
    }
}
