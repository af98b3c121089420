using System.Diagnostics;

using Mainstreet.Foundation.Time;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// Hands one event to its consumers. Effect and the inbox row (consumer, event) are one commit, so a delivery may be repeated,
/// also by two relays at once: PostgreSQL makes the second insert wait for the first, SQLite has one writer.
/// </summary>
internal sealed class EventDelivery(IServiceScopeFactory scopes, IEnumerable<EventSubscription> subscriptions, TimeProvider clock)
{
    private readonly ILookup<string, EventSubscription> _subscriptions = subscriptions.ToLookup(s => s.EventName, StringComparer.Ordinal);

    /// <summary>Returns when every consumer has the event; an exception of one keeps those after it waiting.</summary>
    internal async Task DeliverAsync(OutboxRow row, CancellationToken cancel)
    {
        foreach (var subscription in _subscriptions[row.Name])
        {
            ActivityContext.TryParse(row.TraceParent, null, isRemote: true, out var parent);
            using var activity = EventMetrics.Source.StartActivity($"process {row.Name}", ActivityKind.Consumer, parent);
            activity?.SetTag("messaging.operation.type", "process").SetTag("messaging.destination.name", row.Name)
                .SetTag("messaging.consumer.group.name", subscription.Consumer);
            try
            {
                await HandleAsync(subscription, row, cancel);
            }
            catch (Exception exception)
            {
                activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
                throw;
            }
        }
    }

    private async Task HandleAsync(EventSubscription subscription, OutboxRow row, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = subscription.Db(scope.ServiceProvider);
        await db.InTransactionAsync(async token =>
        {
            if (!await Inbox.EnterAsync(db, subscription.Consumer, row.EventId, clock.Now(), token)) return;
            await subscription.Handle(scope.ServiceProvider, row.Payload, row.EventId, token);
            // What a handler changed and forgot to save would otherwise be lost without a word.
            if (db.ChangeTracker.HasChanges()) await db.SaveChangesAsync(token);
        }, cancel);
    }
}
