using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Applications by hand: refused without a yes, submitted once by many, and as many a day as the quota says.</summary>
internal sealed class ApplicationRound(CareersStage stage)
{
    private const int TooMany = 3;

    private static readonly string[] Steps = ["sent"];

    internal async Task RunAsync(int yeses, CancellationToken cancel)
    {
        var person = await stage.PersonAsync("applicant", cancel);
        var stranger = await stage.PersonAsync("bystander", cancel);
        var limit = (await stage.GetAsync(person, "/v1/hunter/quotas", cancel)).GetProperty("left").GetInt32();
        if (limit < 1) throw new ProofException("Careers:ApplicationsPerDay is 0: nothing can be submitted.");

        var first = await DraftAsync(person, "first", cancel);
        var moved = await stage.SendAsync(person, "move without a yes", HttpMethod.Patch, first, new { state = "submitted" }, cancel);
        stage.Verdicts.Check(CareersProof.OneSubmission, moved is { Status: 409, Code: "needs_your_yes" }, () => $"a draft was moved to submitted: {moved.Status} {moved.Code}");
        var shown = (await stage.SendAsync(person, "show", HttpMethod.Post, $"{first}/submit", new { }, cancel)).Require();
        stage.Verdicts.Check(CareersProof.OneSubmission, shown.GetProperty("state").GetString() == "draft", () => $"showing submitted it: {shown}");
        var seen = await stage.SendAsync(stranger, "another's application", HttpMethod.Get, first, null, cancel);
        stage.Verdicts.Check(CareersProof.OwnOnly, seen.Status == 404, () => $"another's application was answered {seen.Status}");

        var answers = await Task.WhenAll(Enumerable.Range(0, yeses).Select(i => ConfirmAsync(person, first, i, cancel)));
        var right = answers.Count(a => a.Ok) == 1 || answers.Any(a => a.Status is 0 or >= 500);
        stage.Verdicts.Check(CareersProof.OneSubmission, right && answers.All(a => a.Ok || a.Status is 409 or 0 or >= 500), () => $"{yeses} yeses were answered {Told(answers)}");
        var used = (await stage.GetAsync(person, "/v1/hunter/quotas", cancel)).GetProperty("used").GetInt32();
        stage.Verdicts.Check(CareersProof.OneSubmission, used == 1, () => $"one submission counts {used}");

        var drafts = new List<string>();
        for (var i = 0; i < limit - 1 + TooMany; i++) drafts.Add(await DraftAsync(person, $"more {i}", cancel));
        answers = await Task.WhenAll(drafts.Select((draft, i) => ConfirmAsync(person, draft, i, cancel)));
        var unknown = answers.Count(a => a.Status is 0 or >= 500);
        var through = answers.Count(a => a.Ok);
        stage.Verdicts.Check(CareersProof.Quota, through <= limit - 1 && through + unknown >= limit - 1, () => $"of {drafts.Count} submissions {through} went through, the day allowed {limit - 1} more: {Told(answers)}");
        var quota = await stage.GetAsync(person, "/v1/hunter/quotas", cancel);
        stage.Verdicts.Check(CareersProof.Quota, quota.GetProperty("left").GetInt32() == 0 || unknown > 0, () => $"the quota says {quota}");
        var submitted = (await stage.GetAsync(person, "/v1/hunter/submissions?state=submitted&limit=200", cancel)).GetProperty("items").GetArrayLength();
        stage.Verdicts.Check(CareersProof.Quota, submitted == quota.GetProperty("used").GetInt32(), () => $"{submitted} are submitted, {quota} are counted");
    }

    private async Task<string> DraftAsync(SyntheticAccount person, string title, CancellationToken cancel)
    {
        var made = (await stage.SendAsync(person, "write down", HttpMethod.Post, "/v1/hunter/submissions", new { title = $"Synthetic Clerk, {title}" }, cancel)).Require();
        var path = $"/v1/hunter/submissions/{made.GetProperty("id").GetString()}";
        (await stage.SendAsync(person, "tick", HttpMethod.Patch, path, new { checklist = Steps }, cancel)).Require();
        return path;
    }

    // Asked once: the client would ask again at the 429 that is looked for.
    private Task<ProofAnswer> ConfirmAsync(SyntheticAccount person, string path, int target, CancellationToken cancel) =>
        stage.SendAsync(person, "yes", HttpMethod.Post, $"{path}/submit", new { confirm = true }, cancel, target, once: true);

    private static string Told(IEnumerable<ProofAnswer> answers) => string.Join(", ", answers.GroupBy(a => (a.Status, a.Code)).Select(g => $"{g.Key.Status} {g.Key.Code}: {g.Count()}"));
}
