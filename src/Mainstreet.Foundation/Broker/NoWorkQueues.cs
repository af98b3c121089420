namespace Mainstreet.Foundation.Broker;

/// <summary>No broker is configured.</summary>
internal sealed class NoWorkQueues : IWorkQueues
{
    public bool Enabled => false;

    public bool Connected => false;

    public Task PublishAsync(string queue, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancel) =>
        throw new BrokerException("No broker is configured (Broker:Uri).");

    public IAsyncDisposable Consume(string queue, int prefetch, Func<WorkItem, CancellationToken, Task> handle) => new Nothing();

    public Task<QueueDepth?> DepthAsync(string queue, CancellationToken cancel) => Task.FromResult<QueueDepth?>(null);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
