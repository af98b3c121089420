using System.Collections.Frozen;
using System.Diagnostics;

using Mainstreet.Access;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Modules;
using Mainstreet.Studio.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Shouldly;

namespace Mainstreet.Studio.Tests;

/// <summary>One process of a deployment with this module and a test's own parts in it.</summary>
internal sealed class StudioHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _started;

    private StudioHost(WebApplication app) => _app = app;

    internal IServiceProvider Services => _app.Services;

    internal static Task<TestDatabase> CreateDatabaseAsync(Engine engine) => TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());

    /// <summary>Builds without starting; settings look like <c>Jobs:LongParallelism=4</c>.</summary>
    internal static StudioHost Build(TestDatabase database, Action<IServiceCollection> with, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(database.Settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0", ["Logging:LogLevel:Default"] = "Error",
            ["Jobs:FirstRetry"] = "00:00:00.005", ["Jobs:LongestRetry"] = "00:00:00.020", ["Jobs:Poll"] = "00:00:00.050", ["Jobs:LongParallelism"] = "16",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], (string?)p[1])));
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        var module = new ModuleBuilder(builder.Services, builder.Configuration, builder.Environment);
        module.AddFoundation(new DataDirectory(database.Data.Root));
        foreach (var each in (IModule[])[new AccessModule(), new StudioModule()])
        {
            builder.Services.AddSingleton(each);
            each.AddServices(module);
        }

        with(builder.Services);
        return new StudioHost(builder.Build());
    }

    internal static async Task<StudioHost> StartAsync(TestDatabase database, Action<IServiceCollection> with, params string[] settings)
    {
        var host = Build(database, with, settings);
        host._started = true;
        await host._app.StartAsync();
        return host;
    }

    internal async Task StopAsync()
    {
        _started = false;
        await _app.StopAsync();
    }

    internal StudioDb Open() => Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContext();

    /// <summary>Works with a service in a scope of its own.</summary>
    internal async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> work) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    internal async Task<T> ReadAsync<T>(Func<StudioDb, Task<T>> read)
    {
        await using var db = Open();
        return await read(db);
    }

    /// <summary>Looks again and again until it is so; fails after two minutes.</summary>
    internal async Task UntilAsync(Func<StudioDb, Task<bool>> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await ReadAsync(holds))
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), what);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    internal static Caller NewCaller()
    {
        var id = Guid.CreateVersion7();
        return new Caller(id, $"{id:N}@example.test", "Mina Halvorsen", false, [], [], FrozenDictionary<string, Permission>.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started) await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
