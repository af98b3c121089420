namespace Mainstreet.Careers.Profiles;

/// <summary>What sort of statement a fact is.</summary>
internal enum FactKind
{
    Name,
    Headline,
    Summary,
    Contact,
    Place,
    Link,
    Work,
    WorkSummary,
    Highlight,
    Volunteer,
    Project,
    Education,
    Course,
    Award,
    Certificate,
    Publication,
    Skill,
    Language,
    Interest,
    Reference,
}

/// <summary>A date as far as it is known: a year, a month, or a day.</summary>
internal readonly record struct PartialDate(int Year, int? Month = null, int? Day = null) : IComparable<PartialDate>
{
    public int CompareTo(PartialDate other) => Order().CompareTo(other.Order());

    public static bool operator <(PartialDate left, PartialDate right) => left.CompareTo(right) < 0;

    public static bool operator >(PartialDate left, PartialDate right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartialDate left, PartialDate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartialDate left, PartialDate right) => left.CompareTo(right) >= 0;

    /// <summary><c>YYYY</c>, <c>YYYY-MM</c> or <c>YYYY-MM-DD</c>, as JSON Resume writes dates.</summary>
    public override string ToString() => Day is { } day ? $"{Year:0000}-{Month:00}-{day:00}" : Month is { } month ? $"{Year:0000}-{month:00}" : $"{Year:0000}";

    /// <summary>Null when the text is no such date.</summary>
    internal static PartialDate? Parse(string? text)
    {
        if (text is null) return null;
        var parts = text.Split('-');
        if (parts.Length > 3 || parts[0].Length != 4 || !Number(parts[0], 1, 9999, out var year)) return null;
        if (parts.Length == 1) return new PartialDate(year);
        if (parts[1].Length != 2 || !Number(parts[1], 1, 12, out var month)) return null;
        if (parts.Length == 2) return new PartialDate(year, month);
        return parts[2].Length == 2 && Number(parts[2], 1, DateTime.DaysInMonth(year, month), out var day) ? new PartialDate(year, month, day) : null;
    }

    private static bool Number(string text, int least, int most, out int number) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    private int Order() => Year * 10_000 + (Month ?? 0) * 100 + (Day ?? 0);
}

/// <summary>One statement of a profile.</summary>
/// <param name="Id">Kind and a short hash of the content and of what it hangs on: the same content keeps its id wherever it stands in its list.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The statement in the person's own words.</param>
/// <param name="Path">Where it stands, as a JSON path such as <c>$.work[0].highlights[2]</c>.</param>
/// <param name="ParentId">The fact it hangs on: the job of a highlight, the skill group of a keyword.</param>
/// <param name="Employer">The company, organisation, school or issuer that it belongs to.</param>
/// <param name="Title">The position, role or degree that it belongs to.</param>
/// <param name="From">When it began, or its only date.</param>
/// <param name="To">When it ended; null with a <paramref name="From"/> on work and studies: it goes on, or is unknown.</param>
/// <param name="Level">Of a skill or language, in the person's words.</param>
internal sealed record Fact(
    string Id, FactKind Kind, string Text, string Path,
    string? ParentId = null, string? Employer = null, string? Title = null, PartialDate? From = null, PartialDate? To = null, string? Level = null);
