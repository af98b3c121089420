using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Sqlite;

/// <summary>Rows that point to rows that are not there: written by a tool without PRAGMA foreign_keys.</summary>
internal sealed class BrokenKeys(Storage storage) : SqliteCheck(storage)
{
    public override string Name => "foreign-keys";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await Storage.ReadAsync(
        """SELECT "table", "parent", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2""",
        r => Found(Severity.High, $"Rows of {r.GetString(0)} point to rows of {r.GetString(1)} that are not there.", $"{Figures.Number(r.GetInt64(2))} rows",
            $"PRAGMA foreign_key_check('{r.GetString(0)}'); then delete or mend those rows, or restore a backup"), cancel);
}

/// <summary>Foreign keys without an index: deleting what they point to reads the whole table while every writer waits.</summary>
internal sealed class UnindexedKeysOfSqlite(Storage storage) : SqliteCheck(storage)
{
    public override string Name => "unindexed-foreign-keys";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var keys = await Storage.ReadAsync("""
            SELECT m.name, f.id, f."table", f."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
            WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq
            """,
            r => (Table: r.GetString(0), Id: r.GetInt64(1), Parent: r.GetString(2), Column: r.GetString(3)), cancel);
        var indexes = (await Storage.ReadAsync("""
            SELECT m.name, l.name, i.seqno, i.name FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
            WHERE m.type = 'table' AND l.partial = 0 AND i.name IS NOT NULL
            """,
            r => (Table: r.GetString(0), Index: r.GetString(1), Place: r.GetInt64(2), Column: r.GetString(3)), cancel)).ToLookup(i => i.Table);
        // An INTEGER PRIMARY KEY, and that of a table WITHOUT ROWID, is the table itself and no index of its own.
        var primary = (await Storage.ReadAsync(
            "SELECT m.name, c.pk, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0",
            r => (Table: r.GetString(0), Place: r.GetInt64(1) - 1, Column: r.GetString(2)), cancel)).ToLookup(i => i.Table);
        return [.. keys.GroupBy(k => (k.Table, k.Id)).Where(key => !Covered(key.Select(k => k.Column).ToList(), key.Key.Table)).Select(key =>
            Found(Severity.Low, $"A foreign key of {key.Key.Table} to {key.First().Parent} has no index.", $"columns {string.Join(", ", key.Select(k => k.Column))}",
                $"CREATE INDEX {key.Key.Table}_{string.Join('_', key.Select(k => k.Column))} ON {key.Key.Table} ({string.Join(", ", key.Select(k => k.Column))});"))];

        bool Covered(List<string> columns, string table) =>
            indexes[table].GroupBy(i => i.Index).Select(i => i.Select(c => (c.Place, c.Column))).Append(primary[table].Select(c => (c.Place, c.Column)))
                .Any(index => index.OrderBy(c => c.Place).Take(columns.Count).Select(c => c.Column).Order(StringComparer.OrdinalIgnoreCase)
                    .SequenceEqual(columns.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase));
    }
}
