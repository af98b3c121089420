using System.Globalization;

using Mainstreet.Foundation.Data;

using Microsoft.Data.Sqlite;

namespace Mainstreet.Foundation.Doctor.Sqlite;

/// <summary>SQLite's own quick check of the file's structure.</summary>
internal sealed class FileIntegrity(Storage storage) : SqliteCheck(storage)
{
    private const int MostShown = 5;

    public override string Name => "integrity";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        List<string> words;
        try
        {
            words = await Storage.ReadAsync($"PRAGMA quick_check({MostShown})", r => r.GetString(0), cancel);
        }
        catch (SqliteException broken) when (broken.SqliteErrorCode is 11 or 26)
        {
            words = [broken.Message];
        }

        return words is ["ok"] ? [] : [Found(Severity.High, "The database file is damaged.", string.Join("; ", words),
            "Stop the server, keep a copy of the file and of -wal, restore the last backup; sqlite3 mainstreet.db .recover saves what can be read")];
    }
}

/// <summary>The log beside the file, unused pages inside it, and whether it has outgrown the engine.</summary>
internal sealed class FileSize(Storage storage, DoctorLimits limits) : SqliteCheck(storage)
{
    public override string Name => "file-size";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var findings = new List<Finding>();
        var (pages, free, page) = (await NumberAsync("PRAGMA page_count", cancel), await NumberAsync("PRAGMA freelist_count", cancel), await NumberAsync("PRAGMA page_size", cancel));
        var cache = await NumberAsync("PRAGMA cache_size", cancel) is var size && size < 0 ? -size * 1024 : size * page;
        var wal = new FileInfo(await FileAsync(cancel) + "-wal") is { Exists: true } log ? log.Length : 0;
        if (wal >= limits.WalBytes)
        {
            findings.Add(Found(Severity.Medium, "The log beside the database file has grown large.", $"{Figures.Bytes(wal)}: a reader that stays open keeps it from being taken over, and reads slow down",
                "PRAGMA wal_checkpoint(TRUNCATE); if it does not shrink, restart the server"));
        }

        if (free >= limits.LeastFreePages && free >= pages * limits.FreePages)
        {
            findings.Add(Found(Severity.Low, "Much of the database file is unused.", $"{Figures.Bytes(free * page)} of {Figures.Bytes(pages * page)}; SQLite uses it again before the file grows",
                "Stop the server; sqlite3 data/mainstreet.db VACUUM (needs as much free disk as the file)"));
        }

        if (pages * page >= limits.SqliteBytes)
        {
            findings.Add(Found(Severity.Low, "The database file is large for this engine.", $"{Figures.Bytes(pages * page)}, read through a cache of {Figures.Bytes(cache)} a connection",
                "Move to PostgreSQL: Database:Provider=postgres (there is no tool that carries the rows over)"));
        }

        return findings;
    }
}

/// <summary>Journal and synchronous mode as this program needs them; a file system without shared memory refuses the first.</summary>
internal sealed class JournalMode(Storage storage) : SqliteCheck(storage)
{
    private const long Full = 2;

    public override string Name => "file-mode";

    public override async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => Judge(
        (await Storage.ReadAsync("PRAGMA journal_mode", r => r.GetString(0), cancel))[0], await NumberAsync("PRAGMA synchronous", cancel));

    internal IReadOnlyList<Finding> Judge(string journal, long synchronous)
    {
        var findings = new List<Finding>();
        if (!journal.Equals("wal", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(Found(Severity.High, "The database file is not in WAL mode: readers wait for writers.", $"journal_mode is {journal}",
                "Put the data folder on a local disk: network file systems refuse WAL, and lose locks besides"));
        }

        if (synchronous < Full)
        {
            findings.Add(Found(Severity.High, "An acknowledged write may be lost in a power cut.", string.Create(CultureInfo.InvariantCulture, $"synchronous is {synchronous}, not {Full} (FULL)"),
                "Look for what sets PRAGMA synchronous beside this program"));
        }

        return findings;
    }
}
