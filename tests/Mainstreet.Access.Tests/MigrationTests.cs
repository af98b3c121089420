using Mainstreet.Access.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class MigrationTests
{
    [Theory, EachEngine]
    public async Task The_schema_goes_back_and_forth_and_fits_the_model(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        var migrator = new Migrator(database.Storage, AccessHost.Sources, TimeProvider.System, NullLogger<Migrator>.Instance);
        (await migrator.DownAsync("access", 1, CancellationToken.None)).Count.ShouldBe(1);
        (await migrator.UpAsync(CancellationToken.None)).Count.ShouldBe(1);

        await using var host = await AccessHost.StartAsync(database);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        await using var connection = await database.Storage.OpenAsync(CancellationToken.None);
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var table = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {(table.Schema is null ? table.Name : $"{table.Schema}.{table.Name}")} WHERE 1 = 0";
            await using var reader = await command.ExecuteReaderAsync();
            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToHashSet();
            foreach (var property in entity.GetProperties()) columns.ShouldContain(property.GetColumnName(table)!, $"{table.Name}");
        }
    }
}
