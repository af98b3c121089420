using System.Globalization;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>
/// Reads pay: "£25,000 - £30,000 per year", "$18–22/hr", "₹3,00,000 - 5,00,000 p.a.", "EUR 45k yearly", "6-8 LPA". Only where amount, currency and
/// period are all said; a dollar is that of the posting's country, and of no country where that is unknown.
/// </summary>
internal static partial class PayReader
{
    private const int Longest = 300;

    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal)
    {
        "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES",
        "KRW", "KWD", "LKR", "MAD", "MXN", "MYR", "NGN", "NOK", "NPR", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "UGX", "USD", "VND", "XAF", "XOF", "ZAR",
    };

    /// <summary>Pay whose parts a source names.</summary>
    internal static Pay? Read(RawPay raw, string? country)
    {
        if ((raw.Least ?? raw.Most) is not { } least || raw.Currency is null || PeriodOf(raw.Per) is not { } per) return null;
        return CurrencyOf(raw.Currency.Trim(), country) is { } currency ? Pay.Of(least, raw.Most ?? least, currency, per) : null;
    }

    /// <param name="text">What stands where the pay should.</param>
    /// <param name="country">ISO 3166-1 alpha-2 of the posting's place; null: unknown.</param>
    internal static Pay? Read(string? text, string? country)
    {
        if (InertText.OfLine(text, Longest) is not { } line) return null;
        foreach (Match match in Amounts().Matches(line))
        {
            if (Read(match, line, country) is { } pay) return pay;
        }

        return null;
    }

    private static Pay? Read(Match match, string line, string? country)
    {
        var inLakh = match.Groups["lpa"].Success;
        var sign = match.Groups["before"].Success ? match.Groups["before"] : match.Groups["second"].Success ? match.Groups["second"] : match.Groups["after"];
        var currency = sign.Success ? CurrencyOf(sign.Value.Trim(), country) : inLakh ? "INR" : null;
        var per = inLakh ? PayPeriod.Year : PeriodIn(line[match.Index..]) ?? PeriodIn(line);
        if (currency is null || per is null) return null;
        if (Number(match.Groups["low"].Value) is not { } low) return null;
        var high = match.Groups["high"].Success ? Number(match.Groups["high"].Value) : null;
        var (lowTimes, highTimes) = (Times(match.Groups["lowk"].Value), Times(match.Groups["highk"].Value));
        // "120-150k": the k is meant for both.
        if (high is not null && !match.Groups["lowk"].Success && highTimes > 1 && low < high) lowTimes = highTimes;
        if (inLakh) lowTimes = highTimes = 100_000;
        var (least, most) = (low * lowTimes, high is { } upper ? upper * highTimes : low * lowTimes);
        if (high is null && UpTo().IsMatch(line[..match.Index])) least = 0;
        return Pay.Of(least, most, currency, per.Value);
    }

    /// <summary>The line of a description that says what is paid, such as "Salary: £30,000 a year"; null when none does so in so many words.</summary>
    internal static string? LineIn(string description) => PayLine().Match(description) is { Success: true } match ? match.Groups["text"].Value.Trim() : null;

    internal static PayPeriod? PeriodOf(string? word) => word is null ? null : PeriodIn(" " + word.Replace('_', ' ').Replace('-', ' '));

    private static PayPeriod? PeriodIn(string text)
    {
        var match = Period().Match(text);
        if (!match.Success) return null;
        return match.Groups["hour"].Success ? PayPeriod.Hour : match.Groups["day"].Success ? PayPeriod.Day : match.Groups["week"].Success ? PayPeriod.Week
            : match.Groups["month"].Success ? PayPeriod.Month : PayPeriod.Year;
    }

    private static string? CurrencyOf(string sign, string? country) => sign.ToUpperInvariant() switch
    {
        "£" => "GBP",
        "€" or "EURO" or "EUROS" => "EUR",
        "₹" or "RS" or "RS." => country is null or "IN" ? "INR" : country switch { "PK" => "PKR", "LK" => "LKR", "NP" => "NPR", _ => sign == "₹" ? "INR" : null },
        "¥" => country switch { "JP" => "JPY", "CN" => "CNY", _ => null },
        "₩" => "KRW",
        "₽" => "RUB",
        "₪" => "ILS",
        "₺" => "TRY",
        "ZŁ" or "ZL" => "PLN",
        "KR" or "KR." => country switch { "SE" => "SEK", "NO" => "NOK", "DK" => "DKK", "IS" => "ISK", _ => null },
        "US$" => "USD",
        "C$" or "CA$" => "CAD",
        "A$" or "AU$" => "AUD",
        "NZ$" => "NZD",
        "S$" => "SGD",
        "HK$" => "HKD",
        "R$" => "BRL",
        "$" => country switch { "US" => "USD", "CA" => "CAD", "AU" => "AUD", "NZ" => "NZD", "SG" => "SGD", "HK" => "HKD", "MX" => "MXN", _ => null },
        var code => Codes.Contains(code) ? code : null,
    };

    /// <summary>A number with dots, commas, spaces or apostrophes between thousands (or lakhs), and a fraction of one or two digits.</summary>
    private static decimal? Number(string text)
    {
        var digits = text.Replace(" ", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Replace("\u00A0", "", StringComparison.Ordinal);
        var last = digits.LastIndexOfAny(['.', ',']);
        if (last >= 0)
        {
            var isFraction = digits.Length - last - 1 is 1 or 2 && (digits.AsSpan(0, last).IndexOfAny('.', ',') < 0 || digits[digits.AsSpan(0, last).LastIndexOfAny('.', ',')] != digits[last]);
            var whole = digits[..last].Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
            digits = isFraction ? $"{whole}.{digits[(last + 1)..]}" : whole + digits[(last + 1)..];
        }

        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static decimal Times(string word) => word.Trim().ToUpperInvariant() switch { "K" => 1_000, "M" => 1_000_000, "LAKH" or "LAKHS" or "LAC" or "L" => 100_000, _ => 1 };

    [GeneratedRegex("""
        (?:(?<before>[A-Z]{0,2}\$|[£€₹¥₩₽₪₺]|Rs\.?|kr\.?|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z]))\s*)?
        (?<low>\d{1,3}(?:\ \d{3}){1,3}(?!\d)|\d[\d.,'\u00A0]{0,15})(?<lowk>\s?[kKmM](?![A-Za-z])|\s?(?:lakhs?|lac)\b)?
        (?:\s*(?:-|–|—|to|bis)\s*(?<second>[A-Z]{0,2}\$|[£€₹¥₩₽₪₺]|Rs\.?|kr\.?|(?<![A-Za-z])[A-Z]{3}(?![A-Za-z]))?\s*(?<high>\d{1,3}(?:\ \d{3}){1,3}(?!\d)|\d[\d.,'\u00A0]{0,15})(?<highk>\s?[kKmM](?![A-Za-z])|\s?(?:lakhs?|lac)\b)?)?
        (?:\s*(?<lpa>LPA|lpa)\b|\s*(?<after>[£€₹¥₩₽₪₺$]|kr\b|zł|euros?\b|[A-Z]{3}(?![A-Za-z])))?
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Amounts();

    [GeneratedRegex("""
        (?:\b(?:per|an?|each|every|/)\s*|/\s*|\b|(?<=\s))(?:
        (?<hour>hours?|hrs?|hourly|h|p\.?h\.?)|(?<day>days?|daily|diem)|(?<week>weeks?|wk|weekly|p\.?w\.?)|(?<month>months?|mo|monthly|p\.?c\.?m\.?|p\.?m\.?)|
        (?<year>years?|yr|yearly|annum|annual|annually|annualized|p\.?a\.?|lpa))(?![\p{L}\p{N}])
        """, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Period();

    [GeneratedRegex(@"\b(?:up to|upto|maximum|max\.?|bis zu)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UpTo();

    [GeneratedRegex(@"^[\s\-*•]{0,8}(?:base )?(?:salary|pay|wages?|compensation|remuneration)(?: range| rate| band)?\s*(?:[:\-–]|is)\s*(?<text>[^\n]{1,200})$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PayLine();
}
