using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks;

/// <summary>
/// Work in the background for one person. The row says what the person sees; its place in the queue, lease and fence are those of a
/// Foundation job of the same run. It changes only while its row is held, so that a pause and a runner's last step never both win.
/// </summary>
internal sealed class CareerTask
{
    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    /// <summary>One of <see cref="TaskTypes"/>.</summary>
    public string Type { get; private set; } = "";

    public TaskState State { get; private set; }

    /// <summary>What was asked, as JSON.</summary>
    public string Input { get; private set; } = "{}";

    /// <summary>What the next run goes on from, as JSON of the runner's own shape.</summary>
    public string? Checkpoint { get; private set; }

    /// <summary>What it came to, as JSON; shape by type.</summary>
    public string? Result { get; private set; }

    /// <summary>Steps done.</summary>
    public int Done { get; private set; }

    /// <summary>Steps in all, where known.</summary>
    public int? Total { get; private set; }

    /// <summary>What it is at, one line.</summary>
    public string? Note { get; private set; }

    /// <summary>Runs begun, of all attempts together.</summary>
    public int Attempts { get; private set; }

    /// <summary>Raised when it is resumed: a job of an earlier run has nothing to do any more.</summary>
    public int Run { get; private set; }

    /// <summary>The fence of the job that last began it.</summary>
    public int Fence { get; private set; }

    public DateTimeOffset? NextAttemptAt { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorDetail { get; private set; }

    public bool Synthetic { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public int Version { get; private set; }

    internal static string Stream(Guid id) => $"task:{id}";

    /// <summary>The key of the job that runs it.</summary>
    internal string JobKey => $"{Id:N}.{Run}";

    internal bool Ended => State is TaskState.Completed or TaskState.Failed or TaskState.Cancelled;

    internal static CareerTask Create(Guid id, Caller caller, string type, object input, DateTimeOffset now) => new()
    {
        Id = id, AccountId = caller.Id, Synthetic = caller.Synthetic, Type = type, State = TaskState.Pending, Input = Text(input), Run = 1,
        CreatedAt = now, UpdatedAt = now, Version = 1,
    };

    /// <summary>Locks the row until the end of the open transaction and reads it. The context must not have read it before.</summary>
    internal static async Task<CareerTask?> HoldAsync(CareersDb db, Guid id, CancellationToken cancel) =>
        await db.Tasks.Where(t => t.Id == id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Version, t => t.Version), cancel) == 1
            ? await db.Tasks.AsTracking().SingleAsync(t => t.Id == id, cancel) : null;

    /// <summary>A runner begins or takes over.</summary>
    /// <returns>False when the task was paused, ended or resumed meanwhile: the job is out of date.</returns>
    internal bool Begin(int run, int fence, DateTimeOffset now)
    {
        if (Run != run || State is not (TaskState.Pending or TaskState.Running)) return false;
        (State, Fence, NextAttemptAt) = (TaskState.Running, fence, null);
        Attempts++;
        StartedAt ??= now;
        Changed(now);
        return true;
    }

    internal bool IsRunBy(int run, int fence) => State == TaskState.Running && Run == run && Fence == fence;

    internal void Advance(int done, int? total, string? note, object? checkpoint, DateTimeOffset now)
    {
        (Done, Total, Note) = (done, total, note);
        Changed(now);
        if (checkpoint is not null) Checkpoint = Text(checkpoint);
    }

    internal void Complete(object? result, DateTimeOffset now)
    {
        (State, Result, Checkpoint, Note) = (TaskState.Completed, result is null ? null : Text(result), null, null);
        Total ??= Math.Max(1, Done);
        Done = Total.Value;
        (ErrorCode, ErrorDetail, EndedAt) = (null, null, now);
        Changed(now);
    }

    internal void Fail(string code, string detail, DateTimeOffset now)
    {
        (State, ErrorCode, ErrorDetail, EndedAt, NextAttemptAt) = (TaskState.Failed, code, detail, now, null);
        Changed(now);
    }

    /// <summary>A run broke off; another comes.</summary>
    internal void Wait(DateTimeOffset until, DateTimeOffset now)
    {
        (State, NextAttemptAt) = (TaskState.Pending, until);
        Changed(now);
    }

    /// <returns>Null, or the problem: it has ended.</returns>
    internal Problem? Pause(DateTimeOffset now)
    {
        if (Ended) return TaskProblems.WrongState.With($"It is {Words.Of(State)}.");
        (State, NextAttemptAt) = (TaskState.Paused, null);
        Changed(now);
        return null;
    }

    /// <summary>A paused task goes on, a failed one is tried again, both from the last checkpoint.</summary>
    internal Problem? Resume(DateTimeOffset now)
    {
        if (State is not (TaskState.Paused or TaskState.Failed)) return TaskProblems.WrongState.With($"It is {Words.Of(State)}.");
        (State, EndedAt, ErrorCode, ErrorDetail) = (TaskState.Pending, null, null, null);
        Run++;
        Changed(now);
        return null;
    }

    internal Problem? Cancel(DateTimeOffset now)
    {
        if (State is TaskState.Completed or TaskState.Failed) return TaskProblems.WrongState.With($"It is {Words.Of(State)}.");
        (State, EndedAt, NextAttemptAt) = (TaskState.Cancelled, now, null);
        Changed(now);
        return null;
    }

    internal T Read<T>() => JsonSerializer.Deserialize<T>(Input, Json.Stored)!;

    internal T? ReadCheckpoint<T>() where T : class => Checkpoint is null ? null : JsonSerializer.Deserialize<T>(Checkpoint, Json.Stored);

    private void Changed(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }

    private static string Text(object value) => JsonSerializer.Serialize(value, value.GetType(), Json.Stored);
}
