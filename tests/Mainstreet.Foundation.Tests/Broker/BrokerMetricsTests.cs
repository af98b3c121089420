using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Broker;

[Trait("kind", "unit")]
public sealed class BrokerMetricsTests
{
    [Fact]
    public async Task What_the_broker_does_not_take_is_counted_from_nought()
    {
        await using var services = Build("amqp://guest:guest@127.0.0.1:1");
        using var registry = Registry(services);
        await registry.StartAsync(CancellationToken.None);
        registry.Write().ShouldContain("\nmainstreet_broker_publish_failed_total 0\n");

        var queues = services.GetRequiredService<IWorkQueues>();
        await Should.ThrowAsync<BrokerException>(queues.PublishAsync("events", [new byte[] { 1 }], CancellationToken.None));
        registry.Write().ShouldContain("\nmainstreet_broker_publish_failed_total 1\n");

        // Nothing to send, and a caller that goes away, are no failures of the broker.
        await queues.PublishAsync("events", [], CancellationToken.None);
        await Should.ThrowAsync<OperationCanceledException>(queues.PublishAsync("events", [new byte[] { 1 }], new CancellationToken(canceled: true)));
        registry.Write().ShouldContain("\nmainstreet_broker_publish_failed_total 1\n");
    }

    [Fact]
    public async Task Without_a_broker_there_is_nothing_to_count()
    {
        await using var services = Build(null);
        using var registry = Registry(services);
        await registry.StartAsync(CancellationToken.None);
        registry.Write().ShouldNotContain("mainstreet_broker_publish_failed_total ");
    }

    private static ServiceProvider Build(string? uri)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Broker:Uri"] = uri }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(TimeProvider.System);
        services.AddBroker(configuration);
        return services.BuildServiceProvider();
    }

    private static MetricsRegistry Registry(IServiceProvider services) => new(
        Options.Create(new MetricsOptions()), services.GetRequiredService<IMeterFactory>(), services.GetServices<IKnownSeries>(), NullLogger<MetricsRegistry>.Instance);
}
