namespace Mainstreet.Foundation.Backups;

/// <summary>A folder of backups: what is in it, and what may go.</summary>
internal static class BackupFolder
{
    /// <summary>What a killed backup left is kept this long: it may be still running elsewhere.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    internal static async Task<IReadOnlyList<BackupEntry>> ListAsync(string folder, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) return [];
        var found = new List<BackupEntry>();
        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            var name = Path.GetFileName(path);
            if (BackupName.Read(name) is not { } named) continue;
            try
            {
                // Whoever lists needs no key.
                var manifest = (await BackupReader.OpenAsync(path, new BackupOptions(), cancel)).Manifest;
                found.Add(new BackupEntry(name, path, manifest.At, manifest.Reason, null, manifest.Engine, manifest.Files.Sum(f => f.Bytes), manifest.Encryption is not null, manifest.Program));
            }
            catch (BackupException damaged)
            {
                found.Add(new BackupEntry(name, path, named.At, named.Reason, damaged.Message));
            }
        }

        return [.. found.OrderByDescending(e => e.At).ThenByDescending(e => e.Name, StringComparer.Ordinal)];
    }

    internal static async Task<PruneSummary> PruneAsync(string folder, RetentionRules rules, bool dryRun, TimeProvider clock, CancellationToken cancel)
    {
        // A damaged one is left for somebody to look at.
        var all = (await ListAsync(folder, cancel)).Where(e => e.Damage is null).ToList();
        if (!dryRun) RemoveAbandoned(folder, clock);
        if (!rules.Any) return new PruneSummary([.. all.Select(e => new KeptBackup(e.Name, ["no rule is set"]))], [], dryRun);

        var kept = rules.Keep(all.Select(e => (e.Name, e.At)));
        var gone = all.Where(e => !kept.ContainsKey(e.Name)).ToList();
        if (gone.Count > 0 && !await AnyGoodAsync(all.Where(e => kept.ContainsKey(e.Name)), cancel))
        {
            // None of those that would stay is good: the newest good one stays too.
            foreach (var entry in gone)
            {
                if (!await IsGoodAsync(entry, cancel)) continue;
                kept[entry.Name] = ["last good one"];
                gone.Remove(entry);
                break;
            }
        }

        if (!dryRun) foreach (var entry in gone) Delete(entry.Path);
        return new PruneSummary(
            [.. all.Where(e => kept.ContainsKey(e.Name)).Select(e => new KeptBackup(e.Name, kept[e.Name]))], [.. gone.Select(e => e.Name)], dryRun);
    }

    private static async Task<bool> AnyGoodAsync(IEnumerable<BackupEntry> newestFirst, CancellationToken cancel)
    {
        foreach (var entry in newestFirst)
        {
            if (await IsGoodAsync(entry, cancel)) return true;
        }

        return false;
    }

    private static async Task<bool> IsGoodAsync(BackupEntry entry, CancellationToken cancel) =>
        (await (await BackupReader.OpenAsync(entry.Path, new BackupOptions(), cancel)).VerifyAsync(null, cancel)).Good;

    private static void Delete(string path)
    {
        // Renamed first: killed in the middle it leaves nothing that looks like a backup.
        var partial = path + BackupName.Partial;
        Directory.Move(path, partial);
        Directory.Delete(partial, recursive: true);
    }

    private static void RemoveAbandoned(string folder, TimeProvider clock)
    {
        if (!Directory.Exists(folder)) return;
        var oldest = clock.GetUtcNow().UtcDateTime - AbandonedAfter;
        foreach (var path in Directory.EnumerateDirectories(folder, "*" + BackupName.Partial))
        {
            if (BackupName.Read(Path.GetFileName(path)[..^BackupName.Partial.Length]) is not null && Directory.GetLastWriteTimeUtc(path) < oldest) Directory.Delete(path, recursive: true);
        }
    }
}
