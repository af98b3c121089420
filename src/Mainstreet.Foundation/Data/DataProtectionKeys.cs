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

    public void StoreElement(XElement element, string friendlyName)
    {
        if (storage.Engine == Engine.Sqlite) storage.WriteGate.Wait();
        try
        {
            using var connection = Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"INSERT INTO {Table} (id, xml, created_at) VALUES (@id, @xml, @at)";
            Add(command, "id", clock.NewId().ToString());
            Add(command, "xml", element.ToString(SaveOptions.DisableFormatting));
            Add(command, "at", storage.Engine == Engine.Sqlite ? clock.Now().ToMicroseconds() : clock.Now());
            command.ExecuteNonQuery();
        }
        finally
        {
            if (storage.Engine == Engine.Sqlite) storage.WriteGate.Release();
        }
    }

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
