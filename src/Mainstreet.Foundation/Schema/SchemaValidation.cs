using System.Data.Common;
using System.Globalization;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>What the engine itself can say against a schema: indexes that no query uses, constraints that hold for new rows only, rows without their parents.</summary>
internal static class SchemaValidation
{
    private const string InvalidIndexes =
        """
        SELECT n.nspname || '.' || c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND n.nspname = ANY (@modules) ORDER BY 1
        """;

    private const string NotValidated =
        """
        SELECT n.nspname || '.' || t.relname || '.' || c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE NOT c.convalidated AND n.nspname = ANY (@modules) ORDER BY 1
        """;

    /// <param name="modules">Whose schemas to look at, on PostgreSQL; the checks of SQLite are of the whole file.</param>
    /// <param name="atHead">Between two steps of an expansion a constraint may be NOT VALID; at head none.</param>
    internal static async Task<IReadOnlyList<string>> FindAsync(DbConnection connection, Engine engine, IEnumerable<string> modules, bool atHead, CancellationToken cancel)
    {
        if (engine == Engine.Sqlite) return [.. await OrphansAsync(connection, null, cancel), .. await DamageAsync(connection, cancel)];
        var names = modules.ToArray();
        var indexes = await connection.ReadAsync(null, InvalidIndexes, cancel, ("modules", names));
        var constraints = atHead ? await connection.ReadAsync(null, NotValidated, cancel, ("modules", names)) : [];
        return
        [
            .. indexes.Select(r => $"{r[0]}: index is invalid: drop it and build it again"),
            .. constraints.Select(r => $"{r[0]}: constraint is NOT VALID: rows from before it may break it"),
        ];
    }

    /// <summary>SQLite: rows whose parent is missing, a line for each table.</summary>
    internal static async Task<IReadOnlyList<string>> OrphansAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        var rows = await connection.ReadAsync(transaction, "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2", cancel);
        return [.. rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r[0]}: {r[2]} rows point to rows of {r[1]} that do not exist"))];
    }

    private static async Task<IEnumerable<string>> DamageAsync(DbConnection connection, CancellationToken cancel)
    {
        var rows = await connection.ReadAsync(null, "PRAGMA quick_check(10)", cancel);
        return rows.Select(r => (string)r[0]!).Where(line => line != "ok").Select(line => $"the file is damaged: {line}");
    }
}
