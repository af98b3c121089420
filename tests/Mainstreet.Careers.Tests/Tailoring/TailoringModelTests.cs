using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tailoring.Model;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Tailoring;

/// <summary>A configured model, spoken to over HTTP by its own protocol.</summary>
[Trait("kind", "db")]
public sealed class TailoringModelTests
{
    private const string Resume = """
        {
          "basics": {"name": "Mina Halvorsen", "label": "Shop assistant", "email": "mina@example.org", "phone": "+91 20 5550 0199", "location": {"city": "Pune", "countryCode": "IN"}},
          "work": [{"name": "Harbour Foods", "position": "Assistant Shop Manager", "startDate": "2019-03", "endDate": "2022-02",
                    "highlights": ["Trained 12 staff in cash handling", "Managed stock control for 40 pallets"]}]
        }
        """;

    private static readonly object Wish = new { kind = "resume", posting = new { title = "Stock Clerk", company = "Corner House", description = "Requirements:\n- Stock control\n- Cash handling" } };

    [Theory]
    [InlineData(Engine.Sqlite, "openai"), InlineData(Engine.Postgres, "anthropic")]
    public async Task It_words_lines_and_its_lies_are_refused(Engine engine, string protocol)
    {
        await using var model = await ModelDouble.StartAsync(CancellationToken.None);
        model.Says = (_, user) => Answer(Lines(user), line => line.Contains("Trained", StringComparison.Ordinal) ? "Taught 12 staff in cash handling"
            : line.Contains("Managed", StringComparison.Ordinal) ? "Managed stock control for 400 pallets" : null);
        await using var app = await AppAsync(engine, model, protocol);
        var user = await PersonAsync(app);
        var document = await user.PostAsync("/v1/documents", Wish);

        var texts = document.GetProperty("blocks").EnumerateArray().Select(b => b.GetProperty("text").GetString()!).ToList();
        texts.ShouldContain("Taught 12 staff in cash handling");
        texts.ShouldContain("Managed stock control for 40 pallets");
        document.GetProperty("refused").GetRawText().ShouldContain("400");
        model.Last.Key.ShouldBe("k-1");
        model.Last.Model.ShouldBe("test-model");
        // How to reach the person stays here.
        foreach (var secret in (string[])["mina@example.org", "5550", "Mina", "Halvorsen"]) model.Last.User.ShouldNotContain(secret);
        (await TokensAsync(app)).ShouldBe(15);
    }

    [Theory, EachEngine]
    public async Task The_day_has_its_budget_however_many_write_at_once(Engine engine)
    {
        const int budget = 20_000, answer = 4_096;
        await using var model = await ModelDouble.StartAsync(CancellationToken.None);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        model.Instead = async http =>
        {
            await open.Task;
            http.Response.StatusCode = 500;
        };
        await using var app = await AppAsync(engine, model, "openai", ("Careers:Model:TokensPerDay", $"{budget}"), ("Careers:Model:FailuresBeforeBreak", "100"));
        var user = await PersonAsync(app);
        var writing = Enumerable.Range(0, 12).Select(_ => user.PostAsync("/v1/documents", Wish)).ToList();
        // Those beyond the budget are written at once, without the model.
        while (writing.Count(one => one.IsCompleted) + model.Requests < writing.Count) await Task.Delay(10);
        model.Requests.ShouldBeInRange(1, budget / answer);
        open.SetResult();
        foreach (var document in await Task.WhenAll(writing)) document.GetProperty("blocks").GetArrayLength().ShouldBeGreaterThan(0);
        // What failed may have cost: it stays counted, and never is there more than the day allows.
        (await TokensAsync(app)).ShouldBeInRange(model.Requests * (long)answer, budget);
        var asked = model.Requests;
        await user.PostAsync("/v1/documents", Wish);
        model.Requests.ShouldBeInRange(asked, budget / answer);
    }

    [Fact]
    public async Task One_that_is_down_is_left_alone_and_documents_are_written_without_it()
    {
        await using var model = await ModelDouble.StartAsync(CancellationToken.None);
        model.Instead = http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var app = await AppAsync(Engine.Sqlite, model, "openai", ("Careers:Model:TokensPerDay", "10000000"));
        var user = await PersonAsync(app);
        for (var i = 0; i < 6; i++) (await user.PostAsync("/v1/documents", Wish)).GetProperty("blocks").GetArrayLength().ShouldBeGreaterThan(0);
        model.Requests.ShouldBe(3);
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("Sure! Here you are."), InlineData("[]"), InlineData("{}"), InlineData("""{"blocks":{}}"""), InlineData("""{"blocks":[{"section":"work","text":"x"}]}""")]
    [InlineData("""{"blocks":[{"section":"work","text":"","factIds":["a"]}]}"""), InlineData("""{"blocks":[{"section":"work","text":"x","factIds":[1]}]}"""), InlineData("""{"blocks":[{"section":"work","text":"x\u0000","factIds":[]}]}""")]
    [InlineData("""{"blocks":[{"section":"work","text":"\ud800","factIds":[]}]}"""), InlineData("""{"blocks":[],"blocks":[]}"""), InlineData("""{"blocks":[null]}""")]
    public void Whatever_is_not_the_form_asked_for_is_no_answer(string? answer) => TailoringPrompt.Read(answer).ShouldBeNull();

    [Fact]
    public void An_answer_may_stand_in_a_fence()
    {
        var block = TailoringPrompt.Read("```json\n{\"blocks\":[{\"section\":\"work\",\"text\":\"x\",\"factIds\":[\"a\",\"b\"]}]}\n```").ShouldHaveSingleItem();
        (block.Section, block.Text, string.Join(',', block.FactIds)).ShouldBe(("work", "x", "a,b"));
    }

    private static Task<TestApp> AppAsync(Engine engine, ModelDouble model, string protocol, params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Careers:Model:Provider"] = protocol, ["Careers:Model:Endpoint"] = protocol == "openai" ? new Uri(model.Address, "v1").ToString() : model.Address.ToString(),
            ["Careers:Model:ApiKey"] = "k-1", ["Careers:Model:Model"] = "test-model",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return TestApp.StartAsync(engine, settings);
    }

    private static async Task<TestUser> PersonAsync(TestApp app)
    {
        var user = await TestUser.RegisterAsync(app);
        await user.PutAsync("/v1/profiles/me", JsonSerializer.Deserialize<JsonElement>(Resume));
        return user;
    }

    private static async Task<long> TokensAsync(TestApp app)
    {
        await using var db = await app.Host.Services.GetRequiredService<IDbContextFactory<CareersDb>>().CreateDbContextAsync();
        return await db.ModelDays.SumAsync(d => d.Tokens);
    }

    // The lines as the prompt gives them, between its marks.
    private static List<JsonElement> Lines(string user)
    {
        var json = user[user.IndexOf('{', StringComparison.Ordinal)..(user.LastIndexOf('}') + 1)];
        return [.. JsonSerializer.Deserialize<JsonElement>(json).GetProperty("lines").EnumerateArray()];
    }

    private static string Answer(List<JsonElement> lines, Func<string, string?> word) => JsonSerializer.Serialize(new
    {
        blocks = from line in lines
                 let text = word(line.GetProperty("text").GetString()!)
                 where text is not null
                 select new { section = line.GetProperty("section").GetString(), text, factIds = line.GetProperty("factIds") },
    });
}
