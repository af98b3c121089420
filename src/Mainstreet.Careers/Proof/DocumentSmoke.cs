using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Comparing a profile with a posting, and documents: written, read, taken back by block, bound to the profile, nobody else's.</summary>
internal sealed class DocumentSmoke : ISmokePath
{
    private const string Pallets = "Managed stock control for 40 pallets";
    private const string Invalid = "invalid_request";
    private const string DocumentGone = "not_found";

    private static readonly object Posting = new { title = "Synthetic Clerk", company = "Synthetic House", place = "Pune, IN", description = "Requirements:\n- 2+ years of stock control\n- Forklift\nNo Java needed." };

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("writer");
        var other = await walk.AccountAsync("reader");
        await walk.RefusedAsync("no profile, no comparison", 404, "profile_not_found", HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = Posting });
        var kept = await walk.SendAsync("profile", HttpMethod.Put, $"/v1/profiles/me", owner, SmokeProfiles.Of("Synthetic Writer", Pallets, "2019-03"), 201, a => a.Contains("Synthetic Writer"));
        // Each requirement has its evidence, what is missing is missing, what is denied is not asked for.
        var fit = await walk.SendAsync("compare with a posting", HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = Posting }, 200, a => a
            .Some("requirements", r => r.GetProperty("label").GetString() == "Stock control" && r.GetProperty("evidence")[0].GetProperty("quote").GetString() == Pallets, "rests stock control on its evidence")
            .Some("requirements", r => r.GetProperty("label").GetString() == "Forklift" && r.GetProperty("state").GetString() == "missing", "lacks the forklift")
            .Each("requirements", r => r.GetProperty("label").GetString() != "Java", "asks for Java").Json, kept);
        await walk.SendAsync("the same answer again", HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = Posting }, 200, a => a.Holds(again => JsonElement.DeepEquals(fit.Value, again), "is another"));
        await walk.SendAsync("weights of one's own", HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = Posting, weights = new { skills = 1, years = 0, seniority = 0, place = 0, pay = 0, growth = 0, culture = 0 } }, 200,
            a => a.AtLeast("requirements", 2).Some("requirements", r => r.GetProperty("label").GetString() == "Forklift", "is the forklift"), kept);
        await walk.RefusedAsync("no weight at all", 400, Invalid, HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = Posting, weights = new { skills = 0, years = 0, seniority = 0, place = 0, pay = 0, growth = 0, culture = 0 } }, kept);
        await walk.RefusedAsync("neither posting nor id", 400, Invalid, HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { }, kept);
        await walk.RefusedAsync("a posting that is not there", 404, "posting_not_found", HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { jobId = SmokeProfiles.Nothing }, kept);

        // Every block names its facts, and nothing of the posting is claimed.
        var resume = await walk.SendAsync("write a résumé", HttpMethod.Post, $"/v1/documents", owner, new { kind = "resume", posting = Posting }, 201, a => a.Is("kind", "resume").AtLeast("blocks", 1)
            .Each("blocks", b => b.GetProperty("factIds").GetArrayLength() > 0, "rests on nothing").Each("blocks", b => !b.GetProperty("text").GetString()!.Contains("Forklift", StringComparison.Ordinal), "claims a forklift")
            .AtLeast("keywords.keywords", 1).AtLeast("questions", 1).Id(), kept);
        var letter = await walk.SendAsync("a letter", HttpMethod.Post, $"/v1/documents", owner, new { kind = "letter", posting = Posting }, 201, a => a.Is("kind", "letter").AtLeast("blocks", 1).Id(), kept);
        await walk.GetAsync("document read", owner, $"/v1/documents/{resume}", a => a.Is("id", resume.Value).Is("kind", "resume"));
        await walk.GetAsync("documents listed", owner, $"/v1/documents", a => a.Count("items", 2).Some("items", d => d.GetProperty("id").GetGuid() == letter.Value, "is the letter"), resume);
        await walk.PageAsync("page: documents", owner, $"/careers/documents", "Documents", "Synthetic Clerk");
        var change = await walk.GetAsync("a change to take back", owner, $"/v1/documents/{resume}", a => a.Is("id", resume.Value).At("changes").EnumerateArray().First(c => c.GetProperty("change").GetString() != "kept").GetProperty("blockId").GetString()!);
        var reverted = await walk.SendAsync("a change taken back", HttpMethod.Patch, $"/v1/documents/{resume}", owner, SmokeWalk.Late(() => new { reverted = new[] { change.Value } }), 200,
            a => a.Some("changes", c => c.GetProperty("blockId").GetString() == change.Value && c.GetProperty("reverted").GetBoolean(), "is taken back"));
        await walk.SendAsync("and accepted again", HttpMethod.Patch, $"/v1/documents/{resume}", owner, new { reverted = Array.Empty<string>() }, 200, a => a.Is("id", resume.Value).Each("changes", c => !c.GetProperty("reverted").GetBoolean(), "is taken back still"), reverted);
        await walk.RefusedAsync("an unknown kind", 400, Invalid, HttpMethod.Post, $"/v1/documents", owner, new { kind = "poem", posting = Posting });
        await walk.RefusedAsync("another's document read", 404, DocumentGone, HttpMethod.Get, $"/v1/documents/{resume}", other);
        await walk.RefusedAsync("another's document changed", 404, DocumentGone, HttpMethod.Patch, $"/v1/documents/{resume}", other, new { reverted = Array.Empty<string>() });
        var left = await walk.SendAsync("a fact leaves the profile", HttpMethod.Put, $"/v1/profiles/me", owner, SmokeProfiles.Of("Synthetic Writer", "Opened the shop", "2019-03"), 200, a => a.Contains("Opened the shop"), resume);
        await walk.GetAsync("its blocks leave the document", owner, $"/v1/documents/{resume}", a => a.Is("id", resume.Value).Each("blocks", b => !b.GetProperty("text").GetString()!.Contains("pallets", StringComparison.Ordinal), "speaks of pallets still"), left);
    }
}
