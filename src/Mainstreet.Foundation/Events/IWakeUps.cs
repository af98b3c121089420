namespace Mainstreet.Foundation.Events;

/// <summary>What may be worth looking at. A wake-up is a hint: loops also look by themselves once a second.</summary>
[Flags]
public enum Wakes
{
    None = 0,

    /// <summary>The outbox has rows.</summary>
    Outbox = 1,

    /// <summary>Jobs were scheduled.</summary>
    Jobs = 2,

    /// <summary>The live feed grew.</summary>
    Live = 4,

    /// <summary>Accounts, sessions, roles or memberships changed.</summary>
    Access = 8,

    /// <summary>A replica let a lease go.</summary>
    Lease = 16,

    /// <summary>Messages are due to be delivered.</summary>
    Delivery = 32,

    /// <summary>Roles, grants or the relationship model changed.</summary>
    Rules = 64,

    /// <summary>Code waits to be run in a cage, or was run.</summary>
    Runs = 128,
}

/// <summary>Wakes loops of this process and, on PostgreSQL, of every replica (NOTIFY, coalesced, after the commit).</summary>
public interface IWakeUps
{
    /// <summary>Never blocks, never throws.</summary>
    void Raise(Wakes wakes);

    /// <summary>Completes when one of the wakes was raised since the last wait of this waiter, or after the time-out.</summary>
    IWaiter Listen(Wakes wakes);
}

/// <summary>One loop's ear. Remembers what was raised between two waits.</summary>
public interface IWaiter : IDisposable
{
    Task WaitAsync(TimeSpan timeout, CancellationToken cancel);
}
