using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Doctor;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Doctor;

/// <summary>A migrated database with the program's services around it, to plant problems in.</summary>
internal sealed class Patient : IAsyncDisposable
{
    private readonly Microsoft.AspNetCore.Builder.WebApplication _host;

    private Patient(TestDatabase database, Microsoft.AspNetCore.Builder.WebApplication host) => (Database, _host) = (database, host);

    internal TestDatabase Database { get; }

    internal IServiceProvider Services => _host.Services;

    /// <param name="engine">The engine.</param>
    /// <param name="with">Limits and clocks of the test's own.</param>
    /// <param name="settings">Further settings.</param>
    internal static async Task<Patient> AdmitAsync(Engine engine, Action<IServiceCollection>? with = null, params string[] settings)
    {
        var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var host = MainstreetHost.Build(
            ["--environment=Development", "--Logging:LogLevel:Default=Warning", $"--Data={database.Data.Root}", .. database.Settings.Select(s => $"--{s.Key}={s.Value}"), .. settings], with);
        return new Patient(database, host);
    }

    internal async Task<IReadOnlyList<Finding>> ExamineAsync(string check)
    {
        var report = await Services.GetRequiredService<Examination>().ExamineAsync(TestContext.Current.CancellationToken);
        report.Checks.ShouldContain(c => c.Name == check);
        report.Checks.Where(c => c.Failed is not null).ShouldBeEmpty();
        return [.. report.Findings.Where(f => f.Check == check)];
    }

    internal async Task ExecuteAsync(params string[] statements)
    {
        await using var connection = await Database.Storage.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var sql in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Database.DisposeAsync();
    }
}
