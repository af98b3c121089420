using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Events;

/// <summary>Names an event record on the wire; stable across renames of the type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>
/// Reacts to an event. Called inside a transaction of the context that <see cref="Db"/> answers; the relay records
/// (consumer, event) in the same transaction, so the effect happens once however often the event is delivered.
/// </summary>
public interface IEventHandler<in TEvent>
    where TEvent : class
{
    /// <summary>The context whose transaction covers the effect.</summary>
    ModuleDb Db { get; }

    /// <summary>Changes state through <see cref="Db"/> and saves. An exception rolls back and the event comes again later.</summary>
    Task HandleAsync(TEvent @event, Guid eventId, CancellationToken cancel);
}

/// <summary>Names of event types.</summary>
public static class EventNames
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static string Of<TEvent>() => Names.GetOrAdd(typeof(TEvent), static type =>
        type.GetCustomAttribute<EventNameAttribute>()?.Name
        ?? throw new InvalidOperationException($"{type.Name} has no [EventName]."));
}

/// <summary>One consumer of one event type, with its types erased for the relay.</summary>
public sealed record EventSubscription(
    string EventName, string Consumer,
    Func<IServiceProvider, ModuleDb> Db,
    Func<IServiceProvider, string, Guid, CancellationToken, Task> Handle)
{
    internal static EventSubscription For<TEvent, THandler>()
        where TEvent : class
        where THandler : class, IEventHandler<TEvent> =>
        new(EventNames.Of<TEvent>(), typeof(THandler).FullName!,
            services => services.GetRequiredService<THandler>().Db,
            (services, payload, id, cancel) => services.GetRequiredService<THandler>().HandleAsync(
                JsonSerializer.Deserialize<TEvent>(payload, Json.Stored) ?? throw new JsonException("The event is null."), id, cancel));
}
