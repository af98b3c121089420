using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Postgres;

/// <summary>A check of a PostgreSQL server.</summary>
internal abstract class PostgresCheck(Storage storage) : ICheck
{
    /// <summary>Schemas that are none of ours.</summary>
    protected const string Ours = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

    public abstract string Name { get; }

    protected Storage Storage => storage;

    public bool AppliesTo(Engine engine) => engine == Engine.Postgres;

    public abstract Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel);

    protected Finding Found(Severity severity, string what, string evidence, string remedy) => new(Name, severity, what, evidence, remedy);

    // Statements of other tools may carry what people wrote.
    protected static string Shown(string column) => $"left(regexp_replace(regexp_replace({column}, '''[^'']*''', '''...''', 'g'), '\\s+', ' ', 'g'), 160)";
}
