using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Features;

/// <summary>
/// A function that an operator can pause in an incident while the rest goes on. A paused one answers 503 <c>feature_off</c>; what was begun before goes on to its
/// end. Each belongs to a module, which registers it with <see cref="ModuleBuilder.AddFeatures{TOptions}"/>.
/// </summary>
/// <param name="Name">That of its setting under <c>Features</c>.</param>
/// <param name="Says">What stands still, for the title of the refusal.</param>
/// <param name="Share">For how many it is on, by the settings as they stand now.</param>
public sealed record Feature(string Name, string Says, Func<IServiceProvider, FeatureShare> Share)
{
    /// <summary>A function whose switch is a property of the module's options class.</summary>
    public static Feature Of<TOptions>(string name, string says, Func<TOptions, FeatureShare> share)
        where TOptions : class => new(name, says, services => share(services.GetRequiredService<IOptionsMonitor<TOptions>>().CurrentValue));
}

/// <summary>Asks whether functions are on, by the settings as they stand now.</summary>
public sealed class FeatureSwitches(IEnumerable<Feature> features, IOptionsMonitor<FeatureOptions> options, IServiceProvider services)
{
    private readonly List<Feature> _features = [.. features];

    /// <summary>Null when the function is on for whom; else the refusal, 503 <c>feature_off</c>.</summary>
    /// <param name="feature">The function.</param>
    /// <param name="who">An account's id, or what else stays the same from call to call.</param>
    /// <exception cref="InvalidOperationException">No module registered the function: no setting would reach it, and it would always be on.</exception>
    public Problem? Refusal(Feature feature, string who)
    {
        if (!_features.Contains(feature)) throw new InvalidOperationException($"The function {feature.Name} is not registered with AddFeatures.");
        return feature.Share(services).Includes(feature.Name, who)
            ? null : new Problem(503, "feature_off", feature.Says) { RetryAfterSeconds = options.CurrentValue.RetryAfterSeconds };
    }

    /// <summary>Every function of the modules loaded and for how many it is on, in the modules' order.</summary>
    public IReadOnlyList<KeyValuePair<string, FeatureShare>> All() => [.. _features.Select(f => KeyValuePair.Create(f.Name, f.Share(services)))];
}

/// <summary>Functions that can be paused.</summary>
public static class FeatureServices
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<FeatureOptions>(configuration, FeatureOptions.Section);
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
