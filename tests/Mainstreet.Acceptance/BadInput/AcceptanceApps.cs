using Mainstreet.Acceptance.BadInput;
using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

[assembly: AssemblyFixture(typeof(AcceptanceApps))]

namespace Mainstreet.Acceptance.BadInput;

/// <summary>One running program per engine, with people in it, for tests that only ever get refusals.</summary>
public sealed class AcceptanceApps : IAsyncLifetime
{
    /// <summary>Tests that count what is stored must not run beside tests that store.</summary>
    internal const string OneAfterTheOther = "bad input";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Engine, BadInputApp> _apps = [];

    internal async Task<BadInputApp> OnAsync(Engine engine)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_apps.TryGetValue(engine, out var app)) _apps[engine] = app = await BadInputApp.StartAsync(engine);
            return app;
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Values) await app.App.DisposeAsync();
        _gate.Dispose();
    }
}

/// <summary>A program, its people, a ticket of theirs, and somebody from elsewhere.</summary>
internal sealed record BadInputApp(TestApp App, Neighbourhood People, Guid TicketId, Neighbourhood Others)
{
    private static readonly string[] Tables = ["tickets", "photos", "offers", "waves", "contractors", "properties", "territories"];

    internal static async Task<BadInputApp> StartAsync(Engine engine)
    {
        var app = await TestApp.StartAsync(engine);
        var people = await Neighbourhood.MakeAsync(app.Address, 2);
        return new BadInputApp(app, people, await people.OfferedAsync(), await Neighbourhood.MakeAsync(app.Address, 1));
    }

    /// <summary>How many rows there are of everything that people can make.</summary>
    internal async Task<string> StoredAsync()
    {
        var counts = new List<string>();
        foreach (var table in Tables) counts.Add($"{table} {await App.Database.CountAsync($"SELECT count(*) FROM {App.Database.Trades(table)}")}");
        counts.Add($"accounts {await App.Database.CountAsync($"SELECT count(*) FROM {App.Database.Storage.Table("access", "accounts")}")}");
        counts.Add($"businesses {await App.Database.CountAsync($"SELECT count(*) FROM {App.Database.Storage.Table("access", "businesses")}")}");
        counts.Add($"audit {await App.Database.CountAsync($"SELECT count(*) FROM {App.Database.Table("audit")} WHERE stream NOT LIKE 'account:%'")}");
        return string.Join(", ", counts);
    }

    /// <summary>The answer is a problem of that status, with a code and a trace id, and tells nothing of the inside.</summary>
    internal static void Refused(Answer answer, string what, params int[] statuses)
    {
        statuses.ShouldContain(answer.Status, $"{what}: {answer.Body}");
        answer.Code.ShouldNotBeNullOrEmpty(what);
        answer.Json.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty(what);
        foreach (var inner in new[] { "Exception", "at Mainstreet", "System.", "Npgsql", "SQLite Error" }) answer.Body.ShouldNotContain(inner, Case.Sensitive, what);
    }
}
