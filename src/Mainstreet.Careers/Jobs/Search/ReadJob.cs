using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>One posting, open or closed, and where it was found. Errors: posting_not_found.</summary>
internal static class ReadJob
{
    /// <param name="Least">Null: what is paid could not be read.</param>
    /// <param name="Most">Not below the least.</param>
    /// <param name="Per"><c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>.</param>
    /// <param name="YearlyLeast">Whole units for a year of full time: 2,080 hours, 260 days, 52 weeks, 12 months.</param>
    /// <param name="YearlyMost">Not below the least.</param>
    /// <param name="Text">As the advert words it.</param>
    public sealed record PayView(Money? Least, Money? Most, string? Per, long? YearlyLeast, long? YearlyMost, string? Text)
    {
        internal static PayView? Of(Posting posting) => posting.Pay is { } pay
            ? new PayView(new Money(pay.Least, pay.Currency), new Money(pay.Most, pay.Currency), Words.Of(pay.Per), (long)pay.Yearly.Least, (long)pay.Yearly.Most, posting.PayText)
            : posting.PayText is { } text ? new PayView(null, null, null, null, null, text) : null;
    }

    public sealed record PlaceView(string Text, string? Town, string? Region, string? Country);

    /// <param name="Source">Such as <c>greenhouse</c>.</param>
    /// <param name="Board">Empty where the source has no boards.</param>
    /// <param name="GoneAt">When it was not there any more.</param>
    public sealed record AdvertView(string Source, string Board, string? Url, DateTimeOffset SeenAt, DateTimeOffset? GoneAt);

    /// <param name="Description">Plain text, lines and bullets.</param>
    /// <param name="ApplyUrl">Where one applies, if that is elsewhere than <paramref name="Url"/>.</param>
    /// <param name="Open">False: no source has it any more.</param>
    /// <param name="Adverts">Everywhere it was found.</param>
    public sealed record Response(
        Guid Id, string Title, string? Company, IReadOnlyList<PlaceView> Places, string? PlaceText, string? Workplace, string? Employment, string? Seniority, PayView? Pay, string Description, string? Url,
        string? ApplyUrl, DateTimeOffset? PostedAt, DateTimeOffset? ValidUntil, DateTimeOffset FirstSeen, DateTimeOffset UpdatedAt, bool Open, IReadOnlyList<AdvertView> Adverts);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/jobs/{id:guid}", Handle)
        .WithName("careers.jobs.get").WithSummary("Read a posting")
        .RequireAuthorization(CareersPermissions.Search).ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(Guid id, Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await FindAsync(id, caller.Synthetic, db, cancel) is not var (posting, adverts)) return CareersProblems.PostingNotFound.ToHttp();
        http.SetETag(posting.Version);
        return TypedResults.Ok(View(posting, adverts));
    }

    internal static async Task<(Posting Posting, IReadOnlyList<PostingAdvert> Adverts)?> FindAsync(Guid id, bool synthetic, CareersDb db, CancellationToken cancel)
    {
        if (await db.Postings.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.Synthetic == synthetic, cancel) is not { } posting) return null;
        var adverts = await db.Adverts.AsNoTracking().Where(a => a.PostingId == id).OrderByDescending(a => a.IsFirst).ThenBy(a => a.Source).ThenBy(a => a.Board).ThenBy(a => a.ExternalId).Take(100).ToListAsync(cancel);
        return (posting, adverts);
    }

    internal static string? Word<T>(T? value)
        where T : struct, Enum => value is { } known ? Words.Of(known) : null;

    private static Response View(Posting p, IReadOnlyList<PostingAdvert> adverts) => new(
        p.Id, p.Title, p.Company, [.. Place.Parse(p.Places).Select(one => new PlaceView(one.Text, one.Town, one.Region, one.Country))], p.PlaceText, Word(p.Workplace), Word(p.Employment), Word(p.Seniority),
        PayView.Of(p), p.Description, p.Url, p.ApplyUrl, p.PostedAt, p.ValidUntil, p.FirstSeen, p.UpdatedAt, p.ClosedAt is null,
        [.. adverts.Select(a => new AdvertView(a.Source, a.Board, a.Url, a.SeenAt, a.GoneAt))]);
}

/// <summary>Postings' texts for who compares them with profiles and writes for them.</summary>
internal sealed class StoredPostingTexts(CareersDb db) : IPostingTexts
{
    public async Task<PostingText?> FindAsync(Guid jobId, CancellationToken cancel) =>
        (await db.Postings.AsNoTracking().SingleOrDefaultAsync(p => p.Id == jobId, cancel))?.ToText();
}
