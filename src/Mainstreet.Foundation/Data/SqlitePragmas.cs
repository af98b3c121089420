using System.Data.Common;

using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// WAL lets readers go on beside the writer; <c>synchronous=FULL</c> makes an acknowledged commit survive a power cut,
/// not only a killed process. Pragmas other than the journal mode are per connection, so they are set at each open.
/// </summary>
internal static class SqlitePragmas
{
    private const string Sql =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;";

    internal static IInterceptor Interceptor { get; } = new OnOpen();

    internal static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }

    private sealed class OnOpen : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Apply(connection);
            return Task.CompletedTask;
        }
    }
}
