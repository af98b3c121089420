using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// A database that a backup is restored into. From <see cref="PrepareAsync"/> to <see cref="FinishAsync"/> it is marked: servers refuse to start on it, and
/// another restore may begin anew. One implementation an engine.
/// </summary>
internal interface IRestoreTarget : IAsyncDisposable
{
    /// <summary>Whether there is nothing in it that a restore would destroy; what an unfinished restore left does not count.</summary>
    Task<bool> IsEmptyAsync(CancellationToken cancel);

    /// <summary>Why it cannot be replaced now, for example because servers use it; null when it can.</summary>
    Task<string?> WhyNotReplaceableAsync(CancellationToken cancel);

    /// <summary>Marks it. On PostgreSQL also takes out what is there.</summary>
    Task PrepareAsync(string backup, CancellationToken cancel);

    /// <summary>Brings the database in, from <see cref="IDatabaseSnapshot.WriteAsync"/>.</summary>
    Task LoadAsync(Stream content, CancellationToken cancel);

    /// <summary>What was brought in, to compare it.</summary>
    Task<IDatabaseSnapshot> ReadAsync(CancellationToken cancel);

    /// <summary>Gives it its place and takes the mark away.</summary>
    Task FinishAsync(CancellationToken cancel);
}

/// <summary>Whether a restore into this database was begun and not finished.</summary>
public sealed class RestoreMark
{
    private readonly DatabasePlace _place;

    internal RestoreMark(DatabasePlace place) => _place = place;

    /// <summary>What to tell whoever wants to serve; null when there is no such mark.</summary>
    /// <remarks>Throws what the driver throws when the database is away.</remarks>
    public async Task<string?> FindAsync(CancellationToken cancel)
    {
        var marked = _place.Engine == Engine.Postgres
            ? await PostgresRestoreTarget.IsMarkedAsync(_place.Storage, cancel)
            : File.Exists(_place.SqliteFile + SqliteRestoreTarget.Restoring);
        return marked ? "a restore into this database was not finished: run 'mainstreet restore' again, or take an empty database" : null;
    }
}
