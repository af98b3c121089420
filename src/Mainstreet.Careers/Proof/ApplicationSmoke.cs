using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>
/// Background tasks and applications, walked once: started, followed to their ends, paused, cancelled; written down, shown, refused without a yes,
/// handed in by hand on a yes, moved to an offer. Nothing leaves the program.
/// </summary>
internal sealed class ApplicationSmoke : ISmokePath
{
    private static readonly string[] Sent = ["open", "sent"];

    private static readonly object Posting = new { title = "Synthetic Clerk", company = "Synthetic House", description = "Requirements:\n- Stock control\n- Forklift" };

    private static readonly object Profile = new
    {
        basics = new { name = "Synthetic Applicant" },
        work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { "Managed stock control for 40 pallets" } } },
    };

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var owner = await calls.RegisterAsync("register and sign in", "applicant");
        var other = await calls.RegisterAsync("somebody else too", "bystander");
        await walk.StepAsync("profile", () => Send(owner, HttpMethod.Put, "/v1/profiles/me", Profile));

        var resume = await walk.StepAsync("start a tailored résumé", () => StartAsync(new { type = "tailor_resume", input = new { posting = Posting } }));
        var written = await walk.StepAsync("the résumé is written", () => EndedAsync(resume, "completed"));
        await walk.StepAsync("its document", () => Send(owner, HttpMethod.Get, $"/v1/documents/{written.GetProperty("result").GetProperty("documentId").GetString()}"));
        var letter = await walk.StepAsync("start a letter", () => StartAsync(new { type = "generate_letter", input = new { posting = Posting } }));
        await walk.StepAsync("the letter is written", () => EndedAsync(letter, "completed"));
        var fit = await walk.StepAsync("start a comparison", () => StartAsync(new { type = "analyze_compatibility", input = new { posting = Posting } }));
        await walk.StepAsync("the comparison is made", async () => Expect((await EndedAsync(fit, "completed")).GetProperty("result").GetProperty("parts").GetArrayLength() > 0, "the comparison has no parts"));
        var bulk = await walk.StepAsync("start a comparison of many", () => StartAsync(new { type = "bulk_analysis", input = new { postings = Enumerable.Repeat(Posting, 20).ToList() } }));
        await walk.StepAsync("all of them are compared", async () => Expect((await EndedAsync(bulk, "completed")).GetProperty("result").GetProperty("items").GetArrayLength() == 20, "there are not twenty"));
        await walk.StepAsync("a task of an unknown type", async () => Expect((await AskAsync(owner, HttpMethod.Post, "/v1/tasks", new { type = "fly" })).Status == 400, "it was taken"));
        await walk.StepAsync("tasks listed", async () => Expect((await Send(owner, HttpMethod.Get, "/v1/tasks?state=completed")).GetProperty("items").GetArrayLength() == 4, "there are not four completed tasks"));
        await walk.StepAsync("a task that ended is not paused", async () => Expect((await AskAsync(owner, HttpMethod.Post, $"/v1/tasks/{bulk}/pause")).Status == 409, "it was paused"));
        await walk.StepAsync("another's task", async () => Expect((await AskAsync(other, HttpMethod.Get, $"/v1/tasks/{bulk}")).Status == 404, "somebody else sees it"));

        var made = await walk.StepAsync("write an application down", () => Send(owner, HttpMethod.Post, "/v1/hunter/submissions", new { title = "Synthetic Clerk", company = "Synthetic House" }));
        var path = $"/v1/hunter/submissions/{made.GetProperty("id").GetString()}";
        await walk.StepAsync("what goes out is shown", async () => Expect((await Send(owner, HttpMethod.Post, $"{path}/submit", new { })).GetProperty("state").GetString() == "draft", "it is no draft any more"));
        await walk.StepAsync("no yes, no submission", async () => Expect((await AskAsync(owner, HttpMethod.Patch, path, new { state = "submitted" })).Status == 409, "it was submitted"));
        await walk.StepAsync("open steps are told", async () => Expect((await AskAsync(owner, HttpMethod.Post, $"{path}/submit", new { confirm = true })).Status == 422, "it was submitted"));
        await walk.StepAsync("steps ticked", () => Send(owner, HttpMethod.Patch, path, new { checklist = Sent }));
        await walk.StepAsync("submitted by hand", async () => Expect((await Send(owner, HttpMethod.Post, $"{path}/submit", new { confirm = true })).GetProperty("delivery").GetString() == "byHand", "it was not handed in"));
        await walk.StepAsync("not twice", async () => Expect((await AskAsync(owner, HttpMethod.Post, $"{path}/submit", new { confirm = true })).Status == 409, "it was submitted twice"));
        await walk.StepAsync("counted", async () => Expect((await Send(owner, HttpMethod.Get, "/v1/hunter/quotas")).GetProperty("used").GetInt32() == 1, "it was not counted once"));
        await walk.StepAsync("moved to the interview", () => Send(owner, HttpMethod.Patch, path, new { state = "interview", notes = "Synthetic notes" }));
        await walk.StepAsync("a follow-up is written", async () =>
        {
            await EndedAsync(await StartAsync(new { type = "follow_up", input = new { submissionId = made.GetProperty("id").GetString() } }), "completed");
            return Expect((await Send(owner, HttpMethod.Get, path)).GetProperty("followUp").GetString() is { Length: > 0 }, "there are no words");
        });
        await walk.StepAsync("moved to the offer", () => Send(owner, HttpMethod.Patch, path, new { state = "offer" }));
        await walk.StepAsync("not back to a draft", async () => Expect((await AskAsync(owner, HttpMethod.Patch, path, new { state = "draft" })).Status == 409, "it is a draft again"));
        await walk.StepAsync("applications listed", async () => Expect((await Send(owner, HttpMethod.Get, "/v1/hunter/submissions?state=offer")).GetProperty("items").GetArrayLength() == 1, "it is not listed"));
        await walk.StepAsync("another's application", async () => Expect((await AskAsync(other, HttpMethod.Get, path)).Status == 404, "somebody else sees it"));
        await walk.StepAsync("archived", () => Send(owner, HttpMethod.Patch, path, new { state = "archived" }));

        async Task<string> StartAsync(object body) => (await Send(owner, HttpMethod.Post, "/v1/tasks", body)).GetProperty("id").GetString()!;

        Task<JsonElement> EndedAsync(string id, string state) => calls.EndedAsync(owner, id, state);

        Task<ProofAnswer> AskAsync(SyntheticAccount account, HttpMethod method, string to, object? body = null) => calls.AskAsync(account, method, to, body);

        Task<JsonElement> Send(SyntheticAccount account, HttpMethod method, string to, object? body = null) => calls.SendAsync(account, method, to, body);

        static bool Expect(bool holds, string otherwise) => SmokeCalls.Expect(holds, otherwise);
    }
}
