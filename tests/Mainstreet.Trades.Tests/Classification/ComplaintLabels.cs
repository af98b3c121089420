using static Mainstreet.Trades.TradeCategory;

namespace Mainstreet.Trades.Tests.Classification;

/// <summary>
/// The trade for each official pair of complaint type and descriptor of the New York housing complaints (HPD, 311): who of the
/// eight trades would be sent. The table is the label of every measurement on that data; it is never shown to the classifier.
/// </summary>
/// <remarks>
/// Judgement calls: gas pipes, sprinklers and sewage are a plumber's; heat, boilers, radiators and steam pipes are HVAC even where
/// the city files them under plumbing; detectors and intercoms are an electrician's; locks, glass, floors and window guards are a
/// carpenter's; mould, lifts, roofs, pavement, mailboxes and waste have no trade of their own here and are general.
/// </remarks>
internal static class ComplaintLabels
{
    /// <summary>The trade for a row, or null for a pair that the table does not know.</summary>
    internal static TradeCategory? For(string type, string descriptor) =>
        Table.TryGetValue((type, descriptor), out var category) ? category : null;

    internal static readonly IReadOnlyDictionary<(string Type, string Descriptor), TradeCategory> Table =
        new Dictionary<(string, string), TradeCategory>
        {
            [("APPLIANCE", "ELECTRIC/GAS RANGE")] = Appliance,
            [("APPLIANCE", "REFRIGERATOR")] = Appliance,
            [("DOOR/WINDOW", "DOOR")] = Carpentry,
            [("DOOR/WINDOW", "DOOR FRAME")] = Carpentry,
            [("DOOR/WINDOW", "DOOR TO DUMBWAITER")] = Carpentry,
            [("DOOR/WINDOW", "WINDOW FRAME")] = Carpentry,
            [("DOOR/WINDOW", "WINDOW PANE")] = Carpentry,
            [("ELECTRIC", "LIGHTING")] = Electrical,
            [("ELECTRIC", "NO LIGHTING")] = Electrical,
            [("ELECTRIC", "OUTLET/SWITCH")] = Electrical,
            [("ELECTRIC", "POWER OUTAGE")] = Electrical,
            [("ELECTRIC", "WIRING")] = Electrical,
            [("ELEVATOR", "MAINTENANCE")] = General,
            [("FLOORING/STAIRS", "FLOOR")] = Carpentry,
            [("FLOORING/STAIRS", "STAIRS")] = Carpentry,
            [("GENERAL", "BELL/BUZZER/INTERCOM")] = Electrical,
            [("GENERAL", "CABINET")] = Carpentry,
            [("GENERAL", "COOKING GAS")] = Plumbing,
            [("GENERAL", "JANITOR/SUPER")] = General,
            [("GENERAL", "MAILBOX")] = General,
            [("GENERAL", "SIGNAGE MISSING")] = General,
            [("GENERAL", "VENTILATION SYSTEM")] = Hvac,
            [("HEAT/HOT WATER", "APARTMENT ONLY")] = Hvac,
            [("HEAT/HOT WATER", "ENTIRE BUILDING")] = Hvac,
            [("OUTSIDE BUILDING", "PAVEMENT")] = General,
            [("OUTSIDE BUILDING", "PORCH/BALCONY")] = Carpentry,
            [("OUTSIDE BUILDING", "ROOF DOOR/HATCH")] = Carpentry,
            [("OUTSIDE BUILDING", "ROOFING")] = General,
            [("OUTSIDE BUILDING", "SKYLIGHT")] = Carpentry,
            [("PAINT/PLASTER", "CABINET")] = Painting,
            [("PAINT/PLASTER", "CEILING")] = Painting,
            [("PAINT/PLASTER", "DOOR/FRAME")] = Painting,
            [("PAINT/PLASTER", "RADIATOR")] = Painting,
            [("PAINT/PLASTER", "WALL")] = Painting,
            [("PAINT/PLASTER", "WINDOW/FRAME")] = Painting,
            [("PLUMBING", "BASIN/SINK")] = Plumbing,
            [("PLUMBING", "BATHTUB/SHOWER")] = Plumbing,
            [("PLUMBING", "BOILER")] = Hvac,
            [("PLUMBING", "RADIATOR")] = Hvac,
            [("PLUMBING", "SEWER")] = Plumbing,
            [("PLUMBING", "STEAM PIPE/RISER")] = Hvac,
            [("PLUMBING", "TOILET")] = Plumbing,
            [("PLUMBING", "WATER SUPPLY")] = Plumbing,
            [("SAFETY", "CARBON MONOXIDE DETECTOR")] = Electrical,
            [("SAFETY", "FIRE ESCAPE")] = General,
            [("SAFETY", "SMOKE DETECTOR")] = Electrical,
            [("SAFETY", "SPRINKLER")] = Plumbing,
            [("SAFETY", "WINDOW GUARD BROKEN/MISSING")] = Carpentry,
            [("UNSANITARY CONDITION", "GARBAGE/RECYCLING STORAGE")] = General,
            [("UNSANITARY CONDITION", "MOLD")] = General,
            [("UNSANITARY CONDITION", "PESTS")] = PestControl,
            [("UNSANITARY CONDITION", "SEWAGE")] = Plumbing,
            [("WATER LEAK", "DAMP SPOT")] = Plumbing,
            [("WATER LEAK", "HEAVY FLOW")] = Plumbing,
            [("WATER LEAK", "SLOW LEAK")] = Plumbing,
        };
}
