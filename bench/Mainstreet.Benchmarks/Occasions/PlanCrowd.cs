using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Time;

using Npgsql;

using NpgsqlTypes;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>Recipients all over the world, fixed by their seed: a birthday each, an anniversary for three in ten.</summary>
internal static class PlanCrowd
{
    private const string Columns =
        "id, business_id, first_name, last_name, birthday, birthday_day, anniversary, anniversary_day, time_zone, channels, version, created_at, updated_at";

    public static async Task FillAsync(Storage storage, int count, int businesses, bool sameDay, DateTimeOffset now)
    {
        if (storage.Engine == Engine.Postgres) await FillPostgresAsync(storage, count, businesses, sameDay, now);
        else await FillSqliteAsync(storage, count, businesses, sameDay, now);
    }

    private static IEnumerable<object?[]> People(int count, int businesses, bool sameDay, DateTimeOffset now)
    {
        var random = new Random(1);
        var owners = Enumerable.Range(0, businesses).Select(i => Guid.CreateVersion7(now.AddSeconds(-i))).ToArray();
        for (var i = 0; i < count; i++)
        {
            var birthday = sameDay ? new DateOnly(1990, 5, 3) : new DateOnly(1950, 1, 1).AddDays(random.Next(20_000));
            DateOnly? anniversary = sameDay || random.Next(10) >= 3 ? null : new DateOnly(1990, 1, 1).AddDays(random.Next(12_000));
            yield return
            [
                Guid.CreateVersion7(now.AddDays(-300).AddMilliseconds(i)), owners[random.Next(businesses)], "Ada", "Byron",
                birthday.ToString("O", CultureInfo.InvariantCulture), birthday.Month * 100 + birthday.Day, anniversary?.ToString("O", CultureInfo.InvariantCulture), anniversary is { } a ? a.Month * 100 + a.Day : null,
                Zones.Ids[random.Next(Zones.Ids.Count)], "", 1, now.AddDays(-300), now.AddDays(-300),
            ];
        }
    }

    private static async Task FillPostgresAsync(Storage storage, int count, int businesses, bool sameDay, DateTimeOffset now)
    {
        NpgsqlDbType[] types =
        [
            NpgsqlDbType.Uuid, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Integer,
            NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.TimestampTz, NpgsqlDbType.TimestampTz,
        ];
        await using var connection = await storage.Postgres.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY occasions.recipients ({Columns}) FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in People(count, businesses, sameDay, now))
            {
                await copy.StartRowAsync();
                for (var i = 0; i < row.Length; i++)
                {
                    if (row[i] is null) await copy.WriteNullAsync();
                    else await copy.WriteAsync(row[i] is DateTimeOffset at ? at.UtcDateTime : row[i]!, types[i]);
                }
            }

            await copy.CompleteAsync();
        }

        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE occasions.recipients", connection) { CommandTimeout = 600 };
        await vacuum.ExecuteNonQueryAsync();
    }

    private static async Task FillSqliteAsync(Storage storage, int count, int businesses, bool sameDay, DateTimeOffset now)
    {
        await using var connection = await storage.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"INSERT INTO occasions_recipients ({Columns}) VALUES ({string.Join(", ", Columns.Split(", ").Select(c => "$" + c))})";
        foreach (var column in Columns.Split(", "))
        {
            var parameter = insert.CreateParameter();
            parameter.ParameterName = "$" + column;
            insert.Parameters.Add(parameter);
        }

        foreach (var row in People(count, businesses, sameDay, now))
        {
            for (var i = 0; i < row.Length; i++)
                insert.Parameters[i].Value = row[i] switch { null => DBNull.Value, DateTimeOffset at => at.ToMicroseconds(), var value => value };
            await insert.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
        await using var analyze = connection.CreateCommand();
        analyze.CommandText = "ANALYZE";
        await analyze.ExecuteNonQueryAsync();
    }
}
