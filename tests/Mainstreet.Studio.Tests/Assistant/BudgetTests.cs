using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Tests.Assistant.Models;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "race")]
public sealed class BudgetTests : IAsyncLifetime
{
    private StreamingModelDouble _model = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _model = await StreamingModelDouble.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _model.DisposeAsync();

    [Theory, EachEngine]
    public async Task Whatever_is_asked_and_given_up_at_once_the_books_balance(Engine engine)
    {
        // Words of known length; the double tells its tokens only at the very end, which the ones given up never see.
        // Those who go away are answered for so long that they always go before the end.
        _model.Says = (_, user) => Enumerable.Range(0, user.Contains("for ever", StringComparison.Ordinal) ? 4_000 : 40).Select(i => $"word{i:00} ");
        _model.BeforePiece = (_, cancel) => Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancel);
        _model.Usage = _ => (90, 77, 11);
        await using var rig = await AssistantRig.StartAsync(engine, _model.Settings(0, "main", "openai"));
        var replica = await rig.ReplicaAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => rig.UserAsync()));
        var projects = await Task.WhenAll(people.Select(person => AssistantRig.ProjectAsync(person, ("a.txt", "hours"))));

        var finished = 0;
        await Task.WhenAll(Enumerable.Range(0, 36).Select(async i =>
        {
            var person = people[i % 3];
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var pieces = 0;
            var leaves = i % 4 == 1 || i % 5 == 0;
            var prompt = leaves ? "Tell me for ever." : "Tell me.";
            try
            {
                await foreach (var (name, _) in AssistantRig.StreamAsync(i % 2 == 0 ? person : person.On(replica), i % 4 < 2 ? "chat" : "explain",
                    i % 4 < 2 ? new { projectId = (Guid?)projects[i % 3], prompt, code = (string?)null, language = "text" } : new { projectId = (Guid?)null, prompt, code = (string?)"text", language = "text" }, stop.Token))
                {
                    if (name == "answer") Interlocked.Increment(ref finished);
                    if (leaves && name == "delta" && ++pieces == (i / 3) + 1) await stop.CancelAsync();
                }
            }
            catch (OperationCanceledException)
            {
                // This one went away on purpose.
            }
        }));
        await rig.SettledAsync();

        var uses = await rig.ReadAsync(db => db.AiUses.AsNoTracking().ToListAsync(Cancel));
        uses.Count.ShouldBe(36);
        uses.Count(u => u.State == AiUseState.Done).ShouldBe(finished);
        uses.Where(u => u.State == AiUseState.Done).ShouldAllBe(u => u.InputTokens == 90 && u.OutputTokens == 77 && u.CachedTokens == 11 && !u.Estimated);
        uses.Count(u => u.State == AiUseState.Stopped).ShouldBe(36 - finished);
        uses.Where(u => u.State == AiUseState.Stopped).ShouldAllBe(u => u.Estimated && u.InputTokens > 0 && u.OutputTokens > 0);
        await rig.BooksBalanceAsync();

        // Whichever way it is cut, it is the same sum.
        foreach (var person in people)
        {
            var own = uses.Where(u => u.AccountId == person.Id).Sum(u => u.InputTokens + u.OutputTokens);
            foreach (var by in new[] { "feature", "project", "provider", "model", "day" })
            {
                var usage = await person.GetAsync($"/v1/ai/usage?by={by}");
                usage.GetProperty("total").GetProperty("tokens").GetInt64().ShouldBe(own);
                usage.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("sum").GetProperty("tokens").GetInt64()).ShouldBe(own);
                usage.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("sum").GetProperty("requests").GetInt64()).ShouldBe(12);
            }
        }
    }

    [Theory, EachEngine]
    public async Task A_cap_stops_a_stream_within_one_piece(Engine engine)
    {
        const int cap = 3_000;
        // The next piece is written only after the one before was read, so every one too many shows.
        using var read = new SemaphoreSlim(1);
        _model.Says = (_, _) => Enumerable.Repeat("twelve bytes", 100_000);
        _model.BeforePiece = (_, cancel) => read.WaitAsync(cancel);
        await using var rig = await AssistantRig.StartAsync(engine, [.. _model.Settings(0, "main", "openai"), ("Studio:Assistant:AccountTokensPerMonth", $"{cap}")]);
        var user = await rig.UserAsync();

        var delivered = 0;
        string? last = null;
        await foreach (var (name, data) in AssistantRig.StreamAsync(user, "chat", new { prompt = "Go on and on." }, Cancel))
        {
            last = name;
            if (name != "delta") continue;
            delivered += data.GetProperty("text").GetString()!.Length / "twelve bytes".Length;
            read.Release();
        }

        last.ShouldBe("answer", "what was said until then is an answer");
        delivered.ShouldBeGreaterThan(100);
        _model.Written.ShouldBeLessThanOrEqualTo(delivered + 1);
        await rig.SettledAsync();
        var use = (await rig.UsesAsync(user)).Single();
        use.State.ShouldBe(AiUseState.Stopped);
        (use.InputTokens + use.OutputTokens).ShouldBeLessThanOrEqualTo(cap);
        await rig.BooksBalanceAsync();

        // The next question finds the month used up, and no provider hears of it.
        for (var i = 0; i < 20; i++)
        {
            var refused = await user.SendJsonAsync(HttpMethod.Post, "/v1/ai/chat", JsonSerializer.Serialize(new { prompt = new string('x', 4_000), provider = "main" }));
            (refused.Status, refused.Code).ShouldBe((429, "ai_budget_exhausted"));
        }
        _model.Received.Count.ShouldBe(1);
        var state = (await user.GetAsync("/v1/ai/usage")).GetProperty("budgets")[0];
        state.GetProperty("limit").GetInt64().ShouldBe(cap);
        state.GetProperty("spent").GetInt64().ShouldBeLessThanOrEqualTo(cap);
    }

    [Theory, EachEngine]
    public async Task Of_many_at_once_no_more_are_let_through_than_the_cap_holds(Engine engine)
    {
        await using var rig = await AssistantRig.StartAsync(engine, ("Studio:Assistant:AccountTokensPerMonth", "10000"), ("Studio:Assistant:ServerTokensPerMonth", "0"));
        var replica = await rig.ReplicaAsync();
        var ledgers = new[] { rig.App, replica }.Select(app => app.Host.Services.GetRequiredService<TokenLedger>()).ToArray();
        var purpose = new AiPurpose(Guid.CreateVersion7(), Guid.CreateVersion7(), "chat");

        var leaves = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ledgers[i % 2].OpenAsync(purpose, "main", "m", 100, 900, Cancel)));

        var granted = leaves.Where(leave => leave.Ok).Select(leave => leave.Value!).ToList();
        granted.Sum(leave => leave.Tokens).ShouldBe(10_000);
        leaves.Where(leave => !leave.Ok).ShouldAllBe(leave => leave.Problem!.Code == "ai_budget_exhausted");
        // Each ends twice, from both replicas; the second end finds nothing to do.
        await Task.WhenAll(granted.SelectMany(leave => ledgers.Select(ledger => ledger.CloseAsync(purpose, leave, AiUseState.Done, new AiTokens(100, 50, 0, false), Cancel))));
        await rig.BooksBalanceAsync();
        (await rig.ReadAsync(db => db.AiBudgets.SingleAsync(b => b.Scope == "account", Cancel))).Spent.ShouldBe(granted.Count * 150);
    }

    [Theory, EachEngine]
    public async Task What_a_process_left_open_is_charged_in_full_and_given_back(Engine engine)
    {
        await using var rig = await AssistantRig.StartAsync(engine);
        var ledger = rig.App.Host.Services.GetRequiredService<TokenLedger>();
        var purpose = new AiPurpose(Guid.CreateVersion7(), null, "chat");
        var leave = (await ledger.OpenAsync(purpose, "main", "m", 100, 900, Cancel)).Value!;
        (await ledger.CloseLostAsync(Cancel)).ShouldBe(0, "it may still be answered");

        await using (var db = await rig.App.Host.Services.GetRequiredService<IDbContextFactory<Mainstreet.Studio.Data.StudioDb>>().CreateDbContextAsync(Cancel))
        {
            await db.InTransactionAsync(token => db.AiUses.Where(u => u.Id == leave.UseId).ExecuteUpdateAsync(set => set.SetProperty(u => u.StartedAt, u => DateTimeOffset.UnixEpoch), token), Cancel);
        }
        (await ledger.CloseLostAsync(Cancel)).ShouldBe(1);
        await rig.BooksBalanceAsync();
        var use = await rig.ReadAsync(db => db.AiUses.SingleAsync(u => u.Id == leave.UseId, Cancel));
        (use.State, use.InputTokens + use.OutputTokens).ShouldBe((AiUseState.Lost, 1_000));
    }

    [Theory, EachEngine]
    public async Task Nobody_reads_anothers_use(Engine engine)
    {
        await using var rig = await AssistantRig.StartAsync(engine, _model.Settings(0, "main", "openai"));
        var (one, other) = (await rig.UserAsync(), await rig.UserAsync());
        await one.PostAsync("/v1/ai/chat", new { prompt = "Hello?" });
        (await other.GetAsync("/v1/ai/usage")).GetProperty("total").GetProperty("requests").GetInt64().ShouldBe(0);
        (await other.SendAsync(HttpMethod.Get, "/v1/ai/usage?by=account")).Status.ShouldBe(403);
        (await other.SendAsync(HttpMethod.Get, "/v1/ai/usage?by=star")).Fields.ShouldBe(["by"]);
        (await other.SendAsync(HttpMethod.Get, "/v1/ai/usage?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")).Fields.ShouldBe(["from"]);
    }
}
