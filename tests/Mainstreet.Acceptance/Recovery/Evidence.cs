using System.Globalization;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Testing;

using Shouldly;

namespace Mainstreet.Acceptance.Recovery;

/// <summary>What the database itself says, whatever the program answers.</summary>
internal static class Evidence
{
    internal static async Task<long> CountAsync(this TestDatabase database, string sql)
    {
        await using var connection = await database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    internal static async Task<List<string>> ReadAsync(this TestDatabase database, string sql)
    {
        await using var connection = await database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>Waits until every event was relayed.</summary>
    internal static Task RelayedAsync(this TestDatabase database) => Person.UntilAsync(
        async () => await database.CountAsync($"SELECT count(*) FROM {database.Table("outbox")}") == 0, TimeSpan.FromSeconds(60));

    /// <summary>The live feed tells each act of the history once, in its order, offsets have no gap, and nothing is dead.</summary>
    internal static async Task FeedAgreesAsync(this TestDatabase database, Guid ticketId, IEnumerable<string> history)
    {
        var feed = (await database.ReadAsync(
            $"""SELECT "offset", type FROM {database.Table("live_events")} WHERE topic = 'ticket:{ticketId}' ORDER BY "offset" """)).Select(r => r.Split('|')).ToList();
        feed.Select(r => r[1]).ShouldBe(history);
        feed.Select(r => int.Parse(r[0], CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(1, feed.Count));
        (await database.CountAsync($"SELECT count(*) FROM (SELECT topic, event_id FROM {database.Table("live_events")} GROUP BY topic, event_id HAVING count(*) > 1) d")).ShouldBe(0);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("outbox_dead")}")).ShouldBe(0);
    }

    internal static string Table(this TestDatabase database, string name) => database.Storage.Table("foundation", name);

    internal static string Trades(this TestDatabase database, string name) => database.Storage.Table("trades", name);

    /// <summary>Per contractor, by distance: received, accepted, open, active, separated by commas.</summary>
    internal static async Task<string[]> CountersAsync(this TestDatabase database) =>
        [.. (await database.ReadAsync($"SELECT offers_received, offers_accepted, open_offers, active_jobs FROM {database.Trades("contractors")} ORDER BY lat")).Select(r => r.Replace('|', ','))];
}
