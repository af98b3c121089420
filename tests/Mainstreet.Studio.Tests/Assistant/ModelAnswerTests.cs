using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Tests.Assistant.Models;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Http;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

/// <summary>Through HTTP and the real clients, against servers on the loopback.</summary>
[Trait("kind", "db")]
public sealed class ModelAnswerTests : IAsyncLifetime
{
    private StreamingModelDouble _first = null!;
    private StreamingModelDouble _second = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _first = await StreamingModelDouble.StartAsync(Cancel);
        _second = await StreamingModelDouble.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task Words_stream_piece_by_piece_and_the_tokens_are_the_providers(string protocol)
    {
        _first.Says = (_, _) => ["The shop", " opens", " at nine."];
        _first.Usage = _ => (120, 7, protocol == "ollama" ? 0 : 100);
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, _first.Settings(0, "main", protocol));
        var user = await rig.UserAsync();

        var events = await AssistantRig.StreamAsync(user, "chat", new { prompt = "When do we open?" }, Cancel).ToListAsync(Cancel);

        string.Concat(events.Where(e => e.Name == "delta").Select(e => e.Data.GetProperty("text").GetString())).ShouldBe("The shop opens at nine.");
        events.Count(e => e.Name == "delta").ShouldBe(3);
        var answer = events[^1];
        answer.Name.ShouldBe("answer");
        answer.Data.GetProperty("provider").GetString().ShouldBe("main");
        answer.Data.GetProperty("tokensUsed").GetInt64().ShouldBe(127);
        answer.Data.GetProperty("estimated").GetBoolean().ShouldBeFalse();
        _first.Received.Single().Key.ShouldBe("key-of-main");
        var use = (await rig.UsesAsync(user)).Single();
        (use.State, use.InputTokens, use.OutputTokens, use.CachedTokens, use.Estimated).ShouldBe((AiUseState.Done, 120, 7, protocol == "ollama" ? 0 : 100, false));
        if (protocol == "anthropic") _first.Received.Single().Body.ShouldContain("\"cache_control\"");
        await rig.BooksBalanceAsync();
    }

    [Fact]
    public async Task The_next_provider_answers_when_one_fails_and_a_failing_one_is_left_alone()
    {
        _first.Instead = http => { http.Response.StatusCode = 500; return Task.CompletedTask; };
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, [.. _first.Settings(0, "first", "openai"), .. _second.Settings(1, "second", "anthropic")]);
        var user = await rig.UserAsync();

        for (var i = 0; i < 5; i++)
        {
            var answer = await user.PostAsync("/v1/ai/chat", new { prompt = "Hello?" });
            answer.GetProperty("provider").GetString().ShouldBe("second");
        }

        _first.Received.Count.ShouldBe(3, "three failures open the breaker");
        _second.Received.Count.ShouldBe(5);
        (await rig.UsesAsync(user)).Where(u => u.Provider == "first").ShouldAllBe(u => u.State == AiUseState.Failed && u.InputTokens == 0);
        await rig.BooksBalanceAsync();
    }

    [Fact]
    public async Task A_provider_that_does_not_begin_is_not_waited_for()
    {
        _first.Instead = http => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, [.. _first.Settings(0, "first", "ollama", ("FirstPieceTimeout", "00:00:00.3")), .. _second.Settings(1, "second", "openai")]);
        var answer = await (await rig.UserAsync()).PostAsync("/v1/ai/chat", new { prompt = "Hello?" });
        answer.GetProperty("provider").GetString().ShouldBe("second");
    }

    [Fact]
    public async Task Words_that_break_off_are_not_continued_by_another()
    {
        _first.Says = (_, _) => ["Half an", " answer"];
        _first.BeforePiece = (piece, cancel) => piece == 1 ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, [.. _first.Settings(0, "first", "openai", ("NextPieceTimeout", "00:00:00.3")), .. _second.Settings(1, "second", "openai")]);
        var user = await rig.UserAsync();
        var events = await AssistantRig.StreamAsync(user, "chat", new { prompt = "Hello?", provider = "first" }, Cancel).ToListAsync(Cancel);
        events.Select(e => e.Name).ShouldBe(["delta", "problem"]);
        events[^1].Data.GetProperty("code").GetString().ShouldBe("model_unavailable");
        _second.Received.ShouldBeEmpty();
        (await rig.UsesAsync(user)).Single().OutputTokens.ShouldBe(2);
        await rig.BooksBalanceAsync();
    }

    [Fact]
    public async Task Code_is_checked_before_it_is_shown_and_the_model_is_told_what_is_wrong()
    {
        const string code = "class A\n{\n    int F() { return \"1\"; }\n}\n";
        static string Edit(string search, string replace) => $"Done.\n\nsnippet.cs\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n";
        var answers = new Queue<string>([Edit("    int G() { return \"1\"; }", "    int G() { return 1; }"), Edit("    int F() { return \"1\"; }", "    int F() { return 1; }")]);
        _first.Says = (_, _) => [answers.Dequeue()];
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, _first.Settings(0, "main", "openai"));

        var answer = await (await rig.UserAsync()).PostAsync("/v1/ai/fix", new { code, language = "csharp", provider = "main" });

        answer.GetProperty("verified").GetBoolean().ShouldBeTrue();
        answer.GetProperty("code").GetString().ShouldBe(code.Replace("\"1\"", "1", StringComparison.Ordinal));
        answer.GetProperty("edits")[0].GetProperty("diff").GetString()!.ShouldContain("+    int F() { return 1; }");
        answer.GetProperty("tokensUsed").GetInt64().ShouldBe(240, "both questions are paid");
        _first.Received.Last().Body.ShouldContain("These lines are not in the file. Nearest lines, from line 3");
    }

    [Fact]
    public async Task Code_that_makes_it_worse_is_never_shown()
    {
        _first.Says = (_, _) => ["snippet.cs\n<<<<<<< SEARCH\n    int F() { return \"1\"; }\n=======\n    int F() { return Nothing(); }\n>>>>>>> REPLACE\n"];
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, _first.Settings(0, "main", "openai"));
        var user = await rig.UserAsync();
        using var refused = await user.Http.PostAsJsonAsync("/v1/ai/fix", new { code = "class A\n{\n    int F() { return \"1\"; }\n}\n", language = "csharp", provider = "main" }, Cancel);
        ((int)refused.StatusCode).ShouldBe(422);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        problem.GetProperty("code").GetString().ShouldBe("answer_not_verified");
        problem.GetProperty("reasons")[0].GetString()!.ShouldContain("CS0103");
        _first.Received.Count.ShouldBe(2, "it is asked once more, then no more");

        // Without a wish for this provider the compiler mends it.
        var mended = await user.PostAsync("/v1/ai/fix", new { code = "class A\n{\n    int F() { return \"1\"; }\n}\n", language = "csharp" });
        mended.GetProperty("provider").GetString().ShouldBe("builtin");
        mended.GetProperty("code").GetString()!.ShouldContain("return 1;");
    }

    [Fact]
    public async Task Several_files_are_changed_together_or_not_at_all()
    {
        var blocks = "index.html\n<<<<<<< SEARCH\n<p>old</p>\n=======\n<p>new</p>\n>>>>>>> REPLACE\n\nstyle.css\n<<<<<<< SEARCH\n=======\np { color: green; }\n>>>>>>> REPLACE\n";
        _first.Says = (_, _) => [blocks];
        await using var rig = await AssistantRig.StartAsync(Engine.Sqlite, _first.Settings(0, "main", "openai"));
        var user = await rig.UserAsync();
        var project = await AssistantRig.ProjectAsync(user, ("index.html", "<h1>Shop</h1>\n<p>old</p>\n"));

        var answer = await user.PostAsync("/v1/ai/generate", new { projectId = project, path = "index.html", prompt = "make it new and green" });
        answer.GetProperty("edits").GetArrayLength().ShouldBe(2);
        answer.GetProperty("verified").GetBoolean().ShouldBeTrue();
        answer.GetProperty("base").GetInt64().ShouldBe(1);

        blocks += "\nindex.html\n<<<<<<< SEARCH\n<p>not there</p>\n=======\n<p>x</p>\n>>>>>>> REPLACE\n";
        var refused = await user.SendJsonAsync(HttpMethod.Post, "/v1/ai/generate", JsonSerializer.Serialize(new { projectId = project, path = "index.html", prompt = "again", provider = "main" }));
        (refused.Status, refused.Code).ShouldBe((422, "edit_does_not_apply"));
        refused.Body.GetProperty("edits")[0].GetProperty("path").GetString().ShouldBe("index.html");
    }
}
