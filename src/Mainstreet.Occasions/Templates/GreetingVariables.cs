using System.Globalization;

using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Templates;

/// <summary>What one greeting is about.</summary>
/// <param name="FirstName">As given.</param>
/// <param name="LastName">As given.</param>
/// <param name="Occasion">What is celebrated.</param>
/// <param name="LocalDate">Day on which it is kept, <c>YYYY-MM-DD</c>.</param>
/// <param name="LocalYear">Year of the message.</param>
/// <param name="Date">The birthday or anniversary as the recipient's row has it; null when it is not known.</param>
internal sealed record GreetingFacts(string FirstName, string LastName, Occasion Occasion, string LocalDate, int LocalYear, string? Date);

/// <summary>The variables that templates know.</summary>
internal static class GreetingVariables
{
    internal static readonly IReadOnlyList<string> Names =
        ["firstName", "lastName", "fullName", "occasion", "years", "age", "localDate", "localYear", "businessName"];

    /// <summary>
    /// Their values in a language. <c>years</c> is null when the year is not known; <c>age</c> also for anniversaries;
    /// <c>localDate</c> is day and month in the language's own form.
    /// </summary>
    internal static Dictionary<string, object?> Of(GreetingFacts facts, string language, string businessName)
    {
        var years = OccasionDate.Parse(facts.Date)?.YearsIn(facts.LocalYear)?.ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["firstName"] = facts.FirstName,
            ["lastName"] = facts.LastName,
            ["fullName"] = $"{facts.FirstName} {facts.LastName}".Trim(),
            ["occasion"] = BuiltInWords.NameOf(facts.Occasion, language),
            ["years"] = years,
            ["age"] = facts.Occasion == Occasion.Birthday ? years : null,
            ["localDate"] = DateIn(language, facts.LocalDate),
            ["localYear"] = facts.LocalYear.ToString(CultureInfo.InvariantCulture),
            ["businessName"] = businessName,
        };
    }

    private static string DateIn(string language, string localDate)
    {
        if (!DateOnly.TryParseExact(localDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return localDate;
        var culture = CultureOf(language);
        return date.ToString(culture.DateTimeFormat.MonthDayPattern, culture);
    }

    private static CultureInfo CultureOf(string language)
    {
        try
        {
            return CultureInfo.GetCultureInfo(language);
        }
        catch (CultureNotFoundException)
        {
            // A well-formed tag that the platform has no data for.
            return CultureInfo.InvariantCulture;
        }
    }
}
