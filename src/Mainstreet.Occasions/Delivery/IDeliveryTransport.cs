namespace Mainstreet.Occasions.Delivery;

/// <summary>How due messages reach the workers.</summary>
internal interface IDeliveryTransport
{
    /// <summary>Hands over what became due after <paramref name="after"/> and by now, at most <paramref name="count"/> messages.</summary>
    /// <returns>How many; fewer than <paramref name="count"/> means that nothing is left.</returns>
    Task<int> HandOverAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel);

    /// <summary>Brings ids of messages that may be claimed, until disposed; null when workers find them by themselves.</summary>
    IAsyncDisposable? Receive(Func<Guid[], CancellationToken, Task> take);
}

/// <summary>The messages' own table: workers poll it, and a wake-up spares them the wait.</summary>
internal sealed class DatabaseTransport(IDueRows rows) : IDeliveryTransport
{
    public Task<int> HandOverAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel) => rows.QueueDueAsync(after, now, count, cancel);

    public IAsyncDisposable? Receive(Func<Guid[], CancellationToken, Task> take) => null;
}
