using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Files in and out, and what must be refused: broken files, null in lists, numbers without end.</summary>
internal sealed class BadInputSmoke : ISmokePath
{
    private const string Invalid = "invalid_request";
    private const string Words = "Counted synthetic stock every evening";

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("careful");
        var kept = await walk.SendAsync("profile", HttpMethod.Put, $"/v1/profiles/me", owner, SmokeProfiles.Of("Synthetic Careful", Words), 201, a => a.Contains("Synthetic Careful"));
        var pdf = await walk.GetAsync("export as PDF", owner, $"/v1/profiles/me/export?format=pdf", a => Begins(a.Media("application/pdf"), "%PDF-"), kept);
        var docx = await walk.GetAsync("export as DOCX", owner, $"/v1/profiles/me/export?format=docx", a => Begins(a, "PK"), kept);
        await Reads("the PDF is read again", pdf);
        await Reads("the DOCX is read again", docx);
        await walk.RefusedAsync("an unknown format", 400, Invalid, HttpMethod.Get, $"/v1/profiles/me/export?format=odt", owner);
        await walk.RefusedAsync("an unknown mask", 404, "mask_not_found", HttpMethod.Get, $"/v1/profiles/me/export?mask=nobody", owner, null, kept);
        await Refused("a PDF cut short", () => pdf.Value[..(pdf.Value.Length / 4)], 422, "no_text");
        await Refused("a broken DOCX", () => [.. docx.Value[..60], .. Encoding.ASCII.GetBytes("no archive any more")], 422, "document_broken");
        await Refused("a text file", () => Encoding.ASCII.GetBytes("hello"), 415, "unsupported_media_type");
        await walk.RefusedAsync("null among masks", 400, Invalid, HttpMethod.Put, $"/v1/profiles/me/masks", owner, new { masks = new object?[] { null } });
        await walk.RefusedAsync("null among a mask's words", 400, Invalid, HttpMethod.Put, $"/v1/profiles/me/masks", owner, new { masks = new[] { new { key = "a", label = "A", sections = Array.Empty<string>(), words = new string?[] { null } } } });
        await walk.RefusedAsync("null among postings", 400, Invalid, HttpMethod.Post, $"/v1/tasks", owner, new { type = "bulk_analysis", input = new { postings = new object?[] { null } } });
        await walk.RefusedAsync("a weight without end", 400, Invalid, HttpMethod.Post, $"/v1/hunter/analyze-gap", owner, new { posting = new { title = "Clerk", description = "x" }, weights = new { skills = 1e27 } });
        await walk.RefusedAsync("an address that a browser would run", 400, Invalid, HttpMethod.Post, $"/v1/hunter/submissions", owner, new { title = "Clerk", url = "javascript:alert(1)" });
        await walk.RefusedAsync("a page of a thousand", 400, Invalid, HttpMethod.Get, $"/v1/hunter/submissions?limit=100000", owner);
        await walk.RefusedAsync("an unknown state", 400, Invalid, HttpMethod.Get, $"/v1/tasks?state=asleep", owner);
        await walk.GetAsync("the profile stands", owner, $"/v1/profiles/me", a => a.Is("basics.name", "Synthetic Careful"), kept);

        Task<SmokeResult<SmokeAnswer>> Reads(string step, SmokeResult<byte[]> file) => walk.StepAsync(step, async () =>
            (await walk.AskAsync(HttpMethod.Post, $"/v1/profiles/me/import?save=false", owner, new SmokeFile(file.Value, "application/octet-stream"))).Answered(200)
                .Holds(r => r.GetProperty("resume").GetRawText().Contains("Counted synthetic stock", StringComparison.Ordinal), "has lost the words"));

        Task<SmokeResult<SmokeAnswer>> Refused(string step, Func<byte[]> file, int status, string code) => walk.StepAsync(step, async () =>
            (await walk.AskAsync(HttpMethod.Post, $"/v1/profiles/me/import", owner, new SmokeFile(file(), "application/octet-stream"))).Problem(status, code));
    }

    private static byte[] Begins(SmokeAnswer file, string sign) =>
        file.Bytes.Length > 100 && Encoding.ASCII.GetString(file.Bytes.Span[..sign.Length]) == sign ? file.Bytes.ToArray() : throw new ProofException($"it is no file that begins with {sign}");
}
