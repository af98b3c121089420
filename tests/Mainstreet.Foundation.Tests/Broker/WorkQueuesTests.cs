using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Tests.Observability;
using Mainstreet.Testing;

using RabbitMQ.Client;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Broker;

[Trait("kind", "db")]
public sealed class WorkQueuesTests : IAsyncDisposable
{
    private const string Queue = "work";

    private readonly TestBroker _broker;

    public WorkQueuesTests()
    {
        Assert.SkipWhen(TestBroker.WhyNot is not null, TestBroker.WhyNot ?? "");
        _broker = TestBroker.Create(Queue);
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task What_is_confirmed_comes_in_order_and_leaves_the_queue_empty()
    {
        await using var host = await QueueHost.StartAsync(_broker);
        var sent = Numbers(5_000);
        await host.PublishAsync(Queue, sent);
        (await host.Queues.DepthAsync(Queue, CancellationToken.None)).ShouldBe(new QueueDepth(5_000, 0, 0));

        var heard = new ConcurrentQueue<string>();
        await using (host.Queues.Consume(Queue, 1, (item, _) => Keep(heard, item)))
        {
            await QueueHost.UntilAsync(() => heard.Count == sent.Length, "all arrived");
        }

        heard.ShouldBe(sent);
        (await host.Queues.DepthAsync(Queue, CancellationToken.None)).ShouldBe(new QueueDepth(0, 0, 0));
    }

    [Fact]
    public async Task Many_publishers_and_handlers_at_once_lose_nothing()
    {
        await using var host = await QueueHost.StartAsync(_broker, wait: true, "Broker:InFlight=50");
        var heard = new ConcurrentQueue<string>();
        await using var consuming = host.Queues.Consume(Queue, 100, async (item, cancel) =>
        {
            await Task.Delay(item.Body.Span[^1] % 3, cancel);
            await Keep(heard, item);
        });
        await Task.WhenAll(Numbers(4_000).Chunk(100).Select(chunk => host.PublishAsync(Queue, chunk)));
        await QueueHost.UntilAsync(() => heard.Count >= 4_000, "all arrived");
        heard.Order().ShouldBe(Numbers(4_000).Order());
    }

    [Fact, Trait("kind", "recovery")]
    public async Task What_a_lost_consumer_had_comes_again_to_another()
    {
        await using var healthy = await QueueHost.StartAsync(_broker);
        await using var line = new CuttingProxy(new Uri(_broker.Uri));
        await using var doomed = await QueueHost.StartAsync(_broker, wait: true,
            string.Create(CultureInfo.InvariantCulture, $"Broker:Uri=amqp://guest:guest@127.0.0.1:{line.Port}"));
        var had = new ConcurrentQueue<string>();
        await using var lost = doomed.Queues.Consume(Queue, 50, async (item, cancel) =>
        {
            await Keep(had, item);
            await Task.Delay(Timeout.Infinite, cancel);
        });
        await healthy.PublishAsync(Queue, Numbers(50));
        await QueueHost.UntilAsync(() => had.Count == 50, "the doomed one has them");
        await line.CutAsync();

        var heard = new ConcurrentQueue<(string Body, int Deliveries)>();
        await using var consuming = healthy.Queues.Consume(Queue, 10, (item, _) =>
        {
            heard.Enqueue((Text(item), item.Deliveries));
            return Task.CompletedTask;
        });
        await QueueHost.UntilAsync(() => heard.Count == 50, "all came again");
        heard.Select(h => h.Body).Order().ShouldBe(Numbers(50).Order());
        heard.ShouldAllBe(h => h.Deliveries == 1);
    }

    [Fact]
    public async Task A_poisoned_message_ends_among_the_dead_letters_and_holds_nobody_up()
    {
        await using var host = await QueueHost.StartAsync(_broker, wait: true, "Broker:FirstRetry=00:00:00.001", "Broker:LongestRetry=00:00:00.005");
        var tries = 0;
        var heard = new ConcurrentQueue<string>();
        await using var consuming = host.Queues.Consume(Queue, 5, (item, _) =>
        {
            if (Text(item) != "poison") return Keep(heard, item);
            Interlocked.Increment(ref tries);
            throw new InvalidOperationException("It kills.");
        });
        await host.PublishAsync(Queue, "1", "poison", "2", "3");
        await host.UntilDepthAsync(Queue, d => d is { Dead: 1, Waiting: 0 });
        tries.ShouldBe(QueueNames.DeliveryLimit + 1);
        heard.Order().ShouldBe(["1", "2", "3"]);
        var health = await host.Health.CheckAsync(CancellationToken.None);
        health.State.ShouldBe(HealthState.Degraded);
        health.Figures!["workDead"].ShouldBe(1L);

        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var dead = await channel.BasicGetAsync(_broker.Queue(Queue) + ".dead", autoAck: true);
        Encoding.UTF8.GetString(dead!.Body.Span).ShouldBe("poison");
    }

    [Fact]
    public async Task A_message_that_no_queue_takes_is_an_exception_and_the_next_one_makes_the_queue_again()
    {
        await using var host = await QueueHost.StartAsync(_broker);
        await host.PublishAsync(Queue, "before");
        await using (var connection = await _broker.ConnectAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync(_broker.Queue(Queue));
        }

        (await Should.ThrowAsync<BrokerException>(host.PublishAsync(Queue, "lost", "lost"))).Message.ShouldContain("NO_ROUTE");
        await host.PublishAsync(Queue, "after");
        (await host.Queues.DepthAsync(Queue, CancellationToken.None))!.Value.Waiting.ShouldBe(1);
    }

    [Fact]
    public async Task A_consumer_whose_queue_was_deleted_makes_it_again()
    {
        await using var host = await QueueHost.StartAsync(_broker);
        var heard = new ConcurrentQueue<string>();
        await using var consuming = host.Queues.Consume(Queue, 5, (item, _) => Keep(heard, item));
        await host.UntilDepthAsync(Queue, d => d.Consumers == 1);
        await using (var connection = await _broker.ConnectAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync(_broker.Queue(Queue));
        }

        await host.UntilDepthAsync(Queue, d => d.Consumers == 1);
        await host.PublishAsync(Queue, "after");
        await QueueHost.UntilAsync(() => !heard.IsEmpty, "it is heard");
    }

    [Fact]
    public async Task Stopping_lets_handlers_finish_and_gives_the_rest_back_within_seconds()
    {
        await using var other = await QueueHost.StartAsync(_broker);
        await using var host = await QueueHost.StartAsync(_broker, wait: true, "Broker:StopTimeout=00:00:05");
        var begun = 0;
        var finished = 0;
        var stopping = new TaskCompletionSource();
        _ = host.Queues.Consume(Queue, 10, async (item, cancel) =>
        {
            Interlocked.Increment(ref begun);
            await stopping.Task;
            // The first five need no more than they are given, the others far more.
            await Task.Delay(int.Parse(Text(item), CultureInfo.InvariantCulture) < 5 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMinutes(5), cancel);
            Interlocked.Increment(ref finished);
        });
        await host.PublishAsync(Queue, Numbers(30));
        await QueueHost.UntilAsync(() => begun == 10, "ten have begun");
        var watch = Stopwatch.StartNew();
        var stop = host.StopAsync();
        stopping.SetResult();
        await stop;
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        finished.ShouldBe(5);
        begun.ShouldBe(10);
        await other.UntilDepthAsync(Queue, d => d.Waiting == 25);
    }

    [Fact]
    public async Task Without_an_address_there_is_no_broker_and_nothing_to_wait_for()
    {
        await using var host = await QueueHost.StartAsync(_broker, wait: false, "Broker:Uri=");
        host.Queues.Enabled.ShouldBeFalse();
        host.Queues.Connected.ShouldBeFalse();
        await Should.ThrowAsync<BrokerException>(() => host.PublishAsync(Queue, "x"));
        (await host.Health.CheckAsync(CancellationToken.None)).State.ShouldBe(HealthState.Up);
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    private static string Text(WorkItem item) => Encoding.UTF8.GetString(item.Body.Span);

    private static Task Keep(ConcurrentQueue<string> heard, WorkItem item)
    {
        heard.Enqueue(Text(item));
        return Task.CompletedTask;
    }
}
