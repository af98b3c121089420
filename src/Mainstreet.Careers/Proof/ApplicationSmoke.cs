using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>
/// Background tasks and applications, walked once: started, followed to their ends, refused; written down, shown, refused without a yes,
/// handed in by hand on a yes, moved to an offer. Nothing leaves the program.
/// </summary>
internal sealed class ApplicationSmoke : ISmokePath
{
    private const string NotFound = "not_found";
    private const string WrongState = "application_wrong_state";

    private static readonly string[] Sent = ["open", "sent"];

    private static readonly object Posting = new { title = "Synthetic Clerk", company = "Synthetic House", description = "Requirements:\n- Stock control\n- Forklift" };

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("applicant");
        var other = await walk.AccountAsync("bystander");
        var kept = await walk.SendAsync("profile", HttpMethod.Put, $"/v1/profiles/me", owner, SmokeProfiles.Of("Synthetic Applicant", "Managed stock control for 40 pallets"), 201, a => a.Contains("Synthetic Applicant"));

        var resume = await walk.StartAsync("start a tailored résumé", owner, "tailor_resume", new { posting = Posting }, kept);
        var written = await walk.EndedAsync("the résumé is written", owner, resume, a => a.Id("result.documentId") != Guid.Empty ? a : throw a.Wrong("names no document"));
        await walk.StepAsync("its document", async () => (await walk.AskAsync(HttpMethod.Get, $"/v1/documents/{written.Value.Id("result.documentId")}", owner)).Answered(200).Is("id", written.Value.Id("result.documentId")).Is("kind", "resume"));
        var letter = await walk.StartAsync("start a letter", owner, "generate_letter", new { posting = Posting }, kept);
        var lettered = await walk.EndedAsync("the letter is written", owner, letter, a => a.Id("result.documentId") != Guid.Empty ? a : throw a.Wrong("names no document"));
        var fit = await walk.StartAsync("start a comparison", owner, "analyze_compatibility", new { posting = Posting }, kept);
        var compared = await walk.EndedAsync("the comparison is made", owner, fit, a => a.AtLeast("result.parts", 1));
        var bulk = await walk.StartAsync("start a comparison of many", owner, "bulk_analysis", new { postings = Enumerable.Repeat(Posting, 20).ToList() }, kept);
        var all = await walk.EndedAsync("all of them are compared", owner, bulk, a => a.Count("result.items", 20));
        await walk.RefusedAsync("a task of an unknown type", 400, "invalid_request", HttpMethod.Post, $"/v1/tasks", owner, new { type = "fly" });
        await walk.GetAsync("tasks listed", owner, $"/v1/tasks?state=completed", a => a.Count("items", 4).Each("items", t => t.GetProperty("state").GetString() == "completed", "is not completed"), written, lettered, compared, all);
        await walk.RefusedAsync("a task that ended is not paused", 409, "task_wrong_state", HttpMethod.Post, $"/v1/tasks/{bulk}/pause", owner, null, all);
        await walk.RefusedAsync("another's task", 404, NotFound, HttpMethod.Get, $"/v1/tasks/{bulk}", other);
        await walk.PageAsync("page: careers, with its tasks", owner, $"/careers", "Careers", "In the background");

        var application = await walk.SendAsync("write an application down", HttpMethod.Post, $"/v1/hunter/submissions", owner, new { title = "Synthetic Clerk", company = "Synthetic House" }, 201, a => a.Is("posting.title", "Synthetic Clerk").Is("state", "draft").Id());
        await walk.SendAsync("what goes out is shown", HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", owner, new { }, 200, a => a.Is("id", application.Value).Is("state", "draft"));
        await walk.RefusedAsync("no yes, no submission", 409, "needs_your_yes", HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { state = "submitted" });
        await walk.RefusedAsync("open steps are told", 422, "checklist_open", HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", owner, new { confirm = true });
        var ticked = await walk.SendAsync("steps ticked", HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { checklist = Sent }, 200, a => a.Is("id", application.Value).Some("checklist", c => c.GetProperty("key").GetString() == "sent" && c.GetProperty("done").GetBoolean(), "is ticked"));
        var handed = await walk.SendAsync("submitted by hand", HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", owner, new { confirm = true }, 200, a => a.Is("state", "submitted").Is("delivery", "byHand"), ticked);
        await walk.RefusedAsync("not twice", 409, "already_submitted", HttpMethod.Post, $"/v1/hunter/submissions/{application}/submit", owner, new { confirm = true }, handed);
        await walk.GetAsync("counted", owner, $"/v1/hunter/quotas", a => a.Is("used", 1), handed);
        var interview = await walk.SendAsync("moved to the interview", HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { state = "interview", notes = "Synthetic notes" }, 200, a => a.Is("state", "interview").Is("notes", "Synthetic notes"), handed);
        var follow = await walk.StartAsync("a follow-up is begun", owner, "follow_up", new { submissionId = application }, interview);
        var followed = await walk.EndedAsync("a follow-up is written", owner, follow, a => a.Is("type", "follow_up"));
        await walk.GetAsync("its words", owner, $"/v1/hunter/submissions/{application}", a => a.Is("id", application.Value).Says("followUp"), followed);
        var offer = await walk.SendAsync("moved to the offer", HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { state = "offer" }, 200, a => a.Is("id", application.Value).Is("state", "offer"), interview);
        await walk.RefusedAsync("not back to a draft", 409, WrongState, HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { state = "draft" }, offer);
        await walk.GetAsync("applications listed", owner, $"/v1/hunter/submissions?state=offer", a => a.Count("items", 1).Is("items[0].id", application.Value), offer);
        await walk.RefusedAsync("another's application", 404, NotFound, HttpMethod.Get, $"/v1/hunter/submissions/{application}", other);
        await walk.PageAsync("page: board", owner, $"/careers/applications", "Applications", "Synthetic Clerk");
        await walk.PageAsync("page: the application", owner, $"/careers/applications/{application}", "Synthetic Clerk", "Synthetic House");
        await walk.PageAsync("page: another's application", other, $"/careers/applications/{application}", 404, "Nothing here", "<h1>Nothing here</h1>");
        await walk.SendAsync("archived", HttpMethod.Patch, $"/v1/hunter/submissions/{application}", owner, new { state = "archived" }, 200, a => a.Is("id", application.Value).Is("state", "archived"), offer);
    }
}
