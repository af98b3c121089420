using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Npgsql;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Data;

/// <summary>A server that goes away in the middle of a transaction is an outage, whatever the driver calls it.</summary>
[Trait("kind", "recovery")]
public sealed class LostConnectionTests
{
    // A file has no connection to lose.
    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_command_on_a_transaction_whose_connection_broke_says_that_the_database_is_away(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database);
        await using var db = replica.Open();
        var cancel = TestContext.Current.CancellationToken;
        InvalidOperationException? driver = null;
        var lost = await Should.ThrowAsync<ConnectionLostException>(() => db.InTransactionAsync(async token =>
        {
            db.Effects.Add(new Effect { Source = "test", Key = "x", Number = 1 });
            await db.SaveChangesAsync(token);
            var process = await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync(token);
            await using (var other = await database.Storage.OpenAsync(token))
            {
                await using var end = other.CreateCommand();
                end.CommandText = $"SELECT pg_terminate_backend({process})";
                await end.ExecuteNonQueryAsync(token);
            }

            // The first command meets the break itself; here nobody is told of it.
            await Should.ThrowAsync<NpgsqlException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1", token));
            try
            {
                await db.Database.ExecuteSqlRawAsync("SELECT 1", token);
            }
            catch (InvalidOperationException exception)
            {
                driver = exception;
                throw;
            }
        }, cancel));
        lost.InnerException.ShouldBeSameAs(driver);
        Storage.IsUnavailable(driver!).ShouldBeFalse("by itself it does not say why");
        Storage.IsUnavailable(lost).ShouldBeTrue();
        await using var again = replica.Open();
        (await again.Effects.CountAsync(cancel)).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_mistake_in_the_work_stays_a_mistake(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database);
        await using var db = replica.Open();
        var mistake = new InvalidOperationException("Out of order.");
        (await Should.ThrowAsync<InvalidOperationException>(() => db.InTransactionAsync(_ => throw mistake, TestContext.Current.CancellationToken))).ShouldBeSameAs(mistake);
    }
}
