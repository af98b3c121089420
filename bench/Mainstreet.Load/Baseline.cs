using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Npgsql;

namespace Mainstreet.Load;

/// <summary>
/// The bare limit: Kestrel, one route, one prepared query by id, the row written as a JSON object. No sign-in, no
/// visibility, no middleware.
/// </summary>
internal static class Baseline
{
    internal const string Ticket = "SELECT * FROM trades.tickets WHERE id = $1";

    internal static async Task<int> RunAsync(string connectionString, string sql, string urls, CancellationToken cancel)
    {
        await using var database = new NpgsqlSlimDataSourceBuilder(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 4, AutoPrepareMinUsages = 1, NoResetOnClose = true }.ConnectionString).Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(urls);
        app.MapGet("/{id:guid}", async (Guid id, HttpContext http) =>
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
            if (!await reader.ReadAsync(http.RequestAborted))
            {
                http.Response.StatusCode = 404;
                return;
            }

            http.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
            json.WriteStartObject();
            for (var i = 0; i < reader.FieldCount; i++)
            {
                json.WritePropertyName(reader.GetName(i));
                Write(json, reader.GetValue(i));
            }

            json.WriteEndObject();
        });
        await app.StartAsync(cancel);
        Console.WriteLine($"baseline on {urls}");
        await app.WaitForShutdownAsync(cancel);
        return 0;
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case DBNull: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case Guid id: json.WriteStringValue(id); break;
            case DateTime instant: json.WriteStringValue(instant); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case short number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }
}
