using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Xunit;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The demo street on SQLite, shared by the tests of a class.</summary>
public sealed class Street : IAsyncLifetime
{
    public TestApp App { get; private set; } = default!;

    /// <summary>Cheap hashing: seventy demo passwords are hashed at the start, and nobody attacks a test.</summary>
    public static Dictionary<string, string?> Settings => new() { ["Access:PasswordIterations"] = "10000" };

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(Engine.Sqlite, Settings, seed: true);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
