using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Data;

/// <summary>Where state lives. Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
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
}
