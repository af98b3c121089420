using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks;

/// <summary>A task as its owner sees it, over HTTP and on the live topic <c>user:{id}</c> (there without the result).</summary>
/// <param name="State">pending, running, completed, failed, paused or cancelled.</param>
/// <param name="Result">Shape by type; null until it is completed.</param>
/// <param name="NextAttemptAt">While pending after a run that broke off.</param>
internal sealed record TaskView(
    Guid Id, string Type, string State, TaskView.ProgressView Progress, JsonElement? Result, TaskView.ErrorView? Error, int Attempts,
    DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset UpdatedAt)
{
    /// <param name="Total">Null while nobody knows.</param>
    /// <param name="Note">What it is at, one line.</param>
    public sealed record ProgressView(int Done, int? Total, string? Note);

    public sealed record ErrorView(string Code, string Detail);

    internal static TaskView Of(CareerTask task, bool withResult = true) => new(
        task.Id, task.Type, Words.Of(task.State), new ProgressView(task.Done, task.Total, task.Note),
        withResult && task.Result is { } result ? JsonSerializer.Deserialize<JsonElement>(result, Json.Stored) : null,
        task.ErrorCode is { } code ? new ErrorView(code, task.ErrorDetail ?? "") : null,
        task.Attempts, task.NextAttemptAt, task.CreatedAt, task.StartedAt, task.EndedAt, task.UpdatedAt);
}
