using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>The assistant's main path without a model: code written, mended, explained, completed, and the ledger.</summary>
internal sealed class AssistantSmoke : ISmokePath
{
    private const string BuiltIn = "builtin";

    public string Name => "studio";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("asker");
        var wrote = await Ask("write code", "generate", new { prompt = "CRUD API for products with name, price:decimal", provider = BuiltIn }, a => a.Is("verified", true).Is("provider", BuiltIn).Says("code", "products"));
        var mended = await Ask("mend code", "fix", new { code = "class A { int F() { return 1 } }", language = "csharp", provider = BuiltIn }, a => a.Says("code", "return 1;"));
        var explained = await Ask("explain code", "explain", new { code = "class A { int F() { return 1; } }", language = "csharp", provider = BuiltIn }, a => a.Says("explanation", "F()"));
        await Ask("complete code", "complete", new { code = "class A { int F() { return ", language = "csharp", provider = BuiltIn }, a => a.Is("model", "compiler").AtLeast("choices", 1).Says("code", "class A { int F() { return "));
        await walk.RefusedAsync("talk needs a model", 422, "needs_model", HttpMethod.Post, $"/v1/ai/chat", owner, new { prompt = "hello", provider = BuiltIn });
        await walk.RefusedAsync("nothing to explain", 400, "invalid_request", HttpMethod.Post, $"/v1/ai/explain", owner, new { provider = BuiltIn });
        await walk.GetAsync("ledger", owner, $"/v1/ai/usage", a => a.Holds(u => u.GetProperty("total").GetProperty("requests").GetInt64() >= 3, "does not hold three requests")
            .Some("items", i => i.GetRawText().Contains("\"generate\"", StringComparison.Ordinal), "is what was written"), wrote, mended, explained);

        Task<SmokeResult<SmokeAnswer>> Ask(string step, string feature, object body, Func<SmokeAnswer, SmokeAnswer> check) =>
            walk.SendAsync(step, HttpMethod.Post, $"/v1/ai/{feature}", owner, body, 200, check);
    }
}
