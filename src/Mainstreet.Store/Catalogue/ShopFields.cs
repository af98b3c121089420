using System.Text.RegularExpressions;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Store.Catalogue;

/// <summary>What a shop says of itself, checked.</summary>
internal sealed partial record ShopFields(
    string Name, string Line1, string City, string PostalCode, string Country, string? StateCode, string? Gstin, double? Lat, double? Lon,
    long DeliveryFee, long? FreeDeliveryFrom, bool Open)
{
    private const long HighestFee = 100_000_000;

    internal static Outcome<ShopFields> Read(ShopRoutes.Request given, string currency)
    {
        var errors = new Dictionary<string, string[]>();
        var gstin = PlainText.Trimmed(given.Gstin)?.ToUpperInvariant();
        var state = PlainText.Trimmed(given.StateCode) ?? (gstin is { Length: > 2 } ? gstin[..2] : null);
        if (gstin is not null && !GstinForm().IsMatch(gstin)) errors["gstin"] = ["must have the 15 characters of a GST identification number"];
        if (state is not null && !StateForm().IsMatch(state)) errors["stateCode"] = ["must be the two digits of the state in GST"];
        else if (gstin is not null && !gstin.StartsWith(state!, StringComparison.Ordinal)) errors["gstin"] = ["must begin with the state's code"];
        var country = PlainText.Trimmed(given.Country) ?? "IN";
        if (!CountryForm().IsMatch(country)) errors["country"] = ["must be two capital letters, as in ISO 3166-1"];
        if (given.Lat is < -90 or > 90 || given.Lat is { } lat && !double.IsFinite(lat)) errors["lat"] = ["must be between -90 and 90"];
        if (given.Lon is < -180 or > 180 || given.Lon is { } lon && !double.IsFinite(lon)) errors["lon"] = ["must be between -180 and 180"];
        if (given.Lat is null != given.Lon is null) errors[given.Lat is null ? "lat" : "lon"] = ["is needed with the other"];
        foreach (var (field, money) in new[] { ("deliveryFee", given.DeliveryFee), ("freeDeliveryFrom", given.FreeDeliveryFrom) })
        {
            if (money is null) continue;
            if (money.Currency != currency) errors[field] = [$"must be in {currency}, the shop's currency"];
            else if (money.Amount is < 0 or > HighestFee) errors[field] = [$"must be 0 to {HighestFee} in minor units"];
        }

        var fields = new ShopFields(
            Text("name", given.Name, 200), Text("line1", given.Line1, 200), Text("city", given.City, 100), Text("postalCode", given.PostalCode, 20), country,
            state, gstin, given.Lat, given.Lon, given.DeliveryFee?.Amount ?? 0, given.FreeDeliveryFrom?.Amount, given.Open ?? true);
        if (errors.Count > 0) return new Problem(400, "invalid_request", "The request is not valid.") { Errors = errors };
        return fields;

        string Text(string field, string? text, int longest)
        {
            text = PlainText.Trimmed(text) ?? "";
            if (text.Length == 0 || text.Length > longest || !PlainText.IsClean(text)) errors[field] = [$"must have 1 to {longest} characters and no control characters"];
            return text;
        }
    }

    /// <summary>Writes the fields to a row and raises its version.</summary>
    internal void WriteTo(Shop row)
    {
        row.Name = Name;
        row.Line1 = Line1;
        row.City = City;
        row.PostalCode = PostalCode;
        row.Country = Country;
        row.StateCode = StateCode;
        row.Gstin = Gstin;
        row.Lat = Lat;
        row.Lon = Lon;
        row.DeliveryFee = DeliveryFee;
        row.FreeDeliveryFrom = FreeDeliveryFrom;
        row.Open = Open;
        row.Version++;
    }

    [GeneratedRegex(@"\A[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][0-9A-Z]Z[0-9A-Z]\z")]
    private static partial Regex GstinForm();

    [GeneratedRegex(@"\A[0-9]{2}\z")]
    private static partial Regex StateForm();

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex CountryForm();
}
