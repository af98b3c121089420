using System.Buffers.Text;
using System.Text;

using Mainstreet.Foundation.Time;

namespace Mainstreet.Foundation.Web;

/// <summary>One page of a list; <c>next</c> is the cursor of the following page, or null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a keyset page ended: the last row's creation instant and id.</summary>
public readonly record struct Cursor(DateTimeOffset At, Guid Id)
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    /// <summary>Opaque text for the wire.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{At.ToMicroseconds()}.{Id:N}"));

    /// <summary>Reads a cursor; a made-up one is a 400.</summary>
    public static Outcome<Cursor?> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return (Cursor?)null;
        try
        {
            var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
            if (parts.Length == 2
                && long.TryParse(parts[0], System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var at)
                && at is > -62_135_596_800_000_000 and < 253_402_300_800_000_000
                && Guid.TryParseExact(parts[1], "N", out var id))
            {
                return (Cursor?)new Cursor(Instants.FromMicroseconds(at), id);
            }
        }
        catch (FormatException)
        {
            // Not base64url: falls through to the same answer as any other made-up cursor.
        }

        return Problem.Invalid("cursor", "is not a cursor that this server gave out");
    }

    /// <summary>The page size that was asked for, or the problem with it.</summary>
    public static Outcome<int> Limit(int? limit) =>
        limit is null ? DefaultLimit
        : limit is >= 1 and <= MaxLimit ? limit.Value
        : Problem.Invalid("limit", $"must be between 1 and {MaxLimit}");
}
