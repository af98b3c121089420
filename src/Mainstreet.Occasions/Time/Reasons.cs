using System.Text.Json;

namespace Mainstreet.Occasions.Time;

/// <summary>Why a day or an instant is not the plain one. On the wire and in <c>messages.reason</c>: camelCase words, separated by a space.</summary>
[Flags]
internal enum Reasons
{
    None = 0,

    /// <summary>29 February in a common year.</summary>
    LeapDay = 1,

    /// <summary>The local day never existed; the next one is kept.</summary>
    MissingDay = 2,

    /// <summary>Clocks went forward over the hour; the first instant after.</summary>
    Gap = 4,

    /// <summary>Clocks went back and the hour came twice; the first of the two.</summary>
    Overlap = 8,

    /// <summary>Moved to the end of the quiet hours.</summary>
    QuietHours = 16,

    /// <summary>Its instant passed before it could be sent; it is sent late.</summary>
    Late = 32,

    /// <summary>Its instant passed; it waits for the next local send time.</summary>
    NextWindow = 64,
}

/// <summary>The words of <see cref="Reasons"/>.</summary>
internal static class ReasonWords
{
    private static readonly (Reasons Flag, string Word)[] All =
        [.. Enum.GetValues<Reasons>().Where(r => r != Reasons.None).Select(r => (r, JsonNamingPolicy.CamelCase.ConvertName(r.ToString())))];

    // Of the 128 combinations a handful occurs, millions of times.
    private static readonly string?[] Texts = [.. Enumerable.Range(0, 128).Select(i => i == 0 ? null : string.Join(' ', Words((Reasons)i)))];

    /// <summary>As stored; null for none.</summary>
    internal static string? Of(Reasons reasons) => Texts[(int)reasons];

    internal static IEnumerable<string> Words(Reasons reasons) => All.Where(r => reasons.HasFlag(r.Flag)).Select(r => r.Word);

    /// <summary>Reads what <see cref="Of"/> wrote; words of others are left out.</summary>
    internal static Reasons Parse(string? text)
    {
        var reasons = Reasons.None;
        if (text is null) return reasons;
        foreach (var part in text.Split(' '))
        {
            foreach (var (flag, word) in All)
            {
                if (word == part) reasons |= flag;
            }
        }

        return reasons;
    }
}
