using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Comparing a profile with a posting, and documents: written, read, taken back by block, bound to the profile, nobody else's.</summary>
internal sealed class DocumentSmoke : ISmokePath
{
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    private static readonly object Posting = new { title = "Synthetic Clerk", company = "Synthetic House", place = "Pune, IN", description = "Requirements:\n- 2+ years of stock control\n- Forklift\nNo Java needed." };

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var owner = await calls.RegisterAsync("register and sign in", "writer");
        var other = await calls.RegisterAsync("somebody else too", "reader");
        await calls.RefusedAsync("no profile, no comparison", 404, owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = Posting }, "profile_not_found");
        await walk.StepAsync("profile", () => calls.SendAsync(owner, HttpMethod.Put, "/v1/profiles/me", Profile("Managed stock control for 40 pallets")));

        var fit = await walk.StepAsync("compare with a posting", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = Posting }));
        await walk.StepAsync("each requirement has its evidence", () => Task.FromResult(Requirement("Stock control").GetProperty("evidence")[0].GetProperty("quote").GetString() == "Managed stock control for 40 pallets"
            ? true : throw new ProofException($"stock control rests on {Requirement("Stock control")}")));
        await walk.StepAsync("what is missing is missing", () => Task.FromResult(SmokeCalls.Expect(Requirement("Forklift").GetProperty("state").GetString() == "missing", "a forklift came from nowhere")));
        await walk.StepAsync("what is denied is not asked for", () => Task.FromResult(SmokeCalls.Expect(fit.GetProperty("requirements").EnumerateArray().All(r => r.GetProperty("label").GetString() != "Java"), "Java is asked for")));
        await walk.StepAsync("the same answer again", async () => SmokeCalls.Expect(
            JsonElement.DeepEquals(fit, await calls.SendAsync(owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = Posting })), "the answer is another"));
        await walk.StepAsync("weights of one's own", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = Posting, weights = new { skills = 1, years = 0, seniority = 0, place = 0, pay = 0, growth = 0, culture = 0 } }));
        await calls.RefusedAsync("no weight at all", 400, owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = Posting, weights = new { skills = 0, years = 0, seniority = 0, place = 0, pay = 0, growth = 0, culture = 0 } });
        await calls.RefusedAsync("neither posting nor id", 400, owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { });
        await calls.RefusedAsync("a posting that is not there", 404, owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { jobId = Nothing }, "posting_not_found");

        var resume = await walk.StepAsync("write a résumé", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/documents", new { kind = "resume", posting = Posting }));
        var path = $"/v1/documents/{resume.GetProperty("id").GetString()}";
        await walk.StepAsync("every block names its facts", () => Task.FromResult(SmokeCalls.Expect(Blocks(resume).All(b => b.GetProperty("factIds").GetArrayLength() > 0), "a block rests on nothing")));
        await walk.StepAsync("nothing of the posting is claimed", () => Task.FromResult(SmokeCalls.Expect(!Blocks(resume).Any(b => b.GetProperty("text").GetString()!.Contains("Forklift", StringComparison.Ordinal)), "the résumé claims a forklift")));
        await walk.StepAsync("keywords and questions", () => Task.FromResult(SmokeCalls.Expect(resume.GetProperty("keywords").GetProperty("keywords").GetArrayLength() > 0 && resume.GetProperty("questions").GetArrayLength() > 0, "there are none")));
        await walk.StepAsync("a letter", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/documents", new { kind = "letter", posting = Posting }));
        await walk.StepAsync("documents listed", async () => SmokeCalls.Expect((await calls.GetAsync(owner, "/v1/documents")).GetProperty("items").GetArrayLength() == 2, "there are not two"));
        await walk.StepAsync("a change taken back", async () =>
        {
            var change = resume.GetProperty("changes").EnumerateArray().First(c => c.GetProperty("change").GetString() != "kept").GetProperty("blockId").GetString();
            var changed = await calls.SendAsync(owner, HttpMethod.Patch, path, new { reverted = new[] { change } });
            return SmokeCalls.Expect(changed.GetProperty("changes").EnumerateArray().Any(c => c.GetProperty("blockId").GetString() == change && c.GetProperty("reverted").GetBoolean()), "it was not taken back");
        });
        await walk.StepAsync("and accepted again", () => calls.SendAsync(owner, HttpMethod.Patch, path, new { reverted = Array.Empty<string>() }));
        await calls.RefusedAsync("an unknown kind", 400, owner, HttpMethod.Post, "/v1/documents", new { kind = "poem", posting = Posting });
        await calls.RefusedAsync("another's document read", 404, other, HttpMethod.Get, path);
        await calls.RefusedAsync("another's document changed", 404, other, HttpMethod.Patch, path, new { reverted = Array.Empty<string>() });
        await walk.StepAsync("a fact leaves the profile", () => calls.SendAsync(owner, HttpMethod.Put, "/v1/profiles/me", Profile("Opened the shop")));
        await walk.StepAsync("its blocks leave the document", async () => SmokeCalls.Expect(!Blocks(await calls.GetAsync(owner, path)).Any(b => b.GetProperty("text").GetString()!.Contains("pallets", StringComparison.Ordinal)), "the pallets are still there"));

        JsonElement Requirement(string label) => fit.GetProperty("requirements").EnumerateArray().First(r => r.GetProperty("label").GetString() == label);

        static IEnumerable<JsonElement> Blocks(JsonElement document) => document.GetProperty("blocks").EnumerateArray();

        static object Profile(string highlight) => new
        {
            basics = new { name = "Synthetic Writer" },
            work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2019-03", highlights = new[] { highlight } } },
            skills = new[] { new { name = "Stock control" } },
        };
    }
}
