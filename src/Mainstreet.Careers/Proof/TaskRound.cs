using System.Collections.Concurrent;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Tasks that are paused, resumed and cancelled by chance while they run, and what became of each.</summary>
internal sealed class TaskRound(CareersStage stage, Random dice)
{
    private const int EachPerson = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal async Task RunAsync(int count, CancellationToken cancel)
    {
        var stranger = await stage.PersonAsync("stranger", cancel);
        for (var left = count; left > 0; left -= EachPerson)
        {
            var person = await stage.PersonAsync($"worker {left}", cancel, "Stock control");
            await using var live = await stage.FollowAsync(person, cancel);
            await RunAsync(person, stranger, live, Math.Min(left, EachPerson), cancel);
        }
    }

    private async Task RunAsync(SyntheticAccount person, SyntheticAccount stranger, LiveReader live, int count, CancellationToken cancel)
    {
        var asked = new ConcurrentBag<(Guid Id, bool Writes)>();
        var plan = Enumerable.Range(0, count).Select(i => (Number: i, Kind: dice.Next(3), Acts: Enumerable.Range(0, dice.Next(4)).Select(_ => dice.Next(6)).ToArray())).ToList();
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (one, token) =>
        {
            object input = one.Kind == 2 ? new { postings = Enumerable.Repeat(CareersStage.Posting, 40).ToList() } : new { posting = CareersStage.Posting };
            var type = one.Kind switch { 0 => "tailor_resume", 1 => "generate_letter", _ => "bulk_analysis" };
            var id = (await stage.SendAsync(person, "start a task", HttpMethod.Post, "/v1/tasks", new { type, input }, token, one.Number)).Require().GetProperty("id").GetGuid();
            asked.Add((id, one.Kind < 2));
            foreach (var act in one.Acts) await ActAsync(person, id, act switch { 0 => "cancel", < 3 => "pause", _ => "resume" }, one.Number, token);
            await ActAsync(person, id, "resume", one.Number, token);
        });

        var completed = 0;
        foreach (var (id, writes) in asked)
        {
            var task = await EndedAsync(person, id, cancel);
            var state = task.GetProperty("state").GetString();
            stage.Verdicts.Check(CareersProof.TasksOnce, state is "completed" or "cancelled", () => $"after {Patience.TotalSeconds} s a task is {task}");
            if (state == "completed" && writes) completed++;
            await live.WaitAsync(events => Told(events, id).Any(s => s == state), Patience, cancel);
            var told = Told(live.Events(), id).ToList();
            stage.Verdicts.Check(CareersProof.TasksOnce, told.Count(s => s is "completed" or "cancelled" or "failed") == 1, () => $"a task was told to be {string.Join(", ", told)}");
            var seen = await stage.SendAsync(stranger, "another's task", HttpMethod.Get, $"/v1/tasks/{id}", null, cancel);
            stage.Verdicts.Check(CareersProof.OwnOnly, seen.Status == 404, () => $"another's task was answered {seen.Status}");
        }

        var documents = (await stage.GetAsync(person, "/v1/documents?limit=200", cancel)).GetProperty("items").EnumerateArray().ToList();
        stage.Verdicts.Check(CareersProof.TasksOnce, documents.Count == completed, () => $"{completed} tasks wrote {documents.Count} documents");
        foreach (var document in documents.Take(3))
        {
            var seen = await stage.SendAsync(stranger, "another's document", HttpMethod.Get, $"/v1/documents/{document.GetProperty("id").GetString()}", null, cancel);
            stage.Verdicts.Check(CareersProof.OwnOnly, seen.Status == 404, () => $"another's document was answered {seen.Status}");
        }
    }

    private async Task ActAsync(SyntheticAccount person, Guid id, string act, int target, CancellationToken cancel)
    {
        var answer = await stage.SendAsync(person, act, HttpMethod.Post, $"/v1/tasks/{id}/{act}", null, cancel, target + 1);
        stage.Verdicts.Check(CareersProof.TasksOnce, answer.Ok || answer is { Status: 409, Code: "task_wrong_state" }, () => $"{act} was answered {answer.Status} {answer.Code}");
    }

    private async Task<JsonElement> EndedAsync(SyntheticAccount person, Guid id, CancellationToken cancel)
    {
        var start = stage.Run.Clock.GetTimestamp();
        while (true)
        {
            var task = await stage.GetAsync(person, $"/v1/tasks/{id}", cancel);
            if (task.GetProperty("state").GetString() is "completed" or "cancelled" or "failed" || stage.Run.Clock.GetElapsedTime(start) > Patience) return task;
            await Task.Delay(TimeSpan.FromMilliseconds(50), stage.Run.Clock, cancel);
        }
    }

    private static IEnumerable<string?> Told(IReadOnlyList<LiveEvent> events, Guid id) => events
        .Where(e => e.Type == "task.changed" && e.Data.GetProperty("id").GetGuid() == id).Select(e => e.Data.GetProperty("state").GetString());
}
