using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>The same answers everywhere, scores that never fall by what is learned, and documents that rest on facts.</summary>
internal sealed class FitRound(CareersStage stage)
{
    private const int Times = 3;

    internal async Task RunAsync(CancellationToken cancel)
    {
        var person = await stage.PersonAsync("candidate", cancel, "Stock control");
        var answers = new List<string>();
        for (var i = 0; i < Times * stage.Run.Targets.Count; i++) answers.Add((await CompareAsync(person, i, cancel)).GetRawText());
        foreach (var answer in answers.Skip(1)) stage.Verdicts.Check(CareersProof.SameAnswer, answer == answers[0], () => $"{answer}\n  is not\n  {answers[0]}");

        var score = (await CompareAsync(person, 0, cancel)).GetProperty("score").GetDecimal();
        string[] skills = ["Stock control"];
        foreach (var skill in (string[])["Forklift", "Kubernetes"])
        {
            skills = [.. skills, skill];
            await stage.ProfileAsync(person, "Managed stock control for 40 pallets", skills, cancel);
            var higher = (await CompareAsync(person, 0, cancel)).GetProperty("score").GetDecimal();
            stage.Verdicts.Check(CareersProof.Monotonic, higher >= score, () => $"with {skill} the score fell from {score} to {higher}");
            score = higher;
        }

        await stage.ProfileAsync(person, "Managed stock control for 40 pallets", ["Stock control"], cancel);
        foreach (var kind in (string[])["resume", "letter"]) await WriteAsync(person, kind, cancel);
    }

    private async Task WriteAsync(SyntheticAccount person, string kind, CancellationToken cancel)
    {
        var made = (await stage.SendAsync(person, $"write {kind}", HttpMethod.Post, "/v1/documents", new { kind, posting = CareersStage.Posting }, cancel)).Require();
        var path = $"/v1/documents/{made.GetProperty("id").GetString()}";
        await CheckAsync(person, path, kind, ["pallets"], cancel);
        await stage.ProfileAsync(person, "Opened the synthetic shop", ["Stock control"], cancel);
        var gone = (await stage.GetAsync(person, path, cancel)).GetProperty("blocks").GetRawText();
        stage.Verdicts.Check(CareersProof.NothingMadeUp, !gone.Contains("pallets", StringComparison.Ordinal), () => $"the {kind} still says what left the profile: {gone}");
        await CheckAsync(person, path, kind, [], cancel);
        await stage.ProfileAsync(person, "Managed stock control for 40 pallets", ["Stock control"], cancel);
    }

    private async Task CheckAsync(SyntheticAccount person, string path, string kind, string[] says, CancellationToken cancel)
    {
        var facts = (await stage.GetAsync(person, "/v1/profiles/me/facts", cancel)).GetProperty("items").EnumerateArray().Select(f => f.GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        var blocks = (await stage.GetAsync(person, path, cancel)).GetProperty("blocks").EnumerateArray().ToList();
        foreach (var block in blocks)
        {
            var cited = block.GetProperty("factIds").EnumerateArray().Select(f => f.GetString()!).ToList();
            // The fixed sentences of a letter claim nothing of the person.
            var rests = cited.All(facts.Contains) && (cited.Count > 0 || kind == "letter");
            stage.Verdicts.Check(CareersProof.NothingMadeUp, rests, () => $"a block of the {kind} cites what the profile has not: {block}");
            var text = block.GetProperty("text").GetString()!;
            var invents = kind == "resume" && (text.Contains("Kubernetes", StringComparison.Ordinal) || text.Contains("Forklift", StringComparison.Ordinal));
            stage.Verdicts.Check(CareersProof.NothingMadeUp, !invents, () => $"the résumé took from the posting: {text}");
        }

        var whole = string.Join('\n', blocks.Select(b => b.GetProperty("text").GetString()));
        foreach (var word in says) stage.Verdicts.Check(CareersProof.NothingMadeUp, whole.Contains(word, StringComparison.Ordinal), () => $"the {kind} leaves out what the profile supports: {whole}");
    }

    private async Task<JsonElement> CompareAsync(SyntheticAccount person, int target, CancellationToken cancel) =>
        (await stage.SendAsync(person, "compare", HttpMethod.Post, "/v1/hunter/analyze-gap", new { posting = CareersStage.Posting }, cancel, target)).Require();
}
