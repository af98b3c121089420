using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

using Microsoft.Data.Sqlite;

using Npgsql;

namespace Mainstreet.Foundation.Data;

/// <summary>Where state lives. Section <c>Database</c>.</summary>
public sealed class DatabaseOptions : IValidatableObject
{
    /// <summary><c>sqlite</c> (default; one file under <c>--data</c>) or <c>postgres</c>.</summary>
    [Required, RegularExpression("(?i)^(sqlite|postgres)$", ErrorMessage = "must be 'sqlite' or 'postgres'")]
    public string Provider { get; set; } = "sqlite";

    /// <summary>Npgsql or SQLite connection string. Default on SQLite: <c>mainstreet.db</c> under <c>--data</c>.</summary>
    [Secret]
    public string? ConnectionString { get; set; }

    /// <summary>Largest number of PostgreSQL connections of one process. Default 48.</summary>
    [Range(4, 1000)]
    public int MaxPoolSize { get; set; } = 48;

    /// <summary>Longest time one statement may take, in seconds. Default 15.</summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 15;

    /// <summary>PostgreSQL needs a connection string, and either engine one that its driver understands.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var postgres = Provider.Equals("postgres", StringComparison.OrdinalIgnoreCase);
        if (!postgres && !Provider.Equals("sqlite", StringComparison.OrdinalIgnoreCase)) yield break;
        if (postgres && string.IsNullOrWhiteSpace(ConnectionString))
            yield return new ValidationResult("must be set when Database:Provider is 'postgres', for example Host=db;Database=mainstreet;Username=mainstreet", [nameof(ConnectionString)]);
        else if (ConnectionString is not null && !IsUnderstood(ConnectionString, postgres))
            yield return new ValidationResult($"must be a connection string of {(postgres ? "PostgreSQL (Npgsql)" : "SQLite")}", [nameof(ConnectionString)]);
    }

    private static bool IsUnderstood(string text, bool postgres)
    {
        try
        {
            _ = postgres ? new NpgsqlConnectionStringBuilder(text).Host : new SqliteConnectionStringBuilder(text).DataSource;
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            // The driver's own words may quote the password.
            return false;
        }
    }
}
