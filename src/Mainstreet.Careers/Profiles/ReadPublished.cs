using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Profiles;

/// <summary>CVs as they were published, for everybody; by a secret link also one that is not. Errors: profile_not_found, mask_not_found.</summary>
internal static class ReadPublished
{
    public sealed record MaskView(string Key, string Label);

    /// <param name="Slug">Null by a secret link.</param>
    /// <param name="Mask">The mask that was asked for.</param>
    /// <param name="Resume">JSON Resume, as it was published.</param>
    public sealed record Response(string? Slug, DateTimeOffset? PublishedAt, IReadOnlyList<MaskView> Masks, string? Mask, JsonElement Resume);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/profiles/{slug}", BySlug)
            .WithName("careers.profiles.get").WithSummary("Read a published CV").AllowAnonymous().ProducesProblem(404);
        routes.MapGet("/v1/profiles/shared/{token}", ByToken)
            .WithName("careers.profiles.shared").WithSummary("Read a CV by its secret link").AllowAnonymous().ProducesProblem(404);
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> BySlug(string slug, HttpContext http, CareersDb db, CancellationToken cancel, string? mask = null) =>
        Answer(await FindAsync(slug, null, http, db, cancel), mask, bySlug: true);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> ByToken(string token, HttpContext http, CareersDb db, CancellationToken cancel, string? mask = null) =>
        Answer(await FindAsync(null, token, http, db, cancel), mask, bySlug: false);

    /// <summary>The profile and what of it may be shown; null when nothing may. Proof's profiles are met by proof's accounts only.</summary>
    internal static async Task<(CandidateProfile Profile, string Document)?> FindAsync(string? slug, string? token, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        // No database column holds it, so no address has it.
        if ((slug ?? token)?.Contains('\0') != false) return null;
        var synthetic = http.Features.Get<Caller>()?.Synthetic == true;
        var profile = token is null
            ? await db.Profiles.AsNoTracking().SingleOrDefaultAsync(p => p.Slug == slug && p.PublishedDocument != null, cancel)
            : await db.Profiles.AsNoTracking().SingleOrDefaultAsync(p => p.ShareToken == token, cancel);
        if (profile is null || profile.Synthetic != synthetic) return null;
        return (profile, token is null ? profile.PublishedDocument! : profile.Document);
    }

    private static Results<Ok<Response>, ProblemHttpResult> Answer((CandidateProfile Profile, string Document)? found, string? mask, bool bySlug)
    {
        if (found is not var (profile, document)) return CareersProblems.ProfileNotFound.ToHttp();
        var masks = Masks.Of(profile);
        if (mask is not null)
        {
            if (masks.FirstOrDefault(m => m.Key == mask) is not { } chosen) return ExportProfile.MaskNotFound.ToHttp();
            document = Masks.Apply(document, chosen);
        }

        return TypedResults.Ok(new Response(
            bySlug ? profile.Slug : null, profile.PublishedAt, [.. masks.Select(m => new MaskView(m.Key, m.Label))], mask, JsonSerializer.Deserialize<JsonElement>(document)));
    }
}
