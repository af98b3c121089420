using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Features;

namespace Mainstreet.Trades;

/// <summary>What of Trades can be paused.</summary>
public static class TradesFeatures
{
    public static Feature Tickets { get; } = Feature.Of<TradesFeatureOptions>(nameof(TradesFeatureOptions.TradesTickets), "New tickets are not being taken at the moment.", o => o.TradesTickets);
}

/// <summary>For how many new tickets are taken. Section <c>Features</c>, which the modules share.</summary>
public sealed class TradesFeatureOptions
{
    /// <summary>New tickets, reported or imported. Offers, work and payments of tickets that exist go on. Default true.</summary>
    [Reloads]
    public FeatureShare TradesTickets { get; set; } = FeatureShare.On;
}
