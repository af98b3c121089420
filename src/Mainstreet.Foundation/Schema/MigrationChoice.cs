using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>Which steps a request means, and whether the history fits the program. No database in here.</summary>
internal static class MigrationChoice
{
    internal static string Name(Migration migration) => $"{migration.Module}/{migration.Number:D4}_{migration.Name}";

    internal static int Head(IEnumerable<RecordedMigration> recorded, string module) =>
        recorded.Where(r => r.Module == module).Select(r => r.Number).DefaultIfEmpty().Max();

    /// <summary>Why nothing may be done. A schema that is newer than the program is none: so it is in a rolling update.</summary>
    internal static IReadOnlyList<string> Contradictions(IReadOnlyList<Migration> known, IReadOnlyList<RecordedMigration> recorded)
    {
        var lines = new List<string>();
        foreach (var migration in known)
        {
            var row = recorded.FirstOrDefault(r => r.Module == migration.Module && r.Number == migration.Number);
            if (row is null && Head(recorded, migration.Module) is var head && head > migration.Number)
                lines.Add($"Migration {Name(migration)} is not applied, though {migration.Module}/{head:D4}, which comes after it, is.");
            if (row is not null && row.Checksum != migration.Checksum)
                lines.Add($"Migration {Name(migration)} was changed after it was applied.");
        }

        foreach (var row in recorded)
        {
            var own = known.Where(m => m.Module == row.Module).ToList();
            if (own.Count > 0 && row.Number < own.Max(m => m.Number) && own.All(m => m.Number != row.Number))
                lines.Add($"Migration {row.Module}/{row.Number:D4}_{row.Name} is applied, and this program lacks it though it has later ones.");
        }

        return lines;
    }

    /// <exception cref="MigrationException">There is no such step.</exception>
    internal static IReadOnlyList<Migration> Up(IReadOnlyList<Migration> known, IReadOnlyList<RecordedMigration> recorded, UpRequest request)
    {
        var upTo = known.Count;
        if (request.To is { } to)
        {
            upTo = 1 + known.ToList().FindIndex(m => m.Module == to.Module && m.Number == to.Number);
            if (upTo == 0) throw new MigrationException($"There is no migration {to.Module}/{to.Number:D4}.");
        }

        return [.. known.Take(upTo).Where(m => !recorded.Any(r => r.Module == m.Module && r.Number == m.Number))];
    }

    /// <exception cref="MigrationException">What is asked for would leave modules without what they stand on, or needs a newer program.</exception>
    internal static IReadOnlyList<Migration> Down(IReadOnlyList<Migration> known, IReadOnlyList<RecordedMigration> recorded, DownRequest request)
    {
        var modules = known.Select(m => m.Module).Distinct().Reverse().ToList();
        if (request.Module is { } only && !modules.Contains(only)) throw new MigrationException($"There is no module '{only}' with migrations.");
        var chosen = new List<Migration>();
        foreach (var module in modules.Where(m => request.Module is null || m == request.Module))
        {
            var own = known.Where(m => m.Module == module).OrderByDescending(m => m.Number).ToList();
            if (Head(recorded, module) is var head && head > own[0].Number)
                throw new MigrationException($"Migration {module}/{head:D4} was applied by a newer program: take it back with that one.");
            if (request.To is { } to && to > head) throw new MigrationException($"{module} is at {head:D4}, below {to:D4}.");
            chosen.AddRange(own.Where(m => m.Number <= head && m.Number > (request.To ?? 0)).Take(request.Steps ?? int.MaxValue));
        }

        // The first module, Foundation, carries all others: its tables may shrink beside them, but not go.
        var standing = recorded.Where(r => r.Module != known[0].Module && !chosen.Any(m => m.Module == r.Module && m.Number == r.Number)).Select(r => r.Module).Distinct().ToList();
        if (standing.Count > 0 && chosen.Any(m => m.Module == known[0].Module && m.Number == 1))
            throw new MigrationException($"{known[0].Module} carries the other modules: take back {string.Join(", ", standing)} first.");
        return chosen;
    }
}
