using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving.Contention;

/// <summary>One program for the tests of a class, whose guards are taken away and put back.</summary>
public sealed class FlawedApp : IAsyncLifetime
{
    private readonly FlawFilter _filter = new();
    private TestApp? _app;

    internal TestApp App => _app!;

    public async ValueTask InitializeAsync() =>
        _app = await TestApp.StartAsync(Engine.Sqlite, with: services => services.AddSingleton<IStartupFilter>(_filter));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    internal TestApp With(params Flaw[] flaws)
    {
        _filter.Flaws = flaws;
        return App;
    }
}
