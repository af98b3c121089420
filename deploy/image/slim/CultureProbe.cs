using System.Globalization;
using System.Text;

namespace Mainstreet.Image;

/// <summary>What .NET knows of cultures here: the same text with all of ICU's data and with what is left of it, or something is lost.</summary>
internal static class CultureProbe
{
    private static readonly DateTime Day = new(2026, 11, 3, 21, 4, 5, DateTimeKind.Unspecified);
    private static readonly string[] Words = ["zebra", "Äpfel", "apfel", "ñandú", "nandu", "œuvre", "İstanbul", "istanbul", "ISPARTA", "straße", "STRASSE", "東京", "きょうと", "서울", "дом", "घर", "ภาษาไทย", "चाय", "ॐ", "élan", "Elan", "co-op", "coop", "2", "10"];

    internal static void Write(TextWriter output)
    {
        output.NewLine = "\n";
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en-GB");
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.AllCultures).OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            var (dates, numbers) = (culture.DateTimeFormat, culture.NumberFormat);
            output.WriteLine(string.Join('|', culture.Name, culture.EnglishName, culture.NativeName, culture.DisplayName, culture.ThreeLetterISOLanguageName, culture.Parent.Name, culture.TextInfo.IsRightToLeft,
                culture.Calendar.GetType().Name, culture.TextInfo.ListSeparator, numbers.NativeDigits[1], numbers.PercentSymbol, numbers.CurrencySymbol));
            output.WriteLine(string.Join('|', dates.DayNames.Concat(dates.AbbreviatedMonthNames).Concat(dates.MonthGenitiveNames).Append(dates.AMDesignator).Append($"{dates.FirstDayOfWeek} {dates.CalendarWeekRule}")));
            output.WriteLine(string.Join('|', Day.ToString("F", culture), Day.ToString("g", culture), Day.ToString("Y", culture), 1234567.891.ToString("N", culture), (-1234567.891m).ToString("C", culture), 0.256.ToString("P", culture)));
            output.WriteLine(string.Join('|', Words.Order(StringComparer.Create(culture, ignoreCase: false)).Concat(Words.Select(w => culture.TextInfo.ToUpper(w) + culture.TextInfo.ToTitleCase(w)))));
            output.WriteLine(string.Join('|', Words.Select(w => $"{culture.CompareInfo.IndexOf("x" + w + "STRASSE ISTANBUL elan", "elan", CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace)} {culture.CompareInfo.IsPrefix(w, w[..1], CompareOptions.IgnoreKanaType)}")));
            if (culture.IsNeutralCulture || culture.Name.Length == 0) continue;
            var region = new RegionInfo(culture.Name);
            output.WriteLine(string.Join('|', region.Name, region.EnglishName, region.NativeName, region.DisplayName, region.ISOCurrencySymbol, region.CurrencyEnglishName, region.CurrencyNativeName, region.CurrencySymbol, region.IsMetric));
        }

        foreach (var calendar in (Calendar[])[new HijriCalendar(), new HebrewCalendar(), new ThaiBuddhistCalendar(), new JapaneseCalendar(), new PersianCalendar()]) output.WriteLine($"{calendar.GetType().Name} {calendar.GetYear(Day)} {calendar.GetMonth(Day)} {calendar.GetDayOfMonth(Day)}");
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones().OrderBy(z => z.Id, StringComparer.Ordinal))
        {
            TimeZoneInfo.TryConvertIanaIdToWindowsId(zone.Id, out var windows);
            output.WriteLine($"{zone.Id}|{zone.DisplayName}|{zone.StandardName}|{zone.DaylightName}|{windows}|{zone.GetUtcOffset(Day)}");
        }

        var names = new IdnMapping { UseStd3AsciiRules = true };
        foreach (var host in (string[])["bücher.example", "पान.example", "日本語.example", "faß.example", "xn--bcher-kva.example"]) output.WriteLine($"{names.GetAscii(host)} {names.GetUnicode(names.GetAscii(host))}");
        foreach (var form in Enum.GetValues<NormalizationForm>()) output.WriteLine(string.Join('|', Words.Append("ﬁ①Å").Select(w => Convert.ToHexString(Encoding.UTF8.GetBytes(w.Normalize(form))))));
    }
}
