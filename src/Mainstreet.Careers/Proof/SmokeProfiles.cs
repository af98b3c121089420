using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>What the module's smoke walks share: profiles of nobody, and waiting for the end of a task.</summary>
internal static class SmokeProfiles
{
    internal const string Nothing = "01930000-0000-7000-8000-000000000000";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A person with one job and one thing done there.</summary>
    internal static object Of(string name, string highlight, string since = "2020-01") => new
    {
        basics = new { name },
        work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = since, highlights = new[] { highlight } } },
        skills = new[] { new { name = "Stock control" } },
    };

    /// <summary>A step: a task is started.</summary>
    internal static Task<SmokeResult<Guid>> StartAsync(this SmokeWalk walk, string step, SmokeResult<SyntheticAccount> owner, string type, object input, params ISmokeResult[] needs) =>
        walk.SendAsync(step, HttpMethod.Post, $"/v1/tasks", owner, new { type, input }, 202, a => a.Is("type", type).Says("state").Id(), needs);

    /// <summary>A step: waits until the task is completed.</summary>
    internal static Task<SmokeResult<SmokeAnswer>> EndedAsync(this SmokeWalk walk, string step, SmokeResult<SyntheticAccount> owner, SmokeResult<Guid> task, Func<SmokeAnswer, SmokeAnswer> check) =>
        walk.StepAsync(step, async () => check((await walk.UntilAsync($"/v1/tasks/{task}", owner, Completed, Patience)).Is("id", task.Value)));

    private static bool Completed(SmokeAnswer task) => task.TextAt("state") switch
    {
        "completed" => true,
        "failed" or "cancelled" => throw new ProofException($"the task is {task.TextAt("state")}"),
        _ => false,
    };
}
