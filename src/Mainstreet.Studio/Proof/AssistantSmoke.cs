using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>The assistant's main path without a model: code written, mended, explained, and the ledger.</summary>
internal sealed class AssistantSmoke : ISmokePath
{
    public string Name => "assistant";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.StepAsync("register and sign in", () => SyntheticAccount.CreateAsync(walk.Client, "asker", "customer", walk.Run.Clock, cancel));
        await walk.StepAsync("write code", async () => Expect((await AskAsync("generate", new { prompt = "CRUD API for products with name, price:decimal", provider = "builtin" })).GetProperty("verified").GetBoolean(), "it was not checked"));
        await walk.StepAsync("mend code", async () => Expect(
            (await AskAsync("fix", new { code = "class A { int F() { return 1 } }", language = "csharp", provider = "builtin" })).GetProperty("code").GetString()!.Contains("return 1;", StringComparison.Ordinal), "the semicolon is missing still"));
        await walk.StepAsync("explain code", async () => Expect(
            (await AskAsync("explain", new { code = "class A { int F() { return 1; } }", language = "csharp", provider = "builtin" })).GetProperty("explanation").GetString()!.Contains("F()", StringComparison.Ordinal), "the method is not named"));
        await walk.StepAsync("ledger", async () => Expect(
            (await walk.Client.SendAsync(new ProofCall("usage", HttpMethod.Get, "/v1/ai/usage") { Account = owner }, cancel)).Require().GetProperty("total").GetProperty("requests").GetInt64() == 3, "it does not hold three requests"));

        async Task<JsonElement> AskAsync(string feature, object body) =>
            (await walk.Client.SendAsync(new ProofCall(feature, HttpMethod.Post, $"/v1/ai/{feature}") { Account = owner, Body = body, SingleAttempt = true }, cancel)).Require();

        static bool Expect(bool holds, string otherwise) => holds ? true : throw new ProofException(otherwise);
    }
}
