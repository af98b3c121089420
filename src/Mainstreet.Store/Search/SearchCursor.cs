using System.Buffers.Text;
using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Search;

/// <summary>Where a page of found products ended: the last one's sort key and id.</summary>
/// <param name="Sort">The order that it belongs to.</param>
/// <param name="Number">The key of every order but that by name.</param>
/// <param name="Text">The key of the order by name.</param>
/// <param name="Id">The last product.</param>
internal sealed record SearchCursor(SortBy Sort, long Number, string Text, Guid Id)
{
    private const int Longest = 2_000;

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Sort}|{Number}|{Id:N}|{Text}")));

    /// <summary>Reads a cursor; a made-up one, or one of another order, is a 400.</summary>
    internal static Outcome<SearchCursor?> Parse(string? text, SortBy sort)
    {
        if (string.IsNullOrEmpty(text)) return (SearchCursor?)null;
        if (text.Length <= Longest && Base64Url.IsValid(text))
        {
            var bytes = Base64Url.DecodeFromChars(text);
            var parts = System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes).Split('|') : [];
            if (parts.Length == 4 && parts[0] == ((int)sort).ToString(CultureInfo.InvariantCulture)
                && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && Guid.TryParseExact(parts[2], "N", out var id) && !parts[3].Contains('\0'))
            {
                return (SearchCursor?)new SearchCursor(sort, number, parts[3], id);
            }
        }

        return Problem.Invalid("cursor", "is not a cursor that this server gave out for this order");
    }
}
