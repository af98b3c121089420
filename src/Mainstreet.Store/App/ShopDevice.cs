namespace Mainstreet.Store.App;

/// <summary>
/// A browser that the shop's app runs in, and how far its changes have come. Contended: <see cref="LastMutation"/> is advanced by one guarded
/// UPDATE in the transaction of the change itself, so that each number is applied once and none is skipped. What is kept of the last change is
/// enough to answer it again; the one before it cannot be asked for, since a device sends the next only after it heard the last answer.
/// </summary>
internal sealed class ShopDevice
{
    /// <summary>Made by the device: a secret of 122 random bits.</summary>
    public Guid Id { get; set; }

    /// <summary>Number of the last change; the first is 1.</summary>
    public long LastMutation { get; set; }

    /// <summary>The cart or order that it was about; null when it was refused.</summary>
    public Guid? SubjectId { get; set; }

    /// <summary>True: <see cref="SubjectId"/> is an order.</summary>
    public bool Ordered { get; set; }

    /// <summary>Why it was refused, as JSON; null when it was applied.</summary>
    public string? Problem { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
