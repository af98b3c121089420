using System.Text.Json;

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Events;

/// <summary>
/// What the broker carries of events: not the events, but that an aggregate has some. Who gets the ticket reads the rows, so
/// a ticket that comes twice, late or after its rows are gone does no harm, and neither does one that is lost.
/// </summary>
/// <param name="Key">The aggregate.</param>
/// <param name="Attempts">Failed deliveries of the first row when the ticket was written; when the row has more, the ticket is stale.</param>
/// <param name="Ids">Rows, in order.</param>
internal sealed record EventTicket(string Key, int Attempts, long[] Ids)
{
    /// <summary>Queue of messages that each hold a list of tickets, as JSON.</summary>
    internal const string Queue = "events";

    /// <summary>A message never holds more: the broker passes it on as a whole.</summary>
    private const int MostInMessage = 16;

    /// <summary>Longest message: 16 tickets, keys of some hundred characters, ids. A key with very many rows has a message to itself.</summary>
    private const int MostIdsInTicket = 500;

    /// <summary>Messages for the rows. Few aggregates travel alone and reach many workers; many travel together and cost less.</summary>
    internal static List<ReadOnlyMemory<byte>> Write(IEnumerable<OutboxRow> rows)
    {
        var tickets = rows.GroupBy(r => r.Key, StringComparer.Ordinal)
            .Select(g => new EventTicket(g.Key, g.First().Attempts, [.. g.Take(MostIdsInTicket).Select(r => r.Id)])).ToList();
        return [.. tickets.Chunk(Math.Clamp(tickets.Count / MostInMessage, 1, MostInMessage))
            .Select(chunk => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(chunk, Json.Stored))];
    }

    internal static EventTicket[] Read(WorkItem item) =>
        JsonSerializer.Deserialize<EventTicket[]>(item.Body.Span, Json.Stored) ?? throw new JsonException("The tickets are null.");
}
