namespace Mainstreet.Foundation.Live;

/// <summary>
/// The durable feed behind the live channel. Each topic numbers its events 1, 2, 3, … without gaps; subscribers prove
/// completeness by these offsets.
/// </summary>
public interface ILiveFeed
{
    /// <summary>
    /// In one transaction appends each row to each of its topics, in the order given, and deletes the rows from the outbox;
    /// then wakes every replica. A (topic, event id) that the feed already holds is skipped, so a call may be repeated.
    /// </summary>
    /// <param name="rows">Committed outbox rows of kind <see cref="Events.OutboxKind.Live"/>; a few hundred a call is best.</param>
    /// <param name="cancel">Ends the wait; nothing is appended then.</param>
    /// <exception cref="System.Data.Common.DbException">Nothing was appended; the call may be repeated.</exception>
    Task AppendAsync(IReadOnlyList<Events.OutboxRow> rows, CancellationToken cancel);
}
