using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Modules;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Backups;

/// <summary>Backups' share of the container.</summary>
public static class BackupServices
{
    public static ModuleBuilder AddBackups(this ModuleBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<PostgresTools>();
        services.AddSingleton<BackupCreation>();
        services.AddSingleton<BackupRestore>();
        services.AddSingleton<BackupDrill>();
        services.AddSingleton<IBackups, Backups>();
        services.AddSingleton(provider => new RestoreMark(new DatabasePlace(
            provider.GetRequiredService<Storage>(), provider.GetRequiredService<IOptions<DatabaseOptions>>().Value, provider.GetRequiredService<DataDirectory>())));
        var section = builder.Configuration.GetSection("Backup");
        // A wrong interval is told by the check of the options, not here.
        if (section["Folder"] is { Length: > 0 } && TimeSpan.TryParse(section["Interval"], System.Globalization.CultureInfo.InvariantCulture, out var interval) && interval >= TimeSpan.FromMinutes(1))
            builder.AddRecurringJob<BackupJob>(BackupJob.Name, interval);
        return builder;
    }
}
