namespace Mainstreet.Trades.Triage;

/// <summary>What an agent said a ticket's text means: the classifier learns from it.</summary>
internal sealed class CorrectionRow
{
    public Guid Id { get; init; }

    public Guid TicketId { get; init; }

    public required string Text { get; init; }

    public TradeCategory Category { get; init; }

    public DateTimeOffset At { get; init; }
}
