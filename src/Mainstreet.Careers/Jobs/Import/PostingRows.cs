using System.Text.Json;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Sources;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Jobs.Import;

/// <summary>
/// One posting as a row of CSV or an object of NDJSON: <c>title, company, location, description, url, applyUrl, postedAt, validUntil, id, remote,
/// employment, salary, salaryMin, salaryMax, salaryCurrency, salaryPer</c>. All but the title may be missing.
/// </summary>
internal static class PostingRows
{
    internal static readonly string[] Needed = ["title"];

    internal static RawPosting Of(CsvRow row) => Of(name => row[name] is { } cell ? CsvGuard.Remove(cell) : null);

    internal static RawPosting Of(JsonElement json) => JsonLd.IsPosting(json) ? JsonLd.Read(json) : Of(name => json.Text(name));

    private static RawPosting Of(Func<string, string?> text)
    {
        string? Cell(string name) => string.IsNullOrWhiteSpace(text(name)) ? null : text(name);
        decimal? Number(string name) => decimal.TryParse(Cell(name), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
        var (least, most) = (Number("salaryMin"), Number("salaryMax"));
        return new RawPosting
        {
            Id = Cell("id"),
            Title = Cell("title"),
            Company = Cell("company"),
            Place = Cell("location"),
            Description = Cell("description"),
            Url = Cell("url"),
            ApplyUrl = Cell("applyUrl"),
            PostedAt = Cell("postedAt"),
            ValidUntil = Cell("validUntil"),
            Workplace = Cell("remote"),
            Employment = Cell("employment"),
            PayText = Cell("salary"),
            Pay = least is null && most is null ? null : new RawPay(least, most, Cell("salaryCurrency"), Cell("salaryPer")),
        };
    }
}
