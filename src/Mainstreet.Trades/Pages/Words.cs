using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;

namespace Mainstreet.Trades.Pages;

/// <summary>The contract's words as people read them; numbers, money and distances in the reader's culture.</summary>
internal static class Words
{
    private const double MetersPerMile = 1609.344;

    private static readonly Lazy<Dictionary<string, string>> Symbols = new(() => CultureInfo.GetCultures(CultureTypes.SpecificCultures)
        .Select(c => new RegionInfo(c.Name)).GroupBy(r => r.ISOCurrencySymbol).ToDictionary(g => g.Key, g => g.First().CurrencySymbol));

    internal static string Of(TicketStatus status) => status switch
    {
        TicketStatus.Submitted => "Submitted",
        TicketStatus.Triaged => "Triaged",
        TicketStatus.Offered => "Offered",
        TicketStatus.Accepted => "Accepted",
        TicketStatus.InProgress => "In progress",
        TicketStatus.Completed => "Completed",
        TicketStatus.Closed => "Closed",
        _ => "Cancelled",
    };

    internal static string Of(TicketPriority priority) => priority.ToString();

    internal static string Of(TradeCategory category) => category switch
    {
        TradeCategory.Hvac => "Heating & air",
        TradeCategory.PestControl => "Pest control",
        TradeCategory.Appliance => "Appliances",
        _ => category.ToString(),
    };

    internal static string Of(OfferState state) => state switch
    {
        OfferState.Open => "Waiting for an answer",
        OfferState.Accepted => "Accepted",
        OfferState.Declined => "Declined",
        OfferState.Expired => "Time ran out",
        OfferState.Lost => "Taken by somebody else",
        _ => "Withdrawn",
    };

    internal static string Wire<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>The amount in the reader's culture with the currency's own sign and digits.</summary>
    internal static string Of(Money money)
    {
        var format = (NumberFormatInfo)CultureInfo.CurrentCulture.NumberFormat.Clone();
        format.CurrencySymbol = Symbols.Value.GetValueOrDefault(money.Currency, money.Currency);
        format.CurrencyDecimalDigits = Digits(money.Currency);
        return ((decimal)money.Amount / (decimal)Math.Pow(10, format.CurrencyDecimalDigits)).ToString("C", format);
    }

    internal static string Of(Estimate estimate) =>
        estimate.Min == estimate.Max ? Of(estimate.Min) : $"{Of(estimate.Min)} – {Of(estimate.Max)}";

    /// <summary>Digits after the point of a currency (ISO 4217; those that differ from two).</summary>
    internal static int Digits(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2,
    };

    /// <summary>Reads an amount that somebody typed, with point or comma, into minor units; null when it is none.</summary>
    internal static Money? ReadMoney(string? text, string currency)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return decimal.TryParse(text.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= 10_000_000_000
            ? new Money((long)Math.Round(amount * (decimal)Math.Pow(10, Digits(currency)), MidpointRounding.AwayFromZero), currency)
            : null;
    }

    /// <summary>Miles where the reader's region uses them, else kilometres.</summary>
    internal static string Distance(double meters)
    {
        var culture = CultureInfo.CurrentCulture;
        var miles = !culture.IsNeutralCulture && culture.Name.Length > 0 && !new RegionInfo(culture.Name).IsMetric;
        return miles ? $"{(meters / MetersPerMile).ToString("0.0", culture)} mi" : $"{(meters / 1000).ToString("0.0", culture)} km";
    }

    internal static string Percent(double share) => share.ToString("P0", CultureInfo.CurrentCulture);

    internal static string Coordinates(GeoPoint point) =>
        string.Create(CultureInfo.CurrentCulture, $"{point.Lat:0.0000}°, {point.Lon:0.0000}°");

    internal static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>One line of a ticket's history.</summary>
    internal static string Of(TicketHistory.Item item)
    {
        var detail = item.Detail;
        return item.Action switch
        {
            "ticket.created" => $"Reported; looks like {Category(detail, "category")}",
            "ticket.triaged" => $"Trade confirmed: {Category(detail, "category")}",
            "ticket.offered" => $"Offered to {Count(detail, "contractorIds")}, wave {Text(detail, "wave")}",
            "ticket.accepted" => "Accepted",
            "ticket.started" => "Work started",
            "ticket.completed" => "Work completed",
            "ticket.rated" => $"Rated {Text(detail, "stars")} of 5",
            "ticket.closed" => "Closed by itself",
            "ticket.cancelled" => "Cancelled",
            "ticket.released" => "Contractor gave the job back",
            "ticket.takenBack" => "Taken from its contractor",
            "ticket.noShow" => "Not started in time, taken back",
            "ticket.reassigned" => "Given to another contractor",
            "ticket.escalated" => "Agents called: nobody could be found",
            "offer.declined" => "A contractor declined",
            "offer.expired" => $"{Count(detail, "contractorIds")} did not answer in time",
            "ticket.photoAdded" or "photo.added" => "Photo added",
            _ => item.Action,
        };
    }

    /// <summary>What somebody wrote with an act: note, reason or comment.</summary>
    internal static string? Remark(TicketHistory.Item item) => item.Action switch
    {
        "ticket.completed" or "ticket.triaged" => Text(item.Detail, "note"),
        "ticket.rated" => Text(item.Detail, "comment"),
        "ticket.cancelled" or "ticket.released" or "offer.declined" => Text(item.Detail, "reason"),
        _ => null,
    };

    private static string Category(JsonElement? detail, string name) =>
        Enum.TryParse<TradeCategory>(Text(detail, name), true, out var category) ? Of(category).ToLower(CultureInfo.CurrentCulture) : "unknown";

    private static string Count(JsonElement? detail, string name)
    {
        var count = detail is { ValueKind: JsonValueKind.Object } d && d.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
        return count == 1 ? "1 contractor" : $"{count} contractors";
    }

    private static string? Text(JsonElement? detail, string name) =>
        detail is { ValueKind: JsonValueKind.Object } d && d.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value.ToString() : null;
}
