using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Profiles;

/// <summary>
/// One's own profile as JSON Resume, given back as it came. Errors: invalid_request with the JSON path of each fault, profile_not_found, profile_too_large,
/// stale_version, concurrent_change.
/// </summary>
internal static class KeepProfile
{
    /// <param name="Id">Stable: the same content keeps it.</param>
    public sealed record FactView(string Id, string Kind, string Text, string Path, string? ParentId, string? Employer, string? Title, string? From, string? To, string? Level);

    public sealed record FactList(IReadOnlyList<FactView> Items);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/profiles/me", Read)
            .WithName("careers.profile.get").WithSummary("Read your profile as JSON Resume")
            .RequireAuthorization(CareersPermissions.Profile).Produces<JsonElement>(200, "application/json").ProducesProblem(404);
        routes.MapPut("/v1/profiles/me", Replace)
            .WithName("careers.profile.replace").WithSummary("Replace your profile by a JSON Resume")
            .RequireAuthorization(CareersPermissions.Profile).Accepts<JsonElement>("application/json")
            .Produces<JsonElement>(200, "application/json").Produces<JsonElement>(201, "application/json")
            .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415);
        routes.MapGet("/v1/profiles/me/facts", Facts)
            .WithName("careers.profile.facts").WithSummary("List the facts of your profile")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404);
    }

    internal static async Task<Results<ContentHttpResult, ProblemHttpResult>> Read(Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await FindAsync(caller, db, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        http.SetETag(profile.Version);
        return TypedResults.Content(profile.Document, "application/json");
    }

    internal static async Task<Results<Ok<FactList>, ProblemHttpResult>> Facts(Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await FindAsync(caller, db, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        http.SetETag(profile.Version);
        return TypedResults.Ok(new FactList([.. FactReader.Read(profile.Document).Select(f => new FactView(
            f.Id, JsonNamingPolicy.CamelCase.ConvertName(f.Kind.ToString()), f.Text, f.Path, f.ParentId, f.Employer, f.Title, f.From?.ToString(), f.To?.ToString(), f.Level))]));
    }

    internal static async Task<Results<ContentHttpResult, ProblemHttpResult>> Replace(
        Caller caller, HttpContext http, CareersDb db, TimeProvider clock, IOptions<CareersOptions> options, CancellationToken cancel)
    {
        var body = await BoundedBody.ReadAsync(http.Request, options.Value.MaxProfileBytes, cancel);
        if (body is null) return ProfileProblems.TooLarge.ToHttp();
        var read = ResumeReader.Read(body);
        if (!read.Ok) return read.Problem.ToHttp();
        var saved = await SaveAsync(read.Value, "[]", "profile.changed", caller, http, db, clock, cancel);
        if (!saved.Ok) return saved.Problem.ToHttp();
        return TypedResults.Content(saved.Value.Document, "application/json", statusCode: saved.Value.Version == 1 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>Writes a checked document as the caller's profile, and the answer's ETag. What is published stays as it was published.</summary>
    internal static async Task<Outcome<CandidateProfile>> SaveAsync(
        string document, string notes, string act, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        var profile = await db.Profiles.SingleOrDefaultAsync(p => p.AccountId == caller.Id, cancel);
        if (http.CheckIfMatch(profile?.Version ?? 0) is { } stale) return stale;
        if (profile is null)
        {
            profile = new CandidateProfile { AccountId = caller.Id, Synthetic = caller.Synthetic, CreatedAt = clock.Now() };
            db.Profiles.Add(profile);
        }

        profile.Document = document;
        profile.Notes = notes;
        return await ChangeAsync(profile, act, caller, http, db, clock, cancel) is { } problem ? problem : profile;
    }

    /// <summary>Saves a changed profile with its audit row. Null when it is saved.</summary>
    internal static async Task<Problem?> ChangeAsync(
        CandidateProfile profile, string act, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        profile.Version++;
        profile.UpdatedAt = clock.Now();
        await db.AuditAsync(new AuditEntry($"profile:{profile.AccountId}", caller.Id, act, Detail: new { profile.Version }), cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception))
        {
            return http.Request.Headers.IfMatch.Count > 0 ? Problem.Stale : Problem.ConcurrentChange;
        }

        http.SetETag(profile.Version);
        return null;
    }

    internal static Task<CandidateProfile?> FindAsync(Caller caller, CareersDb db, CancellationToken cancel) =>
        db.Profiles.AsNoTracking().SingleOrDefaultAsync(p => p.AccountId == caller.Id, cancel);
}
