using System.Globalization;

namespace Mainstreet.Foundation.Backups;

/// <summary>Keys of the file store that the database's rows name now.</summary>
internal static class LiveKeys
{
    internal static async Task<IReadOnlySet<string>> ReadAsync(DatabasePlace place, IEnumerable<FileColumn> columns, CancellationToken cancel)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await using var connection = await place.OpenAloneAsync(cancel);
        foreach (var column in columns)
        {
            await using var command = connection.CreateCommand();
            command.CommandTimeout = 0;
            command.CommandText = place.Engine == Data.Engine.Postgres
                ? $"SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('{column.Module}.{column.Table}') AND attname = '{column.Column}' AND NOT attisdropped"
                : $"SELECT count(*) FROM pragma_table_info('{column.Module}_{column.Table}') WHERE name = '{column.Column}'";
            // A module's tables may not be there yet.
            if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture) == 0) continue;
            command.CommandText = $"SELECT DISTINCT {column.Column} FROM {place.Storage.Table(column.Module, column.Table)} WHERE {column.Column} IS NOT NULL";
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel)) keys.Add(reader.GetString(0));
        }

        return keys;
    }
}
