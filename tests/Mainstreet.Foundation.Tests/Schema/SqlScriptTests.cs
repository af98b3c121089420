using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Schema;

using Microsoft.Data.Sqlite;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Schema;

[Trait("kind", "unit")]
public sealed class SqlScriptTests
{
    private static readonly string[] Pieces =
    [
        "'", "''", "'a;b'", "\"", "\"x;y\"", "--", "-- c;\n", "\n", " ", "/*", "*/", "/* ; */", "$$", "$t$", "$1", "E'", "\\'", "e", ";", ";", ";", "(", ")", "(a;b)",
        "a", "b1", "é", "select 1", "`", "[", "]", "- -", "/", "*", "$",
    ];

    private static readonly string[] Statements =
    [
        "select 1", "select ';', \";\", [;], `;`", "create table t (a text default 'x;y', -- a;b\n b)", "insert into t values ('it''s; so')", "select /* ;\n ; */ 2", "",
        "create trigger g after insert on t begin update t set a = 1; delete from t; end",
        "CREATE TEMP TRIGGER g AFTER INSERT ON t WHEN CASE WHEN 1 THEN 2 ELSE 3 END BEGIN SELECT CASE WHEN ';' THEN 1 END; END",
        "create table begin_end (\"end\" text)", "-- only a note;", "select 'é;'",
    ];

    [Fact]
    public void PostgreSQLs_statements_are_those_of_a_slow_reader()
    {
        var texts = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), sql => Texts(sql, Engine.Postgres).SequenceEqual(SlowReader.Split(sql)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(30));
    }

    [Fact]
    public void SQLites_statements_end_where_SQLite_says_that_they_are_complete()
    {
        using var library = new SqliteConnection("Data Source=:memory:");
        library.Open();
        var scripts = Gen.Elements(Statements).ArrayOf().Select(parts => string.Concat(parts.Select(p => p + (p.Contains("-- only", StringComparison.Ordinal) ? "\n" : ";") + "\n")));
        Prop.ForAll(scripts.ToArbitrary(), sql => SqlScript.Split(sql, Engine.Sqlite).Select(s => SqlScript.Normalize(s.Text, Engine.Sqlite))
                .SequenceEqual(Complete(sql).Select(s => SqlScript.Normalize(s, Engine.Sqlite).TrimEnd(';', ' ')).Where(s => s.Length > 0)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(12));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public void Every_character_is_in_one_token_whatever_the_text(Engine engine)
    {
        var texts = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), sql => string.Concat(SqlTokens.Of(sql, engine).Select(t => sql.Substring(t.Start, t.Length))) == sql)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    [Fact]
    public void A_body_with_statements_of_its_own_stays_whole()
    {
        const string Script =
            """
            -- first note
            CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
            CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b);

            SELECT 3
            """;
        var statements = SqlScript.Split(Script, Engine.Postgres);
        statements.Select(s => s.Line).ShouldBe([2, 3, 5]);
        statements[0].Notes.ShouldBe(["first note"]);
        statements[2].Text.ShouldBe("SELECT 3");
    }

    [Fact]
    public void The_shape_is_without_comments_layout_and_literals()
    {
        SqlScript.Split("ALTER  TABLE \"t\" /* why */\n ADD x TEXT DEFAULT 'NOT NULL'", Engine.Postgres).Single().Shape.ShouldBe("alter table t add x text default ''");
        SqlScript.Normalize("create table t ( a text  default 'x , y', -- b\n c )", Engine.Sqlite).ShouldBe("create table t(a text default 'x , y',c)");
    }

    private static IEnumerable<string> Texts(string sql, Engine engine) => SqlScript.Split(sql, engine).Select(s => s.Text);

    // The engine's own function, asked anew at every semicolon.
    private static IEnumerable<string> Complete(string sql)
    {
        var start = 0;
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] != ';' || SQLitePCL.raw.sqlite3_complete(sql[start..(i + 1)]) == 0) continue;
            yield return sql[start..(i + 1)];
            start = i + 1;
        }

        yield return sql[start..];
    }
}
