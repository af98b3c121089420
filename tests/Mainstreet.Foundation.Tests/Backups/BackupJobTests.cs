using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "db")]
public sealed class BackupJobTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_takes_backups_by_itself_only_when_an_interval_is_set()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite);
        bench.Host.Services.GetServices<RecurringRegistration>().ShouldNotContain(r => r.Name == BackupJob.Name);
        await using var regular = await BackupBench.CreateAsync(Engine.Sqlite, settings: new() { ["Backup:Interval"] = "1.00:00:00", ["Backup:KeepLast"] = "2" });
        regular.Host.Services.GetServices<RecurringRegistration>().ShouldContain(r => r.Name == BackupJob.Name);
        await using var scope = regular.Host.Services.CreateAsyncScope();

        for (var i = 0; i < 3; i++) await scope.ServiceProvider.GetRequiredService<BackupJob>().RunAsync(Cancel);

        var kept = await regular.Backups.ListAsync(null, Cancel);
        kept.Count.ShouldBe(2);
        kept.ShouldAllBe(b => b.Reason == "scheduled" && b.Damage == null);
    }

    [Theory]
    [InlineData("Backup:Encrypt", "true", "needs Backup:Key")]
    [InlineData("Backup:Key", "short-secret", "32 bytes")]
    [InlineData("Backup:Passphrase", "short-secret", "16")]
    [InlineData("Backup:Interval", "00:00:10", "00:01:00")]
    public async Task Wrong_settings_are_refused_at_start_without_showing_secrets(string key, string value, string expected)
    {
        var wrong = await Should.ThrowAsync<ConfigurationException>(() => BackupBench.CreateAsync(Engine.Sqlite, settings: new() { [key] = value }));
        wrong.Message.ShouldContain(key);
        wrong.Message.ShouldContain(expected);
        wrong.Message.ShouldNotContain("short-secret");
    }
}
