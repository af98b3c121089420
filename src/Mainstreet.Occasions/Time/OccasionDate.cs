using System.Globalization;

namespace Mainstreet.Occasions.Time;

/// <summary>A birthday or anniversary as people give it: a full date, or month and day without the year.</summary>
/// <param name="Year">1800 or later; null when it is not known.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to the month's last; 29 February needs a leap year, or none.</param>
internal readonly record struct OccasionDate(int? Year, int Month, int Day)
{
    internal const int LeapDay = 229;
    private const int EarliestYear = 1800;

    /// <summary>Month * 100 + day: what <c>birthday_day</c> and <c>anniversary_day</c> hold.</summary>
    internal int MonthDay => Month * 100 + Day;

    /// <summary>Reads <c>YYYY-MM-DD</c> or <c>--MM-DD</c> (ISO 8601:2000, vCard's form), nothing else; null when it is no such date or the day does not exist.</summary>
    internal static OccasionDate? Parse(string? text)
    {
        if (text is null) return null;
        var hasYear = text.Length == 10;
        if (!hasYear && (text.Length != 7 || !text.StartsWith("--", StringComparison.Ordinal))) return null;
        var rest = text.AsSpan(hasYear ? 5 : 2);
        if ((hasYear && text[4] != '-') || rest[2] != '-' || !Digits(rest[..2], out var month) || !Digits(rest[3..], out var day)) return null;
        var year = 2000;
        if (hasYear && (!Digits(text.AsSpan(0, 4), out year) || year < EarliestYear)) return null;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        return new OccasionDate(hasYear ? year : null, month, day);
    }

    /// <summary>Years completed on the day as it is kept in a local year; null when the year is not known or it is not after it.</summary>
    internal int? YearsIn(int localYear) => Year is { } year && localYear > year ? localYear - year : null;

    public override string ToString() => Year is { } year
        ? string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{Month:00}-{Day:00}")
        : string.Create(CultureInfo.InvariantCulture, $"--{Month:00}-{Day:00}");

    private static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = value * 10 + (c - '0');
        }

        return true;
    }
}
