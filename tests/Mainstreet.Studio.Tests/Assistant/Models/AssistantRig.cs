using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

namespace Mainstreet.Studio.Tests.Assistant.Models;

/// <summary>The program with models of a test's own.</summary>
internal sealed class AssistantRig : IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings;
    private readonly List<TestApp> _replicas = [];

    private AssistantRig(TestApp app, Dictionary<string, string?> settings) => (App, _settings) = (app, settings);

    internal TestApp App { get; }

    internal static async Task<AssistantRig> StartAsync(Engine engine, params IEnumerable<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string?> { ["Studio:Limits:AiRequests"] = "1000" };
        foreach (var (key, value) in settings) all[key] = value;
        return new AssistantRig(await TestApp.StartAsync(engine, all), all);
    }

    internal async Task<TestApp> ReplicaAsync()
    {
        var replica = await TestApp.StartReplicaAsync(App, _settings);
        _replicas.Add(replica);
        return replica;
    }

    internal Task<TestUser> UserAsync() => TestUser.RegisterAsync(App);

    internal async Task<T> ReadAsync<T>(Func<StudioDb, Task<T>> read)
    {
        await using var db = await App.Host.Services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        return await read(db);
    }

    internal Task<List<AiUse>> UsesAsync(TestUser user) => ReadAsync(db => db.AiUses.AsNoTracking().Where(u => u.AccountId == user.Id).OrderBy(u => u.StartedAt).ToListAsync());

    /// <summary>No use is open any more.</summary>
    internal async Task SettledAsync()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await ReadAsync(db => db.AiUses.AnyAsync(u => u.State == AiUseState.Open)))
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), "every use ends");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Budgets hold nothing back, and have spent exactly what the uses say.</summary>
    internal async Task BooksBalanceAsync()
    {
        var uses = await ReadAsync(db => db.AiUses.AsNoTracking().Where(u => u.Metered).ToListAsync());
        foreach (var budget in await ReadAsync(db => db.AiBudgets.AsNoTracking().ToListAsync()))
        {
            var spent = uses.Where(u => u.Period == budget.Period && budget.Scope switch { "account" => u.AccountId == budget.ScopeId, "project" => u.ProjectId == budget.ScopeId, _ => true })
                .Sum(u => u.InputTokens + u.OutputTokens);
            (budget.Scope, budget.Spent, budget.Reserved).ShouldBe((budget.Scope, spent, 0));
        }
    }

    internal static async Task<Guid> ProjectAsync(TestUser user, params (string Path, string Text)[] files)
    {
        var project = await user.PostAsync("/v1/projects", new { name = "Corner shop" });
        var id = project.GetProperty("id").GetGuid();
        if (files.Length > 0) await user.PostAsync($"/v1/projects/{id}/commits", new { message = "Begin", edits = files.Select(file => new { path = file.Path, content = file.Text }) });
        return id;
    }

    /// <summary>Asks for server-sent events and gives them one by one.</summary>
    internal static async IAsyncEnumerable<(string Name, JsonElement Data)> StreamAsync(TestUser user, string feature, object body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ai/" + feature) { Content = JsonContent.Create(body) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await user.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("text/event-stream", await (response.IsSuccessStatusCode ? Task.FromResult("") : response.Content.ReadAsStringAsync(cancel)));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel), Encoding.UTF8);
        var name = "";
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return (name, JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await App.DisposeAsync();
    }
}
