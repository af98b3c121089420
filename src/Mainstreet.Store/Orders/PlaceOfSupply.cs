using System.Collections.Frozen;

namespace Mainstreet.Store.Orders;

/// <summary>
/// The state in which goods are delivered, which decides between CGST with SGST and IGST (IGST Act 2017, section 10(1)(a)). Read from the PIN
/// code: its first two digits name a postal circle, a few three-digit sorting districts belong to another state than their circle.
/// States are GST codes of two digits (29 Karnataka). A border district's single offices may lie across; an address may name its state instead.
/// </summary>
internal static class PlaceOfSupply
{
    private static readonly FrozenDictionary<string, string> Circles = new Dictionary<string, string>
    {
        ["11"] = "07",
        ["12"] = "06", ["13"] = "06",
        ["14"] = "03", ["15"] = "03", ["16"] = "03",
        ["17"] = "02",
        ["18"] = "01", ["19"] = "01",
        ["20"] = "09", ["21"] = "09", ["22"] = "09", ["23"] = "09", ["24"] = "09", ["25"] = "09", ["26"] = "09", ["27"] = "09", ["28"] = "09",
        ["30"] = "08", ["31"] = "08", ["32"] = "08", ["33"] = "08", ["34"] = "08",
        ["36"] = "24", ["37"] = "24", ["38"] = "24", ["39"] = "24",
        ["40"] = "27", ["41"] = "27", ["42"] = "27", ["43"] = "27", ["44"] = "27",
        ["45"] = "23", ["46"] = "23", ["47"] = "23", ["48"] = "23",
        ["49"] = "22",
        ["50"] = "36",
        ["51"] = "37", ["52"] = "37", ["53"] = "37",
        ["56"] = "29", ["57"] = "29", ["58"] = "29", ["59"] = "29",
        ["60"] = "33", ["61"] = "33", ["62"] = "33", ["63"] = "33", ["64"] = "33",
        ["67"] = "32", ["68"] = "32", ["69"] = "32",
        ["70"] = "19", ["71"] = "19", ["72"] = "19", ["73"] = "19", ["74"] = "19",
        ["75"] = "21", ["76"] = "21", ["77"] = "21",
        ["78"] = "18",
        ["80"] = "10", ["81"] = "10", ["82"] = "10", ["83"] = "20", ["84"] = "10", ["85"] = "10",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Districts = new Dictionary<string, string>
    {
        ["160"] = "04",
        ["194"] = "38",
        ["246"] = "05", ["248"] = "05", ["249"] = "05", ["263"] = "05",
        ["403"] = "30",
        ["605"] = "34",
        ["737"] = "11", ["744"] = "35",
        ["790"] = "12", ["791"] = "12", ["792"] = "12",
        ["793"] = "17", ["794"] = "17",
        ["795"] = "14",
        ["796"] = "15",
        ["797"] = "13", ["798"] = "13",
        ["799"] = "16",
        ["814"] = "20", ["815"] = "20", ["816"] = "20", ["822"] = "20", ["825"] = "20", ["826"] = "20", ["827"] = "20", ["828"] = "20", ["829"] = "20",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every GST state code that a PIN code can name.</summary>
    internal static FrozenSet<string> States { get; } = Circles.Values.Concat(Districts.Values).Concat(["26", "31"]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when a delivery there is inside the shop's state. An address whose state cannot be told counts as the shop's own neighbourhood.</summary>
    /// <param name="shopState">The shop's GST state code; null for a shop that charges no GST by state.</param>
    /// <param name="named">The state named in the address, or null.</param>
    /// <param name="country">ISO 3166-1 alpha-2; anything but IN is a supply between states.</param>
    /// <param name="postalCode">As typed.</param>
    internal static bool IsInside(string? shopState, string? named, string country, string postalCode)
    {
        if (shopState is null) return true;
        if (!country.Equals("IN", StringComparison.OrdinalIgnoreCase)) return false;
        var state = named ?? StateOf(postalCode);
        return state is null || state == shopState;
    }

    /// <summary>The state of a PIN code, or null when it is none.</summary>
    internal static string? StateOf(string postalCode)
    {
        Span<char> digits = stackalloc char[6];
        var count = 0;
        foreach (var c in postalCode)
        {
            if (c is ' ' or '-') continue;
            if (!char.IsAsciiDigit(c) || count == 6) return null;
            digits[count++] = c;
        }

        if (count != 6) return null;
        return Districts.TryGetValue(digits[..3].ToString(), out var district) ? district
            : Circles.TryGetValue(digits[..2].ToString(), out var circle) ? circle : null;
    }
}
