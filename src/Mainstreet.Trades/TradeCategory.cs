namespace Mainstreet.Trades;

/// <summary>
/// The trade a ticket needs. On the wire and in model answers the name in camel case (`pestControl`).
/// </summary>
public enum TradeCategory
{
    Plumbing,
    Electrical,
    Hvac,
    Carpentry,
    Painting,
    Appliance,
    PestControl,

    /// <summary>Everything else a building needs: cleaning, waste, grounds, roofs, lifts; also the answer when nothing is known.</summary>
    General,
}
