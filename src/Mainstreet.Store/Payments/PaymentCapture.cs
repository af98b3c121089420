namespace Mainstreet.Store.Payments;

/// <summary>
/// Money that arrived: one row for each of the provider's payments that was captured, so that a capture is posted once however often it is told. Captures
/// and processed refunds are the journal of money: their difference is what the business holds.
/// </summary>
internal sealed class PaymentCapture
{
    /// <summary>The provider's payment (<c>pay_...</c>), or <c>cash_</c> and our payment's id.</summary>
    public required string ProviderPaymentId { get; init; }

    public Guid PaymentId { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary>Refunds that are under way or done; never more than <see cref="Amount"/>, which the database checks too.</summary>
    public long Refunded { get; private set; }

    /// <summary>The order is paid by it. Another one of the same order goes back as a whole.</summary>
    public bool Primary { get; init; }

    public DateTimeOffset CapturedAt { get; init; }

    internal long Refundable => Amount - Refunded;

    internal static string CashId(Guid paymentId) => $"cash_{paymentId:N}";

    internal void Promise(long refund)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(refund, Refundable);
        Refunded += refund;
    }

    internal void TakeBack(long refund)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(refund, Refunded);
        Refunded -= refund;
    }
}
