using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Trades;

/// <summary>How tickets are offered and timed. Section <c>Trades</c>.</summary>
public sealed class TradesOptions
{
    /// <summary>Contractors asked at once. Default 3.</summary>
    [Range(1, 50)]
    public int WaveSize { get; set; } = 3;

    /// <summary>How long an offer stands, in seconds. Default 600.</summary>
    [Range(1, 604_800)]
    public int OfferSeconds { get; set; } = 600;

    /// <summary>Radius of the first wave, in metres. Default 8,000.</summary>
    [Range(100, 20_100_000)]
    public double RadiusMeters { get; set; } = 8_000;

    /// <summary>Each further wave multiplies the radius by this. Default 2.</summary>
    [Range(1.0, 10.0)]
    public double RadiusGrowth { get; set; } = 2;

    /// <summary>Largest radius, in metres. Default 60,000.</summary>
    [Range(100, 20_100_000)]
    public double MaxRadiusMeters { get; set; } = 60_000;

    /// <summary>Waves of one try before the agents are called. Default 4.</summary>
    [Range(1, 50)]
    public int MaxWaves { get; set; } = 4;

    /// <summary>Tries of one ticket (each release, no-show or reassignment starts one) before the agents are called. Default 3.</summary>
    [Range(1, 50)]
    public int MaxTries { get; set; } = 3;

    /// <summary>Open offers that one contractor may hold at once. Default 5. An agent who names contractors is not bound by it.</summary>
    [Range(1, 1_000)]
    public int ParallelOffers { get; set; } = 5;

    /// <summary>Hours in which an accepted ticket must be started, by priority emergency, high, normal, low. Defaults 2, 12, 48, 96.</summary>
    [Range(0.0001, 10_000)]
    public double StartHoursEmergency { get; set; } = 2;

    /// <inheritdoc cref="StartHoursEmergency"/>
    [Range(0.0001, 10_000)]
    public double StartHoursHigh { get; set; } = 12;

    /// <inheritdoc cref="StartHoursEmergency"/>
    [Range(0.0001, 10_000)]
    public double StartHoursNormal { get; set; } = 48;

    /// <inheritdoc cref="StartHoursEmergency"/>
    [Range(0.0001, 10_000)]
    public double StartHoursLow { get; set; } = 96;

    /// <summary>Days after completion when an unrated ticket closes by itself. Default 7.</summary>
    [Range(0.0001, 365)]
    public double CloseAfterDays { get; set; } = 7;

    /// <summary>Tile address of the map, for example <c>https://tiles.example/{z}/{x}/{y}.png</c>. Default none: the map works without.</summary>
    public string? MapTiles { get; set; }

    internal TimeSpan StartWithin(Tickets.TicketPriority priority) => TimeSpan.FromHours(priority switch
    {
        Tickets.TicketPriority.Emergency => StartHoursEmergency,
        Tickets.TicketPriority.High => StartHoursHigh,
        Tickets.TicketPriority.Normal => StartHoursNormal,
        _ => StartHoursLow,
    });

    internal double RadiusOf(int wave) => Math.Min(MaxRadiusMeters, RadiusMeters * Math.Pow(RadiusGrowth, wave - 1));
}
