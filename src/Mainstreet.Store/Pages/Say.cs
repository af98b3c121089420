using System.Globalization;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;

namespace Mainstreet.Store.Pages;

/// <summary>The contract's words as people read them; money and numbers in the reader's culture. All currencies here have two digits.</summary>
internal static class Say
{
    private static readonly Lazy<Dictionary<string, string>> Symbols = new(() => CultureInfo.GetCultures(CultureTypes.SpecificCultures)
        .Select(c => new RegionInfo(c.Name)).GroupBy(r => r.ISOCurrencySymbol).ToDictionary(g => g.Key, g => g.First().CurrencySymbol));

    internal static string Of(Money money)
    {
        var format = (NumberFormatInfo)CultureInfo.CurrentCulture.NumberFormat.Clone();
        format.CurrencySymbol = Symbols.Value.GetValueOrDefault(money.Currency, money.Currency);
        format.CurrencyDecimalDigits = 2;
        return (money.Amount / 100m).ToString("C", format);
    }

    /// <summary>As a number field holds it: <c>12.50</c>.</summary>
    internal static string Plain(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Reads an amount that somebody typed, with point or comma, into minor units; null when it is none.</summary>
    internal static long? ReadMinor(string? text) =>
        decimal.TryParse(text?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= 10_000_000 && decimal.Round(amount, 2) == amount
            ? (long)(amount * 100) : null;

    internal static string Number(long value) => value.ToString("N0", CultureInfo.CurrentCulture);

    internal static string Count(long value, string one, string many) => $"{Number(value)} {(value == 1 ? one : many)}";

    internal static string Of(OrderStatus status) => status switch
    {
        OrderStatus.Packing => "Packed",
        OrderStatus.OutForDelivery => "On its way",
        _ => status.ToString(),
    };

    /// <summary>The class of a status's badge.</summary>
    internal static string Kind(OrderStatus status) => status switch
    {
        OrderStatus.Placed or OrderStatus.Paid => "info",
        OrderStatus.Packing or OrderStatus.OutForDelivery => "busy",
        OrderStatus.Delivered => "good",
        OrderStatus.Refunded => "warn",
        _ => "bad",
    };

    internal static string Of(PaymentMethod method) => method switch
    {
        PaymentMethod.Upi => "UPI",
        PaymentMethod.Card => "card",
        _ => "cash on delivery",
    };

    internal static string Of(PaymentState state) => state switch
    {
        PaymentState.Due => "to be collected",
        PaymentState.Created or PaymentState.Pending => "not paid yet",
        PaymentState.Failed => "last try failed",
        PaymentState.Cancelled => "given up",
        PaymentState.Authorized or PaymentState.LateAuthorized => "held by the bank",
        PaymentState.Captured => "paid",
        PaymentState.PartiallyRefunded => "paid, some of it given back",
        _ => "given back",
    };
}
