using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Features;

/// <summary>A function that can be paused.</summary>
/// <param name="Name">That of its setting under <c>Features</c>.</param>
/// <param name="Says">What stands still, for the title of the refusal.</param>
public sealed record Feature(string Name, string Says, Func<FeatureOptions, FeatureShare> Share)
{
    public static Feature Registration { get; } = new("Registration", "New accounts are not being opened at the moment.", o => o.Registration);

    public static Feature TradesTickets { get; } = new("TradesTickets", "New tickets are not being taken at the moment.", o => o.TradesTickets);

    public static Feature StoreOrders { get; } = new("StoreOrders", "New orders are not being taken at the moment.", o => o.StoreOrders);

    public static Feature StudioPublishing { get; } = new("StudioPublishing", "Projects are not being published at the moment.", o => o.StudioPublishing);

    public static Feature StudioAssistant { get; } = new("StudioAssistant", "The assistant takes no questions at the moment.", o => o.StudioAssistant);

    public static IReadOnlyList<Feature> All { get; } = [Registration, TradesTickets, StoreOrders, StudioPublishing, StudioAssistant];
}

/// <summary>Asks whether functions are on, by the settings as they stand now.</summary>
public sealed class FeatureSwitches(IOptionsMonitor<FeatureOptions> options)
{
    /// <summary>Null when the function is on for whom; else the refusal, 503 <c>feature_off</c>.</summary>
    /// <param name="feature">The function.</param>
    /// <param name="who">An account's id, or what else stays the same from call to call.</param>
    public Problem? Refusal(Feature feature, string who)
    {
        var now = options.CurrentValue;
        return feature.Share(now).Includes(feature.Name, who)
            ? null : new Problem(503, "feature_off", feature.Says) { RetryAfterSeconds = now.RetryAfterSeconds };
    }

    /// <summary>Every function and for how many it is on.</summary>
    public IReadOnlyDictionary<string, FeatureShare> All()
    {
        var now = options.CurrentValue;
        return Feature.All.ToDictionary(f => f.Name, f => f.Share(now));
    }
}

/// <summary>Functions that can be paused.</summary>
public static class FeatureServices
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<FeatureOptions>(configuration, "Features");
        services.AddSingleton<FeatureSwitches>();
        return services.AddHealthPart<FeaturesHealth>();
    }

    /// <summary>
    /// Lets the signed-in caller through while the function is on for their account. Put it after <c>Idempotent()</c>, so that what was done before the
    /// pause is still answered.
    /// </summary>
    public static RouteHandlerBuilder RequireFeature(this RouteHandlerBuilder builder, Feature feature) => builder
        .AddEndpointFilter(async (invocation, next) =>
        {
            var caller = await Caller.BindAsync(invocation.HttpContext);
            var switches = invocation.HttpContext.RequestServices.GetRequiredService<FeatureSwitches>();
            return switches.Refusal(feature, caller.Id.ToString()) is { } refusal ? refusal.ToHttp() : await next(invocation);
        })
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

/// <summary>What is paused, for whoever wonders.</summary>
internal sealed class FeaturesHealth(FeatureSwitches switches) : IHealthPart
{
    public string Name => "features";

    public Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var all = switches.All();
        var paused = all.Where(f => f.Value != FeatureShare.On).Select(f => f.Key).ToList();
        return Task.FromResult(PartHealth.Up(
            paused.Count > 0 ? $"not on for everybody: {string.Join(", ", paused)}" : null,
            all.Select(f => (char.ToLowerInvariant(f.Key[0]) + f.Key[1..], (object?)f.Value.ToString()))));
    }
}
