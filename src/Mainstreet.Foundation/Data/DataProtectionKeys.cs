using System.Data.Common;
using System.Xml.Linq;

using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// Keeps the key ring of ASP.NET Data Protection in <c>foundation.data_protection_keys</c>, so that replicas read each
/// other's cookies and a container needs no key folder. Never call Protect inside a transaction: the first call of a
/// deployment may write here.
/// </summary>
public sealed class DataProtectionKeys(Storage storage, TimeProvider clock) : IXmlRepository
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    private string Table => storage.Table("foundation", "data_protection_keys");

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT xml FROM {Table} ORDER BY created_at, id";
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read()) elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    /// <summary>
    /// Keeps a key, unless another replica kept one a moment ago: those that start at once on a new deployment, or find at once that the newest key grows old, would
    /// each make their own, and what one seals the others could not open until they read the ring again, up to a day later. Who made a key reads the ring anew
    /// before it is used, and so takes the one that is kept.
    /// </summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        if (storage.Engine == Engine.Sqlite) storage.WriteGate.Wait();
        try
        {
            using var connection = Open();
            using var transaction = connection.BeginTransaction();
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            if (storage.Engine == Engine.Postgres)
            {
                command.CommandText = $"LOCK TABLE {Table} IN SHARE ROW EXCLUSIVE MODE";
                command.ExecuteNonQuery();
            }

            // Anything but a key, such as a revocation, is always kept.
            var only = element.Name.LocalName == "key" ? " WHERE NOT EXISTS (SELECT 1 FROM " + Table + " WHERE created_at > @since AND xml LIKE '<key %')" : "";
            command.CommandText = $"INSERT INTO {Table} (id, xml, created_at) SELECT @id, @xml, @at{only}";
            Add(command, "id", clock.NewId().ToString());
            Add(command, "xml", element.ToString(SaveOptions.DisableFormatting));
            Add(command, "at", Stored(clock.Now()));
            if (only.Length > 0) Add(command, "since", Stored(clock.Now() - Moment));
            command.ExecuteNonQuery();
            transaction.Commit();
        }
        finally
        {
            if (storage.Engine == Engine.Sqlite) storage.WriteGate.Release();
        }
    }

    private object Stored(DateTimeOffset instant) => storage.Engine == Engine.Sqlite ? instant.ToMicroseconds() : instant;

    // The repository interface is synchronous, and it is called a few times in the life of a process.
    private DbConnection Open() => storage.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}

/// <summary>Registers Data Protection on the deployment's database.</summary>
public static class StoredDataProtection
{
    public static IServiceCollection AddStoredDataProtection(this IServiceCollection services)
    {
        services.AddSingleton<DataProtectionKeys>();
        services.AddDataProtection().SetApplicationName("mainstreet");
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys>((options, keys) => options.XmlRepository = keys);
        return services;
    }
}
