using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Schema;

[Trait("kind", "unit")]
public sealed class MigrationLintTests
{
    public static TheoryData<string, Engine, string> Planted { get; } = new()
    {
        { "index-blocks", Engine.Postgres, "CREATE UNIQUE INDEX i ON s.t (a)" },
        { "index-blocks", Engine.Postgres, "create index on s.t (a)" },
        { "index-blocks", Engine.Postgres, "DROP INDEX s.i" },
        { "index-blocks", Engine.Postgres, "REINDEX TABLE s.t" },
        { "add-column-not-null", Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a text NOT NULL" },
        { "add-column-not-null", Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a numeric(10, 2) DEFAULT 0, ADD b text NOT NULL" },
        { "add-column-not-null", Engine.Sqlite, "ALTER TABLE s_t ADD a TEXT NOT NULL" },
        { "add-column-rewrites", Engine.Postgres, "ALTER TABLE s.t ADD a uuid NOT NULL DEFAULT gen_random_uuid()" },
        { "add-column-rewrites", Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a bigserial" },
        { "add-column-rewrites", Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED" },
        { "add-column-constraint", Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a uuid REFERENCES s.u (id)" },
        { "set-not-null", Engine.Postgres, "ALTER TABLE s.t ALTER COLUMN a SET NOT NULL" },
        { "type-change", Engine.Postgres, "ALTER TABLE s.t ALTER a TYPE bigint" },
        { "type-change", Engine.Postgres, "ALTER TABLE ONLY s.t ALTER COLUMN a SET DATA TYPE bigint USING a::bigint" },
        { "add-constraint", Engine.Postgres, "ALTER TABLE s.t ADD CONSTRAINT c CHECK (a IN ('NOT VALID', 'b'))" },
        { "add-constraint", Engine.Postgres, "ALTER TABLE s.t ADD FOREIGN KEY (a) REFERENCES s.u (id)" },
        { "add-key", Engine.Postgres, "ALTER TABLE s.t ADD CONSTRAINT c UNIQUE (a)" },
        { "drop", Engine.Postgres, "DROP TABLE IF EXISTS s.t" },
        { "drop", Engine.Postgres, "ALTER TABLE s.t ADD b int, DROP COLUMN a" },
        { "drop", Engine.Postgres, "TRUNCATE s.t" },
        { "drop", Engine.Sqlite, "DROP TABLE s_t" },
        { "drop", Engine.Sqlite, "ALTER TABLE s_t DROP COLUMN a" },
        { "rename", Engine.Postgres, "ALTER TABLE s.t RENAME a TO b" },
        { "rename", Engine.Sqlite, "ALTER TABLE \"s_t\" RENAME TO s_u" },
        { "lock", Engine.Postgres, "LOCK TABLE s.t IN EXCLUSIVE MODE" },
        { "rewrite", Engine.Postgres, "VACUUM FULL s.t" },
        { "rewrite", Engine.Postgres, "ALTER TABLE s.t SET UNLOGGED" },
        { "rewrite", Engine.Sqlite, "VACUUM" },
        { "whole-table", Engine.Postgres, "UPDATE s.t SET a = 'x where y'" },
        { "whole-table", Engine.Sqlite, "DELETE FROM s_t" },
        { "writable-schema", Engine.Sqlite, "PRAGMA writable_schema = 1" },
        { "concurrently-in-transaction", Engine.Postgres, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a)" },
        { "no-transaction", Engine.Postgres, "-- no transaction\nUPDATE s.t SET a = 1 WHERE b" },
        { "no-transaction", Engine.Sqlite, "-- no transaction\nSELECT 1" },
        { "wrong-allow", Engine.Postgres, "-- lint: allow drop: it was never used\nSELECT 1" },
        { "wrong-allow", Engine.Postgres, "-- lint: allow drop\nSELECT 1" },
    };

    [Theory, MemberData(nameof(Planted))]
    public void A_planted_statement_is_found(string rule, Engine engine, string sql)
    {
        var findings = MigrationLint.Check($"CREATE TABLE s.other (id int);\n{sql};\n", engine);
        if (sql.StartsWith("-- no", StringComparison.Ordinal)) findings = MigrationLint.Check(sql, engine);
        findings.Select(f => f.Rule).ShouldBe([rule]);
        findings[0].Line.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Every_rule_has_its_planted_statement() =>
        Planted.Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal).ShouldBe(MigrationLint.Rules);

    [Theory]
    [InlineData(Engine.Postgres, "CREATE TABLE s.t (a int NOT NULL); CREATE INDEX i ON s.t (a); UPDATE s.t SET a = 1; ALTER TABLE s.t RENAME a TO b")]
    [InlineData(Engine.Postgres, "ALTER TABLE s.t ADD COLUMN a int NOT NULL DEFAULT 0, ADD b timestamptz DEFAULT now(), ALTER c DROP DEFAULT, ALTER c DROP NOT NULL")]
    [InlineData(Engine.Postgres, "ALTER TABLE s.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES s.u (id) NOT VALID; ALTER TABLE s.t VALIDATE CONSTRAINT d")]
    [InlineData(Engine.Postgres, "ALTER TABLE s.t ADD CONSTRAINT c PRIMARY KEY USING INDEX i; INSERT INTO s.t VALUES ('DROP TABLE x') ON CONFLICT (a) DO UPDATE SET a = 1")]
    [InlineData(Engine.Postgres, "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a); ALTER TABLE s.t VALIDATE CONSTRAINT c; DROP INDEX CONCURRENTLY IF EXISTS s.j")]
    [InlineData(Engine.Postgres, "CREATE FUNCTION s.f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE s.t; END $$")]
    [InlineData(Engine.Postgres, "-- why\n-- lint: allow drop: no release used it\nDROP TABLE s.t")]
    [InlineData(Engine.Sqlite, "CREATE INDEX i ON s_t (a); ALTER TABLE s_t ADD a TEXT; UPDATE s_t SET a = 1 WHERE b; CREATE TRIGGER g AFTER INSERT ON s_t BEGIN DELETE FROM s_u; END")]
    public void What_is_harmless_or_justified_is_let_through(Engine engine, string sql) => MigrationLint.Check(sql, engine).ShouldBeEmpty();

    [Fact]
    public void An_exception_may_be_justified_after_the_release()
    {
        var released = new Migration("s", 1, "x", "SELECT 1;\nDROP TABLE s.t;\n", "");
        var justified = new Migration("s", 1, "x", "SELECT 1;\n-- lint: allow drop: nobody uses it\nDROP TABLE s.t;\n", "");
        justified.Checksum.ShouldBe(released.Checksum);
        new Migration("s", 1, "x", "SELECT 1;\n-- a word\nDROP TABLE s.t;\n", "").Checksum.ShouldNotBe(released.Checksum);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public void No_migration_of_this_program_has_a_finding(Engine engine)
    {
        var migrations = MainstreetHost.MigrationSources().SelectMany(s => s.Load(engine)).ToList();
        migrations.Count.ShouldBeGreaterThan(20);
        migrations.SelectMany(m => MigrationLint.Check(m.Up, engine).Select(f => $"{m.Module}/{m.Number:D4} line {f.Line}: {f.Rule}: {f.Statement}")).ShouldBeEmpty();
    }
}
