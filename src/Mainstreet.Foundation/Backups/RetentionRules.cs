using System.Globalization;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// Grandfather, father, son: the newest backups, and the newest of each of the last days, weeks and months (UTC) that have one. A backup that any rule keeps
/// stays. Periods without a backup do not count, so that a pause in backups prunes nothing away.
/// </summary>
public sealed record RetentionRules(int Last, int Daily, int Weekly, int Monthly)
{
    /// <summary>Without any rule everything is kept.</summary>
    public bool Any => Last + Daily + Weekly + Monthly > 0;

    /// <summary>By which rules each is kept; no entry for one that none keeps.</summary>
    /// <param name="backups">Names and instants, in any order.</param>
    internal Dictionary<string, List<string>> Keep(IEnumerable<(string Name, DateTimeOffset At)> backups)
    {
        var newestFirst = backups.OrderByDescending(b => b.At).ThenByDescending(b => b.Name, StringComparer.Ordinal).ToList();
        var kept = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        Mark("last", Last, newestFirst);
        Mark("daily", Daily, newestFirst.DistinctBy(b => b.At.UtcDateTime.Date));
        Mark("weekly", Weekly, newestFirst.DistinctBy(b => (ISOWeek.GetYear(b.At.UtcDateTime), ISOWeek.GetWeekOfYear(b.At.UtcDateTime))));
        Mark("monthly", Monthly, newestFirst.DistinctBy(b => (b.At.UtcDateTime.Year, b.At.UtcDateTime.Month)));
        return kept;

        void Mark(string rule, int count, IEnumerable<(string Name, DateTimeOffset At)> some)
        {
            foreach (var (name, _) in some.Take(count))
            {
                if (!kept.TryGetValue(name, out var rules)) kept[name] = rules = [];
                rules.Add(rule);
            }
        }
    }
}
