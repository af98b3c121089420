using System.Buffers.Text;
using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>Where a page of found postings ended: the last one's sort key and id.</summary>
internal sealed record JobCursor(JobSort Sort, long Key, Guid Id)
{
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Sort}|{Key}|{Id:N}")));

    /// <summary>Reads a cursor; a made-up one, or one of another order, is a 400.</summary>
    internal static Outcome<JobCursor?> Parse(string? text, JobSort sort)
    {
        if (string.IsNullOrEmpty(text)) return (JobCursor?)null;
        if (text.Length <= 200 && Base64Url.IsValid(text) && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('|') is [var by, var key, var id]
            && by == ((int)sort).ToString(CultureInfo.InvariantCulture)
            && long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Guid.TryParseExact(id, "N", out var last))
        {
            return (JobCursor?)new JobCursor(sort, number, last);
        }

        return Problem.Invalid("cursor", "is not a cursor that this server gave out for this order");
    }
}
