using System.Globalization;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Data;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "unit")]
public sealed class RetentionTests
{
    private static readonly DateTimeOffset Start = new(2025, 12, 20, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_rules_keep_what_a_slow_reading_of_them_keeps()
    {
        var cases = from hours in Gen.Choose(0, 24 * 120).ListOf(30)
                    from last in Gen.Choose(0, 4)
                    from daily in Gen.Choose(0, 8)
                    from weekly in Gen.Choose(0, 6)
                    from monthly in Gen.Choose(0, 4)
                    select (hours.Distinct().ToList(), new RetentionRules(last, daily, weekly, monthly));
        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var (hours, rules) = each;
            var backups = hours.Select(h => ($"b{h}", Start.AddHours(h))).ToList();
            return rules.Keep(backups).Keys.Order().SequenceEqual(Oracle(backups, rules).Order());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task Pruning_deletes_backups_only_and_tells_before()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        var names = new List<string>();
        for (var i = 0; i < 3; i++) names.Add(Path.GetFileName((await bench.Backups.CreateAsync(new BackupRequest(), Cancel)).Path));
        Directory.CreateDirectory(Path.Combine(bench.Folder, "somebody-elses"));
        Directory.CreateDirectory(Path.Combine(bench.Folder, "mainstreet-20200101T000000Z-manual-abcdef"));
        await File.WriteAllTextAsync(Path.Combine(bench.Folder, "notes.txt"), "keep", Cancel);
        var rules = new RetentionRules(1, 0, 0, 0);

        var told = await bench.Backups.PruneAsync(new PruneRequest(Rules: rules, DryRun: true), Cancel);
        told.Deleted.Order().ShouldBe(names.Take(2).Order());
        Directory.GetFileSystemEntries(bench.Folder).Length.ShouldBe(6);

        (await bench.Backups.PruneAsync(new PruneRequest(Rules: rules), Cancel)).Deleted.ShouldBe(told.Deleted);
        Directory.GetFileSystemEntries(bench.Folder).Select(Path.GetFileName).Order()
            .ShouldBe(new[] { "mainstreet-20200101T000000Z-manual-abcdef", names[2], "notes.txt", "somebody-elses" }.Order());
    }

    [Fact]
    public async Task The_last_good_backup_stays_when_those_that_the_rules_keep_are_damaged()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        var good = Path.GetFileName((await bench.Backups.CreateAsync(new BackupRequest(), Cancel)).Path);
        var damaged = (await bench.Backups.CreateAsync(new BackupRequest(), Cancel)).Path;
        await using (var file = new FileStream(Path.Combine(damaged, "database.sqlite"), FileMode.Open)) file.SetLength(file.Length - 1);

        var pruned = await bench.Backups.PruneAsync(new PruneRequest(Rules: new RetentionRules(1, 0, 0, 0)), Cancel);

        pruned.Deleted.ShouldBeEmpty();
        pruned.Kept.Single(k => k.Name == good).Because.ShouldBe(["last good one"]);
    }

    [Fact]
    public async Task Without_rules_nothing_is_deleted()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        await bench.Backups.CreateAsync(new BackupRequest(), Cancel);
        (await bench.Backups.PruneAsync(new PruneRequest(), Cancel)).Deleted.ShouldBeEmpty();
        (await bench.Backups.ListAsync(null, Cancel)).Count.ShouldBe(1);
    }

    // A backup stays when fewer than N periods that have a backup lie after its own, and nothing newer lies in its own.
    private static IEnumerable<string> Oracle(List<(string Name, DateTimeOffset At)> backups, RetentionRules rules)
    {
        foreach (var (name, at) in backups)
        {
            var keep = backups.Count(b => b.At > at) < rules.Last;
            keep |= Newest(at, rules.Daily, d => d.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            keep |= Newest(at, rules.Weekly, d => d.UtcDateTime.Date.AddDays(-(((int)d.UtcDateTime.DayOfWeek + 6) % 7)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            keep |= Newest(at, rules.Monthly, d => d.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));
            if (keep) yield return name;
        }

        bool Newest(DateTimeOffset at, int count, Func<DateTimeOffset, string> period)
        {
            if (backups.Any(b => b.At > at && period(b.At) == period(at))) return false;
            var later = new HashSet<string>();
            foreach (var other in backups)
            {
                if (string.CompareOrdinal(period(other.At), period(at)) > 0) later.Add(period(other.At));
            }

            return later.Count < count;
        }
    }
}
