using System.Data.Common;
using System.Globalization;

using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Contract;

[Trait("kind", "db")]
public sealed class SchemaTests
{
    [Theory, EachEngine]
    public async Task What_EF_maps_is_what_the_migrations_made(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var wrong = new List<string>();
        await using var scope = app.Host.Services.CreateAsyncScope();
        var contexts = AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name!.StartsWith("Mainstreet", StringComparison.Ordinal))
            .SelectMany(a => a.GetTypes()).Where(t => t is { IsAbstract: false, IsClass: true } && t.IsAssignableTo(typeof(ModuleDb)))
            .Select(t => scope.ServiceProvider.GetService(t)).OfType<ModuleDb>().ToList();
        contexts.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var entity in contexts.SelectMany(c => c.Model.GetEntityTypes()))
        {
            if (entity.GetTableName() is not { } table) continue;
            var store = StoreObjectIdentifier.Table(table, entity.GetSchema());
            var columns = await ColumnsAsync(app.Database, engine, entity.GetSchema(), table);
            if (columns.Count == 0) wrong.Add($"{entity.Name}: there is no table {store.DisplayName()}");
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnName(store) is not { } name || columns.Count == 0) continue;
                if (!columns.TryGetValue(name, out var column)) wrong.Add($"{store.DisplayName()}.{name} is mapped and does not exist");
                else if (column.Nullable != property.IsColumnNullable(store)) wrong.Add($"{store.DisplayName()}.{name}: null is {(column.Nullable ? "allowed" : "refused")} by the database, not by the model");
                else if (engine == Engine.Postgres && !Same(column.Type, property.GetColumnType(store))) wrong.Add($"{store.DisplayName()}.{name} is {column.Type}, mapped as {property.GetColumnType(store)}");
            }

            foreach (var (name, column) in columns.Where(c => !entity.GetProperties().Any(p => p.GetColumnName(store) == c.Key)))
            {
                if (column is { Nullable: false, HasDefault: false }) wrong.Add($"{store.DisplayName()}.{name} is required and not mapped");
            }
        }

        wrong.Distinct().ShouldBeEmpty(string.Join("\n", wrong.Distinct()));
    }

    [Theory, EachEngine]
    public async Task Migrations_go_down_and_up_again(Engine engine)
    {
        var sources = MainstreetHost.MigrationSources();
        await using var database = await TestDatabase.CreateAsync(engine, sources);
        var migrator = new Migrator(database.Storage, sources, TimeProvider.System, NullLogger<Migrator>.Instance);
        var before = await ObjectsAsync(database, engine);
        before.Count.ShouldBeGreaterThan(20);
        foreach (var source in sources.Reverse())
        {
            var undone = await migrator.DownAsync(source.Module, 1_000, CancellationToken.None);
            undone.Count.ShouldBe(source.Load(engine).Count);
        }

        // The two tables of the history are the migrator's own.
        (await ObjectsAsync(database, engine)).Where(o => !o.Contains("migration", StringComparison.Ordinal)).ShouldBeEmpty();
        (await migrator.UpAsync(CancellationToken.None)).Count.ShouldBe(sources.Sum(s => s.Load(engine).Count));
        (await ObjectsAsync(database, engine)).ShouldBe(before);
    }

    private static bool Same(string database, string model) => Plain(database) == Plain(model);

    private static string Plain(string type) => type.Split('(')[0] switch { "character varying" or "varchar" => "text", var other => other };

    private static Task<List<string>> ObjectsAsync(TestDatabase database, Engine engine) => database.ReadAsync(engine == Engine.Postgres
        ? """
          SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname IN ('foundation', 'access', 'trades') ORDER BY 1, 2
          """
        : "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2");

    private static async Task<Dictionary<string, (string Type, bool Nullable, bool HasDefault)>> ColumnsAsync(TestDatabase database, Engine engine, string? schema, string table)
    {
        await using var connection = await database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = engine == Engine.Postgres
            ? """
              SELECT column_name, data_type, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END,
                CASE WHEN column_default IS NOT NULL OR is_generated = 'ALWAYS' OR is_identity = 'YES' THEN 1 ELSE 0 END
              FROM information_schema.columns WHERE table_schema = @schema AND table_name = @table
              """
            : "SELECT name, lower(type), CASE WHEN \"notnull\" = 0 AND pk = 0 THEN 1 ELSE 0 END, CASE WHEN dflt_value IS NOT NULL OR hidden <> 0 OR pk <> 0 THEN 1 ELSE 0 END FROM pragma_table_xinfo(@table)";
        Add("@schema", schema ?? "public");
        Add("@table", table);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new Dictionary<string, (string, bool, bool)>();
        while (await reader.ReadAsync()) columns[reader.GetString(0)] = (reader.GetString(1), Flag(reader, 2), Flag(reader, 3));
        return columns;

        void Add(string name, string value)
        {
            if (!command.CommandText.Contains(name, StringComparison.Ordinal)) return;
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
    }

    private static bool Flag(DbDataReader reader, int column) => Convert.ToInt32(reader.GetValue(column), CultureInfo.InvariantCulture) == 1;
}
