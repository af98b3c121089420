using System.Data.Common;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>
/// Reads what a module has in the database from the engine's catalogue: tables, columns with type, nullability and default, constraints, indexes, triggers,
/// functions. The migrator's own two tables are left out. LINQ has no catalogue.
/// </summary>
internal static class SchemaReader
{
    private const string PostgresSql =
        """
        WITH own AS (
          SELECT c.oid, c.relname, c.relkind, c.relpersistence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = @module AND c.relname NOT IN ('migrations', 'migration_log', 'migration_log_id_seq'))
        SELECT 'table', relname, CASE relkind WHEN 'v' THEN 'view ' || pg_get_viewdef(oid) WHEN 'm' THEN 'materialized view ' || pg_get_viewdef(oid)
            WHEN 'S' THEN 'sequence' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' ELSE 'table' END
            || CASE relpersistence WHEN 'u' THEN ' unlogged' ELSE '' END
          FROM own WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        UNION ALL
        SELECT 'column', o.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || l.collname ELSE '' END
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity' ELSE '' END
            || coalesce(CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated ' END || pg_get_expr(d.adbin, d.adrelid), '')
          FROM own o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_attrdef d ON d.adrelid = o.oid AND d.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
          WHERE o.relkind IN ('r', 'p', 'f')
        UNION ALL
        SELECT 'constraint', o.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
          FROM own o JOIN pg_constraint c ON c.conrelid = o.oid WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
        UNION ALL
        SELECT 'index', o.relname || '.' || c.relname, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
          FROM own o JOIN pg_index i ON i.indrelid = o.oid JOIN pg_class c ON c.oid = i.indexrelid WHERE o.relkind IN ('r', 'p', 'm')
        UNION ALL
        SELECT 'trigger', o.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' (' || t.tgenabled::text || ')' END
          FROM own o JOIN pg_trigger t ON t.tgrelid = o.oid WHERE NOT t.tgisinternal
        UNION ALL
        SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', coalesce(pg_get_function_result(p.oid), 'procedure') || ' ' || md5(p.prosrc)
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname = @module AND p.prokind IN ('f', 'p') AND p.proname <> 'keep_migration_log'
            AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
        UNION ALL
        SELECT 'type', t.typname, CASE t.typtype WHEN 'd' THEN 'domain ' || format_type(t.typbasetype, t.typtypmod) ELSE
            'enum ' || (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = @module AND t.typtype IN ('d', 'e')
        """;

    private const string SqliteSql =
        """
        WITH own AS MATERIALIZED (
          SELECT l.name AS name, l.type AS type, l.wr AS wr, l.strict AS strict FROM pragma_table_list l
          WHERE l.schema = 'main' AND l.type <> 'shadow' AND substr(l.name, 1, length(@module) + 1) = @module || '_'
            AND l.name NOT IN ('foundation_migrations', 'foundation_migration_log'))
        SELECT 'table', name, type || CASE wr WHEN 1 THEN ' without rowid' ELSE '' END || CASE strict WHEN 1 THEN ' strict' ELSE '' END FROM own
        UNION ALL
        SELECT 'layout', o.name, m.sql FROM own o JOIN sqlite_master m ON m.name = o.name AND m.type IN ('table', 'view')
        UNION ALL
        SELECT 'column', o.name || '.' || x.name, lower(x.type) || CASE x."notnull" WHEN 1 THEN ' not null' ELSE '' END
            || CASE WHEN x.pk > 0 THEN ' key ' || x.pk ELSE '' END || CASE WHEN x.hidden > 1 THEN ' generated' ELSE '' END || coalesce(' default ' || x.dflt_value, '')
          FROM own o JOIN pragma_table_xinfo(o.name) x WHERE o.type <> 'view'
        UNION ALL
        SELECT 'reference', o.name || '.' || group_concat(f."from", ','), f."table" || '(' || coalesce(group_concat(f."to", ','), '') || ') on update ' || f.on_update || ' on delete ' || f.on_delete
          FROM own o JOIN pragma_foreign_key_list(o.name) f GROUP BY o.name, f.id
        UNION ALL
        SELECT 'index', o.name || '.' || i.name, coalesce(m.sql, 'made for ' || i.origin || ' on ' || (SELECT group_concat(c.name, ',') FROM pragma_index_info(i.name) c))
          FROM own o JOIN pragma_index_list(o.name) i LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = i.name
        UNION ALL
        SELECT 'trigger', o.name || '.' || m.name, m.sql FROM own o JOIN sqlite_master m ON m.type = 'trigger' AND m.tbl_name = o.name
        """;

    /// <param name="module">Whose objects.</param>
    /// <param name="transaction">Ends after this: on PostgreSQL the search path is changed for its rest, so that definitions name every schema.</param>
    internal static async Task<SchemaSnapshot> ReadAsync(DbConnection connection, DbTransaction transaction, Engine engine, string module, CancellationToken cancel)
    {
        if (engine == Engine.Postgres) await connection.RunAsync(transaction, "SET LOCAL search_path = pg_catalog", cancel);
        var rows = await connection.ReadAsync(transaction, engine == Engine.Postgres ? PostgresSql : SqliteSql, cancel, ("module", module));
        var strip = module.Length + 1;
        return new SchemaSnapshot(rows.Select(r => engine == Engine.Postgres
            ? ((string)r[0]!, (string)r[1]!, (string)r[2]!)
            : ((string)r[0]!, ((string)r[1]!)[strip..], SqlScript.Normalize((string)r[2]!, engine))));
    }
}
