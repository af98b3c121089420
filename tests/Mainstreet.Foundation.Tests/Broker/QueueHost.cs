using Mainstreet.Foundation.Broker;
using Mainstreet.Testing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Shouldly;

namespace Mainstreet.Foundation.Tests.Broker;

/// <summary>A process that has queues and nothing else.</summary>
internal sealed class QueueHost : IAsyncDisposable
{
    private readonly IHost _host;

    private QueueHost(IHost host) => _host = host;

    internal IWorkQueues Queues => _host.Services.GetRequiredService<IWorkQueues>();

    internal BrokerHealth Health => new(Queues);

    /// <summary>Starts; waits for the connection unless told not to.</summary>
    internal static async Task<QueueHost> StartAsync(TestBroker broker, bool wait = true, params string[] settings)
    {
        var all = new Dictionary<string, string?>(broker.Settings);
        foreach (var setting in settings) all[setting.Split('=', 2)[0]] = setting.Split('=', 2)[1];
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(all);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddBroker(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        var queues = new QueueHost(host);
        if (wait) await UntilAsync(() => queues.Queues.Connected, "connected");
        return queues;
    }

    /// <summary>Once more when a quorum queue that was just declared refuses, having no leader yet: callers of the queue do the same.</summary>
    internal async Task PublishAsync(string queue, params string[] bodies)
    {
        ReadOnlyMemory<byte>[] messages = [.. bodies.Select(b => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(b))];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Queues.PublishAsync(queue, messages, CancellationToken.None);
                return;
            }
            catch (BrokerException exception) when (attempt < 10 && exception.Message.Contains("refused it", StringComparison.Ordinal))
            {
                await Task.Delay(200);
            }
        }
    }

    internal async Task UntilDepthAsync(string queue, Func<QueueDepth, bool> holds)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await Queues.DepthAsync(queue, CancellationToken.None) is not { } depth || !holds(depth))
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "the depth of the queue");
            await Task.Delay(20);
        }
    }

    internal static Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    internal static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await holds())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), what);
            await Task.Delay(10);
        }
    }

    internal Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
