using System.Data.Common;

using Mainstreet.Foundation.Data;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Doctor;

/// <summary>Makes all checks of the engine in use, one after the other, and changes nothing.</summary>
public sealed class Examination(IServiceScopeFactory scopes, Storage storage)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <exception cref="DbException">The database cannot be reached (<see cref="Storage.IsUnavailable"/>).</exception>
    public async Task<DoctorReport> ExamineAsync(CancellationToken cancel)
    {
        // Without a database most of what follows would say the same.
        await using (await storage.OpenAsync(cancel))
        {
        }

        var (made, findings) = (new List<MadeCheck>(), new List<Finding>());
        await using var scope = scopes.CreateAsyncScope();
        foreach (var check in scope.ServiceProvider.GetServices<ICheck>().Where(c => c.AppliesTo(storage.Engine)))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            try
            {
                findings.AddRange(await check.LookAsync(limit.Token));
                made.Add(new MadeCheck(check.Name, null));
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                var why = limit.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : failure.GetBaseException().Message;
                made.Add(new MadeCheck(check.Name, why));
                findings.Add(new Finding(check.Name, Severity.Medium, "The check could not be made.", why,
                    "Look at the message; a role that is not allowed to look may be given: GRANT pg_monitor TO role;"));
            }
        }

        return new DoctorReport(storage.Engine == Engine.Postgres ? "postgres" : "sqlite", made, [.. findings.OrderByDescending(f => f.Severity).ThenBy(f => f.Check, StringComparer.Ordinal)]);
    }
}

/// <summary>Reads rows for checks.</summary>
internal static class Rows
{
    internal static async Task<List<T>> ReadAsync<T>(this Storage storage, string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        await using var connection = await storage.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) rows.Add(read(reader));
        return rows;
    }
}
