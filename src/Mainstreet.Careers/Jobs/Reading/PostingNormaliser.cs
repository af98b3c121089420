using System.Security.Cryptography;
using System.Text;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs.Intake;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>Makes of what a source says what everybody understands alike. What is not said stays unknown.</summary>
internal static class PostingNormaliser
{
    internal const int LongestDescription = 50_000;

    /// <summary>What is read of a description's source, markup included.</summary>
    internal const int LongestSource = 400_000;

    private const int LongestTitle = 300;

    private const int LongestName = 200;

    private const int LongestUrl = 2_000;

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(2);

    /// <returns>The draft, or a 400 problem that names what is wrong.</returns>
    internal static Outcome<PostingDraft> Read(RawPosting raw, DateTimeOffset now)
    {
        if (InertText.OfLine(raw.Title, LongestTitle) is not { } title) return Problem.Invalid("title", "is needed");
        if (raw.Description is { Length: > LongestSource }) return Problem.Invalid("description", $"has at most {LongestSource} characters");
        if (raw.Id is { Length: > LongestName }) return Problem.Invalid("id", $"has at most {LongestName} characters");
        var description = InertText.Of(raw.Description ?? "", LongestDescription);
        var company = InertText.OfLine(raw.Company, LongestName);
        var placeText = InertText.OfLine(raw.Place, LongestTitle);
        var places = PlacesOf(raw);
        var country = places.Select(p => p.Country).FirstOrDefault();
        var payText = InertText.OfLine(raw.PayText, LongestTitle) ?? PayReader.LineIn(description);
        var pay = (raw.Pay is { } named ? PayReader.Read(named, country) : null) ?? PayReader.Read(payText, country);
        var workplace = WorkplaceReader.OfField(raw.Workplace) ?? WorkplaceReader.OfLine(placeText) ?? WorkplaceReader.OfLine(title) ?? WorkplaceReader.OfDescription(description);
        var employment = EmploymentReader.OfField(raw.Employment) ?? EmploymentReader.OfTitle(title);
        var seniority = (Seniority?)SeniorityLevel.OfTitle(title);
        var (url, applyUrl) = (UrlOf(raw.Url), UrlOf(raw.ApplyUrl));
        var (posted, ends) = (PostingDates.Read(raw.PostedAt, now + Ahead), PostingDates.Read(raw.ValidUntil, now.AddYears(3)));
        var (hash, words) = SimHash.Of(description);
        var content = string.Join('\u0001', title, company, Place.Write(places), placeText, workplace, employment, pay, payText, description, url, applyUrl, posted?.UtcTicks, ends?.UtcTicks);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        var id = InertText.OfLine(raw.Id, LongestName) ?? IdOf(title, company, places, url, description);
        return new PostingDraft(id, title, company, places, placeText, workplace, employment, seniority, pay, payText, description, url, applyUrl, posted, ends, hash, words, digest);
    }

    /// <summary>The same advert without an id of its own comes again under the same one; by its address, else by what it says.</summary>
    private static string IdOf(string title, string? company, IReadOnlyList<Place> places, string? url, string description)
    {
        var what = url is not null && PostingTraits.UrlKey(url) is { } key ? $"{key}\u0001{title}\u0001{Place.Write(places)}" : $"{title}\u0001{company}\u0001{Place.Write(places)}\u0001{description}";
        return $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))}";
    }

    private static List<Place> PlacesOf(RawPosting raw)
    {
        var places = raw.Places.Select(PlaceReader.Read).OfType<Place>().ToList();
        if (places.Count == 0) places.AddRange(PlaceReader.Read(raw.Place));
        return [.. places.Distinct().Take(PlaceReader.MostPlaces)];
    }

    /// <summary>Only what a browser opens as a page: never <c>javascript:</c> or <c>data:</c>, no name and password.</summary>
    private static string? UrlOf(string? text) =>
        text is { Length: > 0 and <= LongestUrl } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0
            ? url.AbsoluteUri : null;
}
