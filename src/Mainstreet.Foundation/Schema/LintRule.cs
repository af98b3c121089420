using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>
/// What the engines' documentation says about locks and rewrites (PostgreSQL: ALTER TABLE, CREATE INDEX, Explicit Locking; SQLite: ALTER TABLE), as
/// patterns over a statement's shape; an ALTER TABLE of several parts is looked at part by part. A match does not prove harm, and harm that no rule names is possible.
/// </summary>
internal sealed class LintRule
{
    private const string Table = @"(?:if exists )?(?:only )?(?<table>[a-z0-9_.""]+)";
    private const string Alter = $"^alter table {Table} ";
    private const string AddColumn = $@"{Alter}add (?:column )?(?:if not exists )?(?!constraint\b|check\b|foreign\b|primary\b|unique\b|exclude\b)";
    private const string AddNamed = $@"{Alter}add (?:constraint [a-z0-9_""]+ )?";
    private const string Later = "the release before may use it, and its data is lost: drop it one release after its last use";

    private readonly Regex _pattern;
    private readonly Regex? _unless;

    private LintRule(string name, Engine? engine, string pattern, string? unless, string advice)
    {
        (Name, Engine, Advice) = (name, engine, advice);
        _pattern = new Regex(pattern, RegexOptions.CultureInvariant);
        _unless = unless is null ? null : new Regex(unless, RegexOptions.CultureInvariant);
    }

    /// <summary>As an exception in the file names it.</summary>
    internal string Name { get; }

    /// <summary>Where it holds; null on both.</summary>
    internal Engine? Engine { get; }

    /// <summary>What is wrong and what to write instead.</summary>
    internal string Advice { get; }

    internal static IReadOnlyList<LintRule> All { get; } =
    [
        Postgres("index-blocks", @"^create (?:unique )?index (?!concurrently\b)(?:.*? )?on " + Table, null,
            "blocks every writer of the table while it is built: CREATE INDEX CONCURRENTLY IF NOT EXISTS in a file that opens with '-- no transaction'"),
        Postgres("index-blocks", @"^drop index (?!concurrently\b)", null,
            "waits for everybody at the table and blocks who comes after: DROP INDEX CONCURRENTLY IF EXISTS in a file that opens with '-- no transaction'"),
        Postgres("index-blocks", @"^reindex\b", @"\bconcurrently\b", "blocks writers: REINDEX ... CONCURRENTLY, by hand and not in a migration"),
        Both("add-column-not-null", AddColumn + @".*\bnot null\b", @"\b(?:default|generated|(?:small|big)?serial)\b",
            "fails where there are rows, and the release before does not fill it: give it a default or allow null"),
        Postgres("add-column-rewrites", AddColumn + @".*(?:\bgenerated\b|\b(?:small|big)?serial\b|\bdefault .*\b(?:gen_random_uuid|uuid_generate_\w+|uuidv[47]|random|clock_timestamp|timeofday|nextval)\s?\()", null,
            "rewrites the table under a lock: add the column empty, set the default, fill in batches"),
        Postgres("add-column-constraint", AddColumn + @".*\b(?:unique|primary key|references|check)\b", null,
            "reads the table or builds an index under a lock: add the column bare, the constraint NOT VALID, and validate in a later step"),
        Postgres("set-not-null", Alter + @"alter .*\bset not null\b", null,
            "reads the whole table under a lock: CHECK (column IS NOT NULL) NOT VALID first, validate in a later step, then set it"),
        Postgres("type-change", Alter + @"alter (?:column )?[a-z0-9_""]+ (?:set data )?type\b", null,
            "rewrites the table under a lock and breaks the release before: add a new column and fill it"),
        Postgres("add-constraint", AddNamed + @"(?:check|foreign key|exclude)\b", @"\bnot valid$", "reads the table under a lock: NOT VALID, and VALIDATE CONSTRAINT in a later step"),
        Postgres("add-key", AddNamed + @"(?:unique|primary key)\b", @"(?:unique|primary key) using index\b", "builds an index under a lock: build it CONCURRENTLY first, then add the constraint USING INDEX"),
        Both("drop", $"^drop (?:table|schema|(?:materialized )?view|sequence|type|domain) {Table}", null, Later),
        Both("drop", Alter + @"drop (?!constraint\b)(?:column )?[a-z0-9_""]+", null, Later),
        Both("rename", $@"^alter (?:table|index|(?:materialized )?view|schema|sequence|type) {Table} (?:rename|set schema)\b", null, "the release before knows the old name: add the new one beside it"),
        Postgres("lock", $"^lock (?:table )?{Table}", null, "stops everybody who needs the table"),
        Both("rewrite", @"^(?:vacuum|cluster)\b", null, "rewrites what nobody may read meanwhile: run it by hand, in a quiet hour"),
        Postgres("rewrite", Alter + @"set (?:logged|unlogged|tablespace|access method)\b", null, "rewrites the table while nobody may read it"),
        Both("whole-table", @"^(?:update|delete from) (?:or [a-z]+ )?" + Table, @"\bwhere\b", "writes every row in one transaction: fill in batches, or say why the table is small"),
        Both("drop", $"^truncate (?:table )?{Table}", null, "loses what is in the table"),
        new("writable-schema", Data.Engine.Sqlite, @"^pragma .*writable_schema", null, "edits the catalogue behind the engine's back"),
    ];

    /// <summary>The table that a statement makes, if it is one that makes a table.</summary>
    internal static Regex Makes { get; } = new(@"^create (?:unlogged |virtual |temp(?:orary)? )*table (?:if not exists )?(?<table>[a-z0-9_.""]+)", RegexOptions.CultureInvariant);

    /// <summary>Whether it finds something in the shape at a table that the file did not make itself.</summary>
    internal bool Finds(string shape, IReadOnlySet<string> made)
    {
        var match = _pattern.Match(shape);
        return match.Success && _unless?.IsMatch(shape) is not true && !made.Contains(match.Groups["table"].Value);
    }

    private static LintRule Both(string name, string pattern, string? unless, string advice) => new(name, null, pattern, unless, advice);

    private static LintRule Postgres(string name, string pattern, string? unless, string advice) => new(name, Data.Engine.Postgres, pattern, unless, advice);
}
