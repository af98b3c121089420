using System.Globalization;

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using RabbitMQ.Client;

namespace Mainstreet.Foundation.Doctor;

/// <summary>Settings that the start accepts and somebody should look at.</summary>
internal sealed class SettingsInDoubt(IServiceProvider services) : ICheck
{
    public string Name => "settings";

    public bool AppliesTo(Engine engine) => true;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<Finding>>(
    [
        .. ConfigurationReport.Check(services).Warnings.Select(w => new Finding(Name, Severity.Low, $"The setting {w.Key} is in doubt.",
            $"{w.Source.Text}: {w.Message ?? "nothing reads it"}", w.Nearest is { } near ? $"Is {near} meant?" : "mainstreet config check")),
    ]);
}

/// <summary>The schema is as new as the program.</summary>
internal sealed class MigrationsBehind(MigrationsHealth migrations) : ICheck
{
    public string Name => "migrations";

    public bool AppliesTo(Engine engine) => true;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => await migrations.CheckAsync(cancel) is { State: HealthState.Down } behind
        ? [new Finding(Name, Severity.High, "The schema is older than the program.", behind.Message ?? "", "mainstreet migrate")] : [];
}

/// <summary>There are backups and the newest is young enough.</summary>
internal sealed class BackupsMade(IOptions<BackupOptions> options, BackupFigures figures, DoctorLimits limits) : ICheck
{
    public string Name => "backups";

    public bool AppliesTo(Engine engine) => true;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(options.Value.Folder))
            return [new Finding(Name, Severity.Medium, "Nothing is known of backups.", "Backup:Folder is not set", "Set Backup:Folder to where backups are kept; see docs/operations.md#backup")];
        var read = await figures.ReadAsync(cancel);
        if (read.FirstOrDefault(f => f.Name == "mainstreet.backup.age") is not { } age)
            return [new Finding(Name, Severity.High, "There is no backup.", $"{options.Value.Folder} holds none that is finished", "Make one now; see docs/operations.md#backup")];
        return age.Value < limits.BackupAge.TotalSeconds ? [] :
            [new Finding(Name, Severity.High, "The newest backup is old.", $"{Figures.Seconds(age.Value)}, in {options.Value.Folder}", "Look at what makes the backups (cron, timer); make one now")];
    }
}

/// <summary>Events and jobs that wait too long, and those that were given up.</summary>
internal sealed class WorkBehind(Storage storage, FoundationDb db, MigrationsHealth migrations, OutboxHealth outbox, JobsHealth jobs, TimeProvider clock) : ICheck
{
    public string Name => "work";

    public bool AppliesTo(Engine engine) => true;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        // Tables may be missing, and that is said already.
        if ((await migrations.CheckAsync(cancel)).State == HealthState.Down) return [];
        var findings = new List<Finding>();
        if (await outbox.CheckAsync(cancel) is { State: not HealthState.Up } waiting)
        {
            findings.Add(new Finding(Name, Severity.High, "Events wait in the outbox.", waiting.Message ?? "",
                "See that a replica with the role worker runs: mainstreet health --target URL; its log says why the relay stands"));
        }

        if (await jobs.CheckAsync(cancel) is { State: not HealthState.Up } behind)
        {
            findings.Add(new Finding(Name, Severity.Medium, "Jobs are behind or were given up.", behind.Message ?? "",
                $"Start more workers, or look at the last error: SELECT kind, key, last_error FROM {storage.Table("foundation", "jobs")} WHERE dead;"));
        }

        if (await db.DeadEvents.CountAsync(cancel) is > 0 and var dead)
        {
            var newest = await db.DeadEvents.MaxAsync(e => e.DeadAt, cancel);
            findings.Add(new Finding(Name, Severity.Medium, "Events were given up after their last delivery.",
                string.Create(CultureInfo.InvariantCulture, $"{dead} events, the newest {Figures.Seconds((clock.Now() - newest).TotalSeconds)} ago"),
                $"SELECT name, last_error FROM {storage.Table("foundation", "outbox_dead")}; docs/operations/alerts.md#eventsgivenup says what to do with them"));
        }

        return findings;
    }
}

/// <summary>The broker can be reached with the address and the user that are set.</summary>
internal sealed class BrokerReachable(IOptions<BrokerOptions> options) : ICheck
{
    public string Name => "broker";

    public bool AppliesTo(Engine engine) => true;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(options.Value.Uri)) return [];
        var address = new Uri(options.Value.Uri);
        try
        {
            var factory = new ConnectionFactory { Uri = address, RequestedConnectionTimeout = options.Value.ConnectTimeout, AutomaticRecoveryEnabled = false, ClientProvidedName = "mainstreet doctor" };
            await using var connection = await factory.CreateConnectionAsync(cancel);
            return [];
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            return [new Finding(Name, Severity.Medium, "The broker cannot be reached; the database carries the work meanwhile.",
                $"{address.Host}:{(address.Port > 0 ? address.Port : 5672)}: {failure.GetBaseException().Message}", "rabbitmqctl status; rabbitmqctl list_users; compare with Broker:Uri")];
        }
    }
}
