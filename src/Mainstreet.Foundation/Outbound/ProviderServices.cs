using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What a module registers its outside partners with.</summary>
public static class ProviderServices
{
    /// <summary>
    /// Reads a list of providers from a section, for example <c>Occasions:Providers</c>, and registers <see cref="IProviders"/>: plain, while
    /// only one module has such a list, and always under the section's path as key (<c>[FromKeyedServices("Occasions:Providers")]</c>).
    /// </summary>
    public static ModuleBuilder AddProviders(this ModuleBuilder builder, string section)
    {
        var services = builder.Services;
        // Two rooms of a module may send through the same list.
        if (services.Any(d => d.ImplementationInstance is ProviderSection known && known.Path == section)) return builder;
        // As Production unless said to be Development: a forgotten setting must not open anything.
        var development = builder.Environment.IsDevelopment();
        services.AddOutbound();
        services.AddValidatedOptions<ProviderList>(builder.Configuration, section, section);
        services.AddSingleton<IValidateOptions<ProviderList>>(new ProviderListCheck(builder.Configuration.GetSection(section), development));
        services.AddSingleton(new ProviderSection(section));
        services.AddKeyedSingleton<IProviders>(section, (provider, _) => new Providers(
            section, provider.GetRequiredService<IOptionsMonitor<ProviderList>>().Get(section), development,
            provider.GetRequiredService<OutboundMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(provider => provider.GetServices<ProviderSection>().ToList() is [var only]
            ? provider.GetRequiredKeyedService<IProviders>(only.Path)
            : throw new InvalidOperationException("Several modules have providers: ask for IProviders by the section's path as key."));
        return builder;
    }

    /// <summary>
    /// Registers an <see cref="OutboundPipeline"/> under the section's path as key, for calls of one partner's API whose answer is waited for.
    /// </summary>
    /// <param name="builder">The module's.</param>
    /// <param name="service">The partner's name in metrics and health: <c>store/razorpay</c>.</param>
    /// <param name="section">Where <see cref="OutboundOptions"/> are read from.</param>
    public static ModuleBuilder AddOutboundPipeline(this ModuleBuilder builder, string service, string section)
    {
        var services = builder.Services;
        services.AddOutbound();
        services.AddValidatedOptions<OutboundOptions>(builder.Configuration, section, section);
        services.AddKeyedSingleton(section, (provider, _) => new OutboundPipeline(
            service, provider.GetRequiredService<IOptionsMonitor<OutboundOptions>>().Get(section),
            provider.GetRequiredService<OutboundMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return builder;
    }

    private static void AddOutbound(this IServiceCollection services)
    {
        if (services.Any(d => d.ServiceType == typeof(OutboundMetrics))) return;
        services.AddSingleton<OutboundMetrics>();
        services.AddHostedService<ProvidersStart>();
        services.AddHealthPart<ProvidersHealth>();
    }
}

/// <summary>A section that holds providers.</summary>
internal sealed record ProviderSection(string Path);

/// <summary>Makes the providers at start, so that their series are there before the first call.</summary>
internal sealed class ProvidersStart(IServiceProvider services, IEnumerable<ProviderSection> sections) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var section in sections) services.GetRequiredKeyedService<IProviders>(section.Path);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
