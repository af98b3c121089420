using System.Data.Common;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mainstreet.Foundation.Tests.Schema;

/// <summary>A module of a few migrations given in code, on a database that was empty.</summary>
internal sealed class SmallModule : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private SmallModule(TestDatabase database) => _database = database;

    internal Engine Engine => _database.Engine;

    internal string Log => _database.Storage.Table("foundation", "migration_log");

    internal string Applied => _database.Storage.Table("foundation", "migrations");

    internal static async Task<SmallModule> CreateAsync(Engine engine) => new(await TestDatabase.CreateEmptyAsync(engine));

    /// <summary>A table of the module <c>m</c>.</summary>
    internal string Table(string name) => _database.Storage.Table("m", name);

    internal Migrator Migrator(params Migration[] migrations) => Migrator(("m", migrations));

    internal Migrator Migrator(ILogger<Migrator> log, params Migration[] migrations) =>
        new(_database.OpenStorage(), [new MigrationSource("m", migrations)], TimeProvider.System, log);

    internal Task<DbConnection> OpenAsync() => _database.Storage.OpenAsync(CancellationToken.None);

    internal Migrator Migrator(params (string Module, Migration[] Migrations)[] modules) =>
        new(_database.OpenStorage(), [.. modules.Select(m => new MigrationSource(m.Module, m.Migrations))], TimeProvider.System, NullLogger<Migrator>.Instance);

    /// <summary>1: table <c>a</c> with an index; 2: a column and table <c>b</c>, which refers to <c>a</c>.</summary>
    internal Migration[] Two()
    {
        var schema = Engine == Engine.Postgres ? ("CREATE SCHEMA m;", "DROP SCHEMA m;") : ("", "");
        return
        [
            new("m", 1, "first", $"{schema.Item1} CREATE TABLE {Table("a")} (id integer PRIMARY KEY, note text NOT NULL DEFAULT 'x', CHECK (note <> ''));\nCREATE INDEX m_a_note ON {Table("a")} (note);",
                $"DROP TABLE {Table("a")}; {schema.Item2}"),
            new("m", 2, "second", $"ALTER TABLE {Table("a")} ADD COLUMN more text;\nCREATE TABLE {Table("b")} (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES {Table("a")} (id));",
                $"DROP TABLE {Table("b")}; ALTER TABLE {Table("a")} DROP COLUMN more;"),
        ];
    }

    internal async Task RunAsync(string sql)
    {
        await using var connection = await _database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<long> CountAsync(string sql)
    {
        await using var connection = await _database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
