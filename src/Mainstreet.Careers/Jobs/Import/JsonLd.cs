using System.Text;
using System.Text.Json;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Sources;

namespace Mainstreet.Careers.Jobs.Import;

/// <summary>
/// Reads schema.org JobPosting (schema.org/JobPosting) out of JSON-LD: alone, in lists, in <c>@graph</c> and in ItemLists, and out of the scripts of
/// saved pages. No context is fetched; names are taken as schema.org's.
/// </summary>
internal static class JsonLd
{
    /// <summary>Deeper nesting than any posting has.</summary>
    private const int MostDepth = 12;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>True for an object whose type is JobPosting.</summary>
    internal static bool IsPosting(JsonElement json) => json.Member("@type") is { } type && (IsJobPosting(type) || type.Items().Any(IsJobPosting));

    /// <returns>What was found, and false when the text is no JSON.</returns>
    internal static (IReadOnlyList<RawPosting> Postings, bool Understood) OfDocument(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Lenient);
            var found = new List<RawPosting>();
            Collect(document.RootElement, found, 0);
            return (found, true);
        }
        catch (JsonException)
        {
            return ([], false);
        }
    }

    /// <summary>The postings of a page's JSON-LD scripts. A script that is broken is left out.</summary>
    internal static IReadOnlyList<RawPosting> OfPage(string html)
    {
        var found = new List<RawPosting>();
        for (var at = 0; (at = html.IndexOf("<script", at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var open = html.IndexOf('>', at);
            if (open < 0) break;
            var close = html.IndexOf("</script", open, StringComparison.OrdinalIgnoreCase);
            if (close < 0) break;
            if (html.AsSpan(at, open - at).Contains("application/ld+json", StringComparison.OrdinalIgnoreCase)) found.AddRange(OfDocument(Encoding.UTF8.GetBytes(html[(open + 1)..close])).Postings);
            at = close;
        }

        return found;
    }

    internal static RawPosting Read(JsonElement json)
    {
        var identifier = json.Member("identifier");
        var salary = json.Member("baseSalary");
        var value = salary?.Member("value");
        return new RawPosting
        {
            Id = identifier is { } id ? id.Text("value") ?? Scalar(id) : null,
            Title = json.Text("title") ?? json.Text("name"),
            Company = json.Member("hiringOrganization") is { } company ? company.Text("name") ?? Scalar(company) : null,
            Places = [.. Several(json.Member("jobLocation")).Select(Address).OfType<RawPlace>()],
            Place = string.Join("; ", Several(json.Member("jobLocation")).Select(Words).OfType<string>()) is { Length: > 0 } words ? words : null,
            Description = json.Text("description"),
            Url = json.Text("url"),
            PostedAt = json.Text("datePosted"),
            ValidUntil = json.Text("validThrough"),
            Workplace = Several(json.Member("jobLocationType")).Select(Scalar).FirstOrDefault(),
            Employment = Several(json.Member("employmentType")).Select(Scalar).FirstOrDefault(),
            PayText = salary is { } said ? Scalar(said) : null,
            Pay = value is { } pay ? new RawPay(
                pay.Number("minValue") ?? pay.Number("value") ?? salary!.Value.Number("value"), pay.Number("maxValue") ?? pay.Number("value") ?? salary!.Value.Number("value"),
                salary!.Value.Text("currency") ?? pay.Text("currency"), pay.Text("unitText") ?? salary.Value.Text("unitText")) : null,
        };
    }

    private static void Collect(JsonElement json, List<RawPosting> found, int depth)
    {
        if (depth > MostDepth) return;
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) Collect(item, found, depth + 1);
            return;
        }

        if (IsPosting(json))
        {
            found.Add(Read(json));
            return;
        }

        foreach (var name in new[] { "@graph", "itemListElement", "item", "mainEntity", "mainEntityOfPage" })
        {
            if (json.Member(name) is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } inner) Collect(inner, found, depth + 1);
        }
    }

    private static bool IsJobPosting(JsonElement type) => type.ValueKind == JsonValueKind.String
        && (type.ValueEquals("JobPosting") || type.ValueEquals("schema:JobPosting") || type.ValueEquals("http://schema.org/JobPosting") || type.ValueEquals("https://schema.org/JobPosting"));

    private static JsonElement[] Several(JsonElement? json) => json is not { } value ? [] : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];

    private static string? Scalar(JsonElement json) => json.ValueKind is JsonValueKind.String or JsonValueKind.Number ? json.ToString() : null;

    private static RawPlace? Address(JsonElement place)
    {
        if ((place.Member("address") ?? place) is not { ValueKind: JsonValueKind.Object } address) return null;
        var country = address.Text("addressCountry") ?? address.Member("addressCountry")?.Text("name");
        return (address.Text("addressLocality"), address.Text("addressRegion"), country) is (null, null, null) ? null : new RawPlace(address.Text("addressLocality"), address.Text("addressRegion"), country);
    }

    /// <summary>A place that is only a text.</summary>
    private static string? Words(JsonElement place) => Scalar(place) ?? place.Text("address") ?? (Address(place) is null ? place.Text("name") : null);
}
