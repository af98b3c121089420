using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Files in and out, and what must be refused: broken files, faults by their path, null in lists, numbers without end.</summary>
internal sealed class BadInputSmoke : ISmokePath
{
    private static readonly object Profile = new
    {
        basics = new { name = "Synthetic Careful", label = "Clerk", email = "careful@example.test" },
        work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { "Counted synthetic stock every evening" } } },
    };

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var owner = await calls.RegisterAsync("register and sign in", "careful");
        await walk.StepAsync("profile", () => calls.SendAsync(owner, HttpMethod.Put, "/v1/profiles/me", Profile));
        var pdf = await walk.StepAsync("export as PDF", () => calls.DownloadAsync(owner, "/v1/profiles/me/export?format=pdf", "%PDF-"));
        var docx = await walk.StepAsync("export as DOCX", () => calls.DownloadAsync(owner, "/v1/profiles/me/export?format=docx", "PK"));
        await Reads("the PDF is read again", pdf);
        await Reads("the DOCX is read again", docx);
        await calls.RefusedAsync("an unknown format", 400, owner, HttpMethod.Get, "/v1/profiles/me/export?format=odt");
        await calls.RefusedAsync("an unknown mask", 404, owner, HttpMethod.Get, "/v1/profiles/me/export?mask=nobody", code: "mask_not_found");
        await Refused("a PDF cut short", pdf[..(pdf.Length / 4)], 422);
        await Refused("a broken DOCX", [.. docx[..60], .. Encoding.ASCII.GetBytes("no archive any more")], 422);
        await Refused("a text file", Encoding.ASCII.GetBytes("hello"), 415);
        await walk.StepAsync("the fault is named by its path", async () =>
        {
            var answer = await calls.AskAsync(owner, HttpMethod.Put, "/v1/profiles/me", new { work = new[] { new { startDate = "soon" } } });
            return SmokeCalls.Expect(answer.Status == 400 && answer.Body!.Value.GetProperty("errors").TryGetProperty("$.work[0].startDate", out _), $"it was answered {answer.Status} {answer.Body}");
        });
        await calls.RefusedAsync("null among masks", 400, owner, HttpMethod.Put, "/v1/profiles/me/masks", new { masks = new object?[] { null } });
        await calls.RefusedAsync("null among a mask's words", 400, owner, HttpMethod.Put, "/v1/profiles/me/masks", new { masks = new[] { new { key = "a", label = "A", sections = Array.Empty<string>(), words = new string?[] { null } } } });
        await calls.RefusedAsync("null among postings", 400, owner, HttpMethod.Post, "/v1/tasks", new { type = "bulk_analysis", input = new { postings = new object?[] { null } } });
        await calls.RefusedAsync("a weight without end", 400, owner, HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = new { title = "Clerk", description = "x" }, weights = new { skills = 1e27 } });
        await calls.RefusedAsync("an address that a browser would run", 400, owner, HttpMethod.Post, "/v1/hunter/submissions", new { title = "Clerk", url = "javascript:alert(1)" });
        await calls.RefusedAsync("a page of a thousand", 400, owner, HttpMethod.Get, "/v1/hunter/submissions?limit=100000");
        await calls.RefusedAsync("an unknown state", 400, owner, HttpMethod.Get, "/v1/tasks?state=asleep");
        await walk.StepAsync("the profile stands", async () => SmokeCalls.Expect((await calls.GetAsync(owner, "/v1/profiles/me")).GetProperty("basics").GetProperty("name").GetString() == "Synthetic Careful", "it was changed"));

        Task<bool> Reads(string step, byte[] file) => walk.StepAsync(step, async () =>
        {
            var read = (await calls.UploadAsync(owner, "/v1/profiles/me/import?save=false", file, "application/octet-stream")).Require();
            return SmokeCalls.Expect(read.GetProperty("resume").GetRawText().Contains("Counted synthetic stock", StringComparison.Ordinal), "its words are lost");
        });

        Task<bool> Refused(string step, byte[] file, int status) => walk.StepAsync(step, async () =>
        {
            var answer = await calls.UploadAsync(owner, "/v1/profiles/me/import", file, "application/octet-stream");
            return SmokeCalls.Expect(answer.Status == status, $"it was answered {answer.Status} {answer.Code}");
        });
    }
}
