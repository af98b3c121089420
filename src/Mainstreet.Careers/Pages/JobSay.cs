using System.Globalization;

using Mainstreet.Careers.Jobs.Search;

namespace Mainstreet.Careers.Pages;

/// <summary>Words and numbers of the pages about jobs, in the reader's locale.</summary>
internal static class JobSay
{
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["onSite"] = "On site", ["hybrid"] = "Hybrid", ["remote"] = "Remote", ["fullTime"] = "Full time", ["partTime"] = "Part time", ["contract"] = "Contract", ["temporary"] = "Temporary",
        ["internship"] = "Internship, apprenticeship", ["learner"] = "Learner", ["junior"] = "Junior", ["established"] = "Established", ["senior"] = "Senior", ["lead"] = "Leads others", ["head"] = "Heads a department", ["chief"] = "Heads a company",
        ["workplace"] = "Where", ["employment"] = "Contract", ["seniority"] = "Step", ["place"] = "Place", ["company"] = "Company", ["country"] = "Country", ["source"] = "Found at", ["met"] = "met", ["partly"] = "partly", ["missing"] = "missing",
    };

    internal static string Word(string value) => Labels.GetValueOrDefault(value, value);

    internal static string Number(int number) => number.ToString("N0", CultureInfo.CurrentCulture);

    internal static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("d", CultureInfo.CurrentCulture);

    /// <summary>What is paid; as the advert words it where that was not understood; null when nothing is said.</summary>
    internal static string? Pay(ReadJob.PayView? pay)
    {
        if (pay is not { Least: { } least, Most: { } most, Per: { } per }) return pay?.Text;
        var unit = Jobs.Reading.Pay.Unit(least.Currency);
        var form = unit > 1 && (least.Amount % unit != 0 || most.Amount % unit != 0) ? "N2" : "N0";
        var high = (most.Amount / unit).ToString(form, CultureInfo.CurrentCulture);
        var low = (least.Amount / unit).ToString(form, CultureInfo.CurrentCulture);
        var amount = least.Amount == most.Amount ? high : least.Amount == 0 ? $"up to {high}" : $"{low} – {high}";
        return $"{amount} {least.Currency} a{(per == "hour" ? "n" : "")} {per}";
    }

    internal static string? VerdictOf(string verdict) => verdict switch
    {
        "apply_now" => "Apply now",
        "strong_candidate" => "A strong candidate",
        "moderate_fit" => "A moderate fit",
        "stretch_goal" => "A stretch",
        _ => "Not a fit",
    };
}
