using System.Data.Common;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Offers;

using Npgsql;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// The two reads that everybody makes at once: a ticket by its id, and a contractor's look at an offered one. LINQ's materialisation and its
/// context cost more than the statements themselves (bench/results, trades-speed), so these go by hand; a test compares the first with
/// <see cref="TicketView.Projection"/>.
/// </summary>
internal sealed class TicketReader(Storage storage)
{
    private readonly string _ticket = $"""
        SELECT number, status, title, description, lat, lon, address, priority, category, confidence, category_source, uncertain,
          business_id, tenant_id, agent_id, contractor_id, property_id, escalated, try, wave, estimate_min, estimate_max, price, currency,
          start_by, accepted_at, started_at, completed_at, completion_note, closed_at, stars, comment, version, created_at, updated_at
        FROM {storage.Table("trades", "tickets")} WHERE id = @id
        """;

    private readonly string _look = $"""
        SELECT t.status, t.contractor_id, t.try, c.id, o.state, o.try, o.expires_at
        FROM {storage.Table("trades", "offers")} o
        JOIN {storage.Table("trades", "contractors")} c ON c.id = o.contractor_id
        JOIN {storage.Table("trades", "tickets")} t ON t.id = o.ticket_id
        WHERE o.ticket_id = @ticket AND c.account_id = @account
        ORDER BY o.try DESC LIMIT 1
        """;

    /// <summary>The ticket, or <c>null</c> when there is none.</summary>
    internal async Task<TicketView?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = _ticket;
        Add(command, "id", id);
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? Materialise(id, row) : null;
    }

    /// <summary>The latest offer of the ticket to the account's contractor, or <c>null</c> when there never was one.</summary>
    internal async Task<OfferLook?> LookAsync(Guid ticketId, Guid accountId, CancellationToken cancel)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = _look;
        Add(command, "ticket", ticketId);
        Add(command, "account", accountId);
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new OfferLook(
                Names<TicketStatus>.Read(row.GetString(0)), Id(row, 1), row.GetInt32(2), row.GetGuid(3), Names<OfferState>.Read(row.GetString(4)), row.GetInt32(5),
                Instant(row, 6))
            : null;
    }

    private void Add(DbCommand command, string name, Guid value)
    {
        if (storage.Engine == Engine.Postgres)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid>(name, value));
            return;
        }

        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private TicketView Materialise(Guid id, DbDataReader row)
    {
        var currency = row.GetString(23);
        return new TicketView(
            id, row.GetInt64(0), Names<TicketStatus>.Read(row.GetString(1)), row.GetString(2), row.GetString(3), new GeoPoint(row.GetDouble(4), row.GetDouble(5)),
            Text(row, 6), Names<TicketPriority>.Read(row.GetString(7)),
            new TradeView(Names<TradeCategory>.Read(row.GetString(8)), row.GetDouble(9), Names<CategorySource>.Read(row.GetString(10)), row.GetBoolean(11)),
            row.GetGuid(12), Id(row, 13), Id(row, 14), Id(row, 15), Id(row, 16), row.GetBoolean(17), row.GetInt32(18), row.GetInt32(19),
            row.IsDBNull(20) || row.IsDBNull(21) ? null : new Estimate(new Money(row.GetInt64(20), currency), new Money(row.GetInt64(21), currency)),
            row.IsDBNull(22) ? null : new Money(row.GetInt64(22), currency),
            MaybeInstant(row, 24), MaybeInstant(row, 25), MaybeInstant(row, 26), MaybeInstant(row, 27), Text(row, 28), MaybeInstant(row, 29),
            row.IsDBNull(30) ? null : row.GetInt32(30), Text(row, 31), row.GetInt32(32), Instant(row, 33), Instant(row, 34));
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid? Id(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private DateTimeOffset? MaybeInstant(DbDataReader row, int column) => row.IsDBNull(column) ? null : Instant(row, column);

    private DateTimeOffset Instant(DbDataReader row, int column) => storage.Engine == Engine.Sqlite
        ? Instants.FromMicroseconds(row.GetInt64(column))
        : new DateTimeOffset(row.GetDateTime(column), TimeSpan.Zero);

    /// <summary>Enum members by the name they are stored under.</summary>
    private static class Names<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<string, T> ByName = Enum.GetValues<T>().ToDictionary(v => v.ToString(), StringComparer.Ordinal);

        internal static T Read(string name) => ByName[name];
    }
}

/// <summary>What a look at a ticket says about one contractor's accept, before anything is locked.</summary>
internal sealed record OfferLook(TicketStatus Status, Guid? HolderId, int Try, Guid ContractorId, OfferState State, int OfferTry, DateTimeOffset ExpiresAt);
