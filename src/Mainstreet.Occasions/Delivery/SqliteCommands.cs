using System.Data.Common;
using System.Text.Json;

using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Hand-written SQLite statements inside a context's transaction.</summary>
internal static class SqliteCommands
{
    /// <summary>A command in the context's open transaction. The text is always a constant of the program.</summary>
    internal static DbCommand Raw(this OccasionsDb db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
#pragma warning disable CA2100 // Constants, put together from constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Sets a parameter, adding it at first use.</summary>
    internal static DbCommand With(this DbCommand command, string name, object? value)
    {
        if (command.Parameters.Contains(name))
        {
            command.Parameters[name].Value = value ?? DBNull.Value;
            return command;
        }

        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>Ids as the engine stores them, for <c>json_each</c>.</summary>
    internal static string Json(IEnumerable<Guid> ids) => JsonSerializer.Serialize(ids.Select(id => id.ToString().ToUpperInvariant()));

    internal static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
