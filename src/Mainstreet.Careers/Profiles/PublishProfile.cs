using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Profiles;

/// <summary>
/// Puts one's CV on the web and takes it back, gives out a secret link, and keeps the masks. What is published is a copy: later changes show when it is
/// published again. Errors: invalid_request, profile_not_found, profile_empty, slug_taken, stale_version, concurrent_change.
/// </summary>
internal static partial class PublishProfile
{
    /// <param name="Slug">The last part of the address: 3 to 60 of a-z, 0-9 and dashes. Left out: the one it had, or one made of the name.</param>
    /// <param name="ShowContact">True: e-mail, telephone and street too. Left out: not.</param>
    public sealed record Request([RegularExpression("^[a-z0-9](-?[a-z0-9]){2,59}$"), StringLength(60)] string? Slug = null, bool ShowContact = false);

    public sealed record MaskList([MaxLength(20)] IReadOnlyList<Mask> Masks);

    /// <param name="PublicPath">Null while it is not published.</param>
    /// <param name="SharedPath">Null without a secret link.</param>
    public sealed record Status(string? Slug, string? PublicPath, DateTimeOffset? PublishedAt, string? SharedPath, int Version)
    {
        internal static Status Of(CandidateProfile p) => new(
            p.Slug, p.PublishedDocument is null ? null : $"/cv/{p.Slug}", p.PublishedAt, p.ShareToken is null ? null : $"/cv/shared/{p.ShareToken}", p.Version);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/profiles/me/publication", Read)
            .WithName("careers.profile.publication").WithSummary("Read where your CV is published")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404);
        routes.MapPost("/v1/profiles/me/publish", Publish)
            .WithName("careers.profile.publish").WithSummary("Publish your CV as it stands")
            .RequireAuthorization(CareersPermissions.Profile).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapPost("/v1/profiles/me/unpublish", Unpublish)
            .WithName("careers.profile.unpublish").WithSummary("Take your CV from the web")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapPost("/v1/profiles/me/share", Share)
            .WithName("careers.profile.share").WithSummary("Make a secret link to your CV; an older one ends")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapDelete("/v1/profiles/me/share", Unshare)
            .WithName("careers.profile.unshare").WithSummary("End the secret link to your CV")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapGet("/v1/profiles/me/masks", ReadMasks)
            .WithName("careers.profile.masks").WithSummary("List the masks of your CV")
            .RequireAuthorization(CareersPermissions.Profile).ProducesProblem(404);
        routes.MapPut("/v1/profiles/me/masks", WriteMasks)
            .WithName("careers.profile.masks.replace").WithSummary("Replace the masks of your CV")
            .RequireAuthorization(CareersPermissions.Profile).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<Status>, ProblemHttpResult>> Read(Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await KeepProfile.FindAsync(caller, db, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        http.SetETag(profile.Version);
        return TypedResults.Ok(Status.Of(profile));
    }

    internal static Task<Results<Ok<Status>, ProblemHttpResult>> Publish(
        Request request, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync("profile.published", caller, http, db, clock, async profile =>
        {
            var cv = CvView.Of(profile.Document);
            if (cv.Name is null) return ProfileProblems.Empty;
            if (request.Slug is { } wish && !IsSlug(wish)) return Problem.Invalid("slug", "must have 3 to 60 of a-z, 0-9 and single dashes, and not look like an id");
            var slug = request.Slug ?? profile.Slug ?? SlugOf(cv.Name, profile.AccountId);
            if (await db.Profiles.AnyAsync(p => p.Slug == slug && p.AccountId != profile.AccountId, cancel)) return ProfileProblems.SlugTaken;
            profile.Slug = slug;
            profile.PublishedDocument = Documents.Public(profile.Document, request.ShowContact);
            profile.PublishedAt = clock.Now();
            return null;
        }, cancel);

    internal static Task<Results<Ok<Status>, ProblemHttpResult>> Unpublish(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync("profile.unpublished", caller, http, db, clock, profile =>
        {
            profile.PublishedDocument = null;
            profile.PublishedAt = null;
            return Task.FromResult<Problem?>(null);
        }, cancel);

    internal static Task<Results<Ok<Status>, ProblemHttpResult>> Share(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync("profile.shared", caller, http, db, clock, profile =>
        {
            profile.ShareToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            return Task.FromResult<Problem?>(null);
        }, cancel);

    internal static Task<Results<Ok<Status>, ProblemHttpResult>> Unshare(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync("profile.unshared", caller, http, db, clock, profile =>
        {
            profile.ShareToken = null;
            return Task.FromResult<Problem?>(null);
        }, cancel);

    internal static async Task<Results<Ok<MaskList>, ProblemHttpResult>> ReadMasks(Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await KeepProfile.FindAsync(caller, db, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        http.SetETag(profile.Version);
        return TypedResults.Ok(new MaskList(Masks.Of(profile)));
    }

    internal static Task<Results<Ok<Status>, ProblemHttpResult>> WriteMasks(
        MaskList request, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync("profile.masked", caller, http, db, clock, profile =>
        {
            Problem? problem = null;
            // The reader of JSON lets null into lists.
            if (request.Masks.Any(m => m is null)) problem = Problem.Invalid("masks", "must not hold null");
            for (var i = 0; i < request.Masks.Count && problem is null; i++)
            {
                var mask = request.Masks[i];
                if (mask.Sections.Any(s => s is null)) problem = Problem.Invalid($"masks[{i}].sections", "must not hold null");
                else if (request.Masks.Count(m => m.Key == mask.Key) > 1) problem = Problem.Invalid($"masks[{i}].key", "is there twice");
                else if (mask.Sections.FirstOrDefault(s => !ResumeSchema.Sections.Contains(s)) is { } unknown)
                    problem = Problem.Invalid($"masks[{i}].sections", $"has no section '{unknown}'; there are {string.Join(", ", ResumeSchema.Sections)}");
                else if (mask.Words.Any(w => w is null or { Length: 0 or > 60 })) problem = Problem.Invalid($"masks[{i}].words", "must each have 1 to 60 characters");
            }

            if (problem is null) profile.Masks = Masks.Write(request.Masks);
            return Task.FromResult(problem);
        }, cancel);

    private static async Task<Results<Ok<Status>, ProblemHttpResult>> ChangeAsync(
        string act, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, Func<CandidateProfile, Task<Problem?>> change, CancellationToken cancel)
    {
        if (await db.Profiles.SingleOrDefaultAsync(p => p.AccountId == caller.Id, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        if (http.CheckIfMatch(profile.Version) is { } stale) return stale.ToHttp();
        if (await change(profile) is { } refused) return refused.ToHttp();
        return await KeepProfile.ChangeAsync(profile, act, caller, http, db, clock, cancel) is { } problem ? problem.ToHttp() : TypedResults.Ok(Status.Of(profile));
    }

    /// <summary>What an id looks like is none: pages would take it for one.</summary>
    internal static bool IsSlug(string text) => text.Length <= 60 && SlugForm().IsMatch(text) && !Guid.TryParse(text, out _);

    internal static bool IsKey(string text) => KeyForm().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9](-?[a-z0-9]){2,59}\z")]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex KeyForm();

    /// <summary>The name in plain letters, with a part of the account's id so that it is nobody else's.</summary>
    internal static string SlugOf(string name, Guid account)
    {
        var plain = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter)) plain.Append(letter);
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && plain.Length > 0 && plain[^1] != '-') plain.Append('-');
        }

        var words = plain.ToString().Trim('-');
        return $"{(words.Length > 45 ? words[..45].Trim('-') : words)}-{account.ToString("N")[^8..]}".TrimStart('-');
    }
}
