namespace Mainstreet.Trades;

/// <summary>Trades that a ticket can need.</summary>
public enum TradeCategory
{
    Plumbing,
    Electrical,
    Hvac,
    Carpentry,
    Painting,
    Appliance,
    PestControl,
    General,
}
