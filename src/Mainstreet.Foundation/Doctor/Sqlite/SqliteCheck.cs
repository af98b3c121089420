using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Doctor.Sqlite;

/// <summary>A check of a SQLite file.</summary>
internal abstract class SqliteCheck(Storage storage) : ICheck
{
    public abstract string Name { get; }

    protected Storage Storage => storage;

    public bool AppliesTo(Engine engine) => engine == Engine.Sqlite;

    public abstract Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel);

    protected Finding Found(Severity severity, string what, string evidence, string remedy) => new(Name, severity, what, evidence, remedy);

    protected async Task<long> NumberAsync(string sql, CancellationToken cancel) =>
        (await storage.ReadAsync(sql, r => r.GetInt64(0), cancel)).FirstOrDefault();

    protected async Task<string> FileAsync(CancellationToken cancel) =>
        (await storage.ReadAsync("SELECT file FROM pragma_database_list WHERE name = 'main'", r => r.GetString(0), cancel))[0];
}
