using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>
/// Lever's Postings API: <c>GET /v0/postings/{site}?mode=json&amp;skip=&amp;limit=</c>, page by page until one is empty. It does not say how many there
/// are: a page that is refused, and a list that moved while it was read, make the reading incomplete. No key.
/// </summary>
internal sealed class LeverSource([FromKeyedServices(LeverSource.Section)] OutboundPipeline http, IOptions<JobsOptions> options) : IJobSource
{
    /// <summary>Settings and metrics of the calls.</summary>
    internal const string Section = "Careers:Lever";

    private const int PageSize = 100;

    private const int MostPages = 200;

    public SourceInfo Info { get; } = new("lever", "Lever", Reads: true, Boards: true, Descriptions: true, Pay: true, Total: false, Applies: false, Needs: null);

    public IReadOnlyList<JobBoard> Boards { get; } = JobSources.BoardsOf(options.Value.LeverSites);

    public async Task<BoardReading> ReadAsync(JobBoard board, Func<IReadOnlyList<RawPosting>, Task> take, CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (skip, moved) = (0, false);
        for (var page = 0; page < MostPages; page++)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"{options.Value.LeverUrl.TrimEnd('/')}/v0/postings/{Uri.EscapeDataString(board.Key)}?mode=json&skip={skip}&limit={PageSize}"));
            var (json, problem) = await SourceCalls.GetAsync(http, address, cancel);
            if (json is null) return new BoardReading(seen.Count, null, false, page == 0 ? problem : $"page {page + 1}: {problem}; there are more than {seen.Count}");
            using (json)
            {
                if (json.RootElement.ValueKind != JsonValueKind.Array) return new BoardReading(seen.Count, null, false, "the answer lists no postings");
                var count = json.RootElement.GetArrayLength();
                var postings = json.RootElement.EnumerateArray().Select(posting => Read(posting, board)).OfType<RawPosting>().ToList();
                var fresh = postings.Where(p => seen.Add(p.Id!)).ToList();
                moved |= fresh.Count < postings.Count;
                if (fresh.Count > 0) await take(fresh);
                if (count == 0)
                {
                    return moved
                        ? new BoardReading(seen.Count, null, false, "the list changed while it was read; some may be missing")
                        : new BoardReading(seen.Count, seen.Count, true, null);
                }

                skip += count;
            }
        }

        return new BoardReading(seen.Count, null, false, $"there are more than {seen.Count}; the rest is not read");
    }

    private static RawPosting? Read(JsonElement posting, JobBoard board)
    {
        if (posting.Text("id") is not { } id) return null;
        var categories = posting.Member("categories");
        var location = categories?.Text("location");
        var range = posting.Member("salaryRange");
        return new RawPosting
        {
            Id = id,
            Title = posting.Text("text"),
            Company = board.Company,
            Place = location,
            Places = PlacesOf(location, posting.Text("country")),
            Description = Describe(posting),
            Url = posting.Text("hostedUrl"),
            ApplyUrl = posting.Text("applyUrl"),
            PostedAt = posting.Text("createdAt"),
            Workplace = posting.Text("workplaceType"),
            Employment = categories?.Text("commitment"),
            PayText = posting.Text("salaryDescription"),
            Pay = range is { } pay ? new RawPay(pay.Number("min"), pay.Number("max"), pay.Text("currency"), pay.Text("interval")) : null,
        };
    }

    /// <summary>The country stands apart; it is that of the one place named.</summary>
    private static IReadOnlyList<RawPlace> PlacesOf(string? location, string? country) => country is null ? [] : PlaceReader.Read(location) switch
    {
        [] => [new RawPlace(null, null, country)],
        [{ Country: null } only] => [new RawPlace(only.Town, only.Region, country)],
        _ => [],
    };

    /// <summary>Requirements stand in the lists, not in the description.</summary>
    private static string Describe(JsonElement posting)
    {
        var html = new StringBuilder(posting.Text("description") ?? WebUtility.HtmlEncode(posting.Text("descriptionPlain")));
        foreach (var list in (posting.Member("lists") ?? default).Items())
            html.Append("<h3>").Append(WebUtility.HtmlEncode(list.Text("text"))).Append("</h3><ul>").Append(list.Text("content")).Append("</ul>");
        return html.Append("<p></p>").Append(posting.Text("additional")).ToString();
    }
}
