using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Features;

/// <summary>
/// What an operator can pause in an incident while the rest goes on. Section <c>Features</c>. A paused function answers 503 <c>feature_off</c>; what was begun
/// before goes on to its end.
/// </summary>
public sealed class FeatureOptions
{
    /// <summary>New accounts, by the API and the form; people are told apart by their e-mail address. Invitations and signing in are not touched. Default true.</summary>
    [Reloads]
    public FeatureShare Registration { get; set; } = FeatureShare.On;

    /// <summary>New tickets, reported or imported. Offers, work and payments of tickets that exist go on. Default true.</summary>
    [Reloads]
    public FeatureShare TradesTickets { get; set; } = FeatureShare.On;

    /// <summary>New orders. Carts, payments, packing and refunds go on. Default true.</summary>
    [Reloads]
    public FeatureShare StoreOrders { get; set; } = FeatureShare.On;

    /// <summary>New deployments of projects. Those under way go on, and sites stay published. Default true.</summary>
    [Reloads]
    public FeatureShare StudioPublishing { get; set; } = FeatureShare.On;

    /// <summary>Questions to the assistant. Default true.</summary>
    [Reloads]
    public FeatureShare StudioAssistant { get; set; } = FeatureShare.On;

    /// <summary>What <c>Retry-After</c> says while a function is paused, in seconds. Default 60.</summary>
    [Reloads]
    [Range(1, 86_400)]
    public int RetryAfterSeconds { get; set; } = 60;
}
