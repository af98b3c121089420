using Mainstreet.Contracts;
using Mainstreet.Trades.Contractors;

namespace Mainstreet.Trades.Demo;

/// <summary>Fifty contractors over the five boroughs in eight trades, the same at every start.</summary>
internal static class DemoContractors
{
    private static readonly (string Borough, double Lat, double Lon)[] Places =
    [
        ("Harlem", 40.8116, -73.9465), ("Chelsea", 40.7465, -74.0014), ("East Village", 40.7265, -73.9815), ("Washington Heights", 40.8417, -73.9394),
        ("Williamsburg", 40.7081, -73.9571), ("Park Slope", 40.6710, -73.9814), ("Flatbush", 40.6409, -73.9624), ("Bay Ridge", 40.6262, -74.0329), ("East New York", 40.6591, -73.8759),
        ("Astoria", 40.7644, -73.9235), ("Jackson Heights", 40.7557, -73.8831), ("Flushing", 40.7675, -73.8331), ("Jamaica", 40.7027, -73.7890),
        ("Mott Haven", 40.8091, -73.9229), ("Fordham", 40.8615, -73.8905), ("Riverdale", 40.8940, -73.9080), ("Throgs Neck", 40.8187, -73.8197),
        ("St. George", 40.6433, -74.0736), ("New Dorp", 40.5738, -74.1170), ("Tottenville", 40.5083, -74.2355),
    ];

    private static readonly (TradeCategory Trade, string[] Names)[] Firms =
    [
        (TradeCategory.Plumbing, ["Reliable Pipes", "Quick Drain", "Blue Valve Plumbing", "Copper & Sons", "Tidewater Plumbing", "Clearflow", "Hydrant Brothers"]),
        (TradeCategory.Electrical, ["Bright Wire", "Liberty Electric", "Ohm & Daughters", "Circuit City Repair", "Gridline", "Sparks Fly Electric"]),
        (TradeCategory.Hvac, ["Warm Rooms Heating", "North Wind HVAC", "Boiler Doctors", "Steady Heat", "Four Seasons Air", "Radiator Works", "Degree Heating"]),
        (TradeCategory.Carpentry, ["True Level Carpentry", "Oak & Ash", "Door Masters", "Plank and Plane", "Hinge & Frame", "Square Corner"]),
        (TradeCategory.Painting, ["Fresh Coat", "Two Rollers", "Smooth Plaster", "Colour Block Painting", "Primer Crew", "Ceiling to Floor"]),
        (TradeCategory.Appliance, ["Appliance Rescue", "Cool Fridge Repair", "Range & Oven Co", "Spin Cycle", "Fixit Appliances", "White Goods Care"]),
        (TradeCategory.PestControl, ["No More Mice", "Borough Pest", "Clean Sweep Exterminating", "Gotham Pest", "Roach Out", "Last Ant"]),
        (TradeCategory.General, ["Handy Neighbors", "All Fix", "Building Care", "Super at Hand", "Odd Jobs Union", "Locks & Mailboxes"]),
    ];

    internal static IEnumerable<Contractor> All(DateTimeOffset now)
    {
        var firms = Firms.SelectMany(f => f.Names.Select(name => (f.Trade, Name: name))).ToArray();
        var draw = new Random(5080);
        for (var n = 1; n <= DemoIds.Contractors; n++)
        {
            var (trade, name) = firms[(n - 1) % firms.Length];
            var (_, lat, lon) = Places[n % Places.Length];
            var trades = n % 4 == 0 ? new[] { trade, TradeCategory.General } : [trade];
            var jobs = draw.Next(0, 60);
            var ratings = (int)(jobs * 0.7);
            var offers = jobs + draw.Next(0, 1 + jobs / 2);
            yield return new Contractor
            {
                Id = ProfileId(n),
                AccountId = DemoIds.Contractor(n),
                DisplayName = name,
                Email = $"contractor{n}@demo.test",
                NormalizedEmail = $"CONTRACTOR{n}@DEMO.TEST",
                Trades = Contractor.Mask(trades),
                Lat = lat + (draw.NextDouble() - 0.5) * 0.02,
                Lon = lon + (draw.NextDouble() - 0.5) * 0.02,
                ServiceRadiusMeters = 15_000 + draw.Next(0, 4) * 5_000,
                TimeZone = "America/New_York",
                // Every fifth keeps office hours; the others come at any time, so that the demo works at night too.
                WorkingHours = n % 5 == 0 ? OfficeHours : null,
                RatingSum = (int)Math.Round(ratings * (3.4 + draw.NextDouble() * 1.5)),
                RatingCount = ratings,
                OffersReceived = offers,
                OffersAccepted = jobs,
                CompletedJobs = jobs,
                CreatedAt = now,
                UpdatedAt = now,
                Version = 1,
            };
        }
    }

    /// <summary>The profile of demo account <c>contractor{n}@demo.test</c>.</summary>
    internal static Guid ProfileId(int number) => DemoIds.Of((DemoKind)16, number);

    private const string OfficeHours =
        """{"monday":[{"from":"08:00","to":"18:00"}],"tuesday":[{"from":"08:00","to":"18:00"}],"wednesday":[{"from":"08:00","to":"18:00"}],"thursday":[{"from":"08:00","to":"18:00"}],"friday":[{"from":"08:00","to":"18:00"}]}""";
}
