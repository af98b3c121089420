using Mainstreet.Foundation.Faults;

namespace Mainstreet.Foundation.Events;

/// <summary>One aggregate's events, delivered one after the other.</summary>
internal sealed class EventLane(EventDelivery delivery, OutboxQueue queue)
{
    /// <summary>
    /// Delivers the rows in their order until one fails. A failure is written to its row; the aggregate goes on only when the
    /// row was given up.
    /// </summary>
    /// <param name="rows">Rows of one key, in id order.</param>
    /// <param name="done">Called for each row that its consumers have.</param>
    /// <param name="cancel">Ends the lane.</param>
    /// <exception cref="Exception">The database is away; the attempt does not count.</exception>
    internal async Task RunAsync(IEnumerable<OutboxRow> rows, Action<long> done, CancellationToken cancel)
    {
        foreach (var row in rows)
        {
            try
            {
                await delivery.DeliverAsync(row, cancel);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                // When the database is away this throws too.
                if (await queue.FailedAsync(row, exception, cancel)) continue;
                return;
            }

            Failpoints.Hit(Failpoints.AfterHandler);
            done(row.Id);
        }
    }
}
