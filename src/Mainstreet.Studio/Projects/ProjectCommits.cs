using System.Diagnostics;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects;

/// <summary>What a path shall hold from now on.</summary>
/// <param name="Content">Null: there shall be no such file.</param>
internal sealed record FileEdit(string Path, FileContent? Content);

/// <summary>Who commits, and why.</summary>
/// <param name="Name">Shown in the history: the account's name, or that of what worked for it.</param>
/// <param name="Message">1 to 500 characters.</param>
internal sealed record CommitBy(Guid AccountId, string Name, string Message)
{
    internal static CommitBy Of(Caller caller, string? message, string otherwise) =>
        new(caller.Id, caller.DisplayName, string.IsNullOrWhiteSpace(message) ? otherwise : message.Trim());
}

/// <summary>What a commit came to.</summary>
/// <param name="Number">The project's last commit now; the one before when nothing changed.</param>
/// <param name="Version">The project's ETag.</param>
/// <param name="Changes">Paths that are different now, in ordinal order; empty when nothing changed and no commit was made.</param>
internal sealed record Committed(int Number, int Version, IReadOnlyList<FileChange> Changes);

/// <summary>A project while its row is held.</summary>
internal sealed record HeldProject(StudioDb Db, Project Project, IReadOnlyList<StoredFile> Files)
{
    internal StoredFile? Find(string path) => Files.FirstOrDefault(f => f.Path == path);
}

/// <summary>
/// The one way in which files change: all edits of a commit or none, one commit after the other, the tree whole and within its limits after each. Edits
/// that change nothing make no commit. Errors: project_not_found, file_not_found, invalid_path, path_clash, too_many_files, file_too_large,
/// project_too_large, history_too_large, and what the plan answers.
/// </summary>
internal sealed class ProjectCommits(IDbContextFactory<StudioDb> contexts, IOptions<StudioOptions> options, TimeProvider clock, ProjectMetrics metrics)
{
    /// <summary>Commits fixed edits.</summary>
    /// <param name="baseHead">The commit that the edits were made from; when the project has a newer one, base_moved. Null: whatever there is.</param>
    internal Task<Outcome<Committed>> CommitAsync(Guid projectId, CommitBy by, IReadOnlyList<FileEdit> edits, int? baseHead, CancellationToken cancel) =>
        ChangeAsync(projectId, by, (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            baseHead is { } known && known != held.Project.Head ? ProjectProblems.BaseMoved.With($"The last one is {held.Project.Head}.") : new List<FileEdit>(edits)), null, cancel);

    /// <summary>Commits edits that are decided while nobody else can change the project.</summary>
    /// <param name="before">Runs in the transaction just before the save, for example to store the answer of an idempotent call.</param>
    internal async Task<Outcome<Committed>> ChangeAsync(
        Guid projectId, CommitBy by, Func<HeldProject, CancellationToken, Task<Outcome<List<FileEdit>>>> plan, Action<HeldProject, Committed>? before, CancellationToken cancel)
    {
        if (by.Message.Length > ProjectCommit.MessageLength || by.Message.Any(c => char.IsControl(c) && c != '\n'))
            return Problem.Invalid("message", $"must be at most {ProjectCommit.MessageLength} characters, none of them control characters");
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var started = Stopwatch.GetTimestamp();
        var outcome = await db.InTransactionAsync(async token =>
        {
            db.ChangeTracker.Clear();
            var own = db.Projects.Where(p => p.Id == projectId && p.AccountId == by.AccountId);
            // The row is held until the transaction ends.
            if (await own.ExecuteUpdateAsync(set => set.SetProperty(p => p.Version, p => p.Version), token) == 0) return StudioProblems.ProjectNotFound;
            var project = await own.SingleAsync(token);
            var files = await db.Files.Where(f => f.ProjectId == projectId).ToListAsync(token);
            var held = new HeldProject(db, project, files);
            var edits = await plan(held, token);
            return edits.Ok ? await ApplyAsync(held, by, edits.Value, before, token) : edits.Problem;
        }, cancel);
        if (outcome is { Ok: true, Value.Changes.Count: > 0 }) metrics.Committed(Stopwatch.GetElapsedTime(started));
        return outcome;
    }

    private async Task<Outcome<Committed>> ApplyAsync(HeldProject held, CommitBy by, IReadOnlyList<FileEdit> edits, Action<HeldProject, Committed>? before, CancellationToken cancel)
    {
        var (db, project, files) = held;
        var was = files.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var tree = was.ToDictionary(f => f.Key, f => new FileContent(f.Value.Sha256, f.Value.Size, f.Value.IsText, null), StringComparer.Ordinal);
        if (Merge(tree, edits) is { } refused) return refused;
        var changes = Changes(was, tree, project.Id, project.Head + 1);
        if (changes.Count == 0)
        {
            var same = new Committed(project.Head, project.Version, []);
            before?.Invoke(held, same);
            await db.SaveChangesAsync(cancel);
            return same;
        }

        if (Limits(tree) is { } beyond) return beyond;
        var stored = await StoreAsync(db, project, changes.Select(c => c.After).OfType<string>(), edits, cancel);
        if (stored.Problem is { } full) return full;

        var now = clock.Now();
        project.Head++;
        project.Version++;
        project.UpdatedAt = now;
        project.FileCount = tree.Count;
        project.Bytes = tree.Values.Sum(c => (long)c.Size);
        project.StoredBytes += stored.Value;
        db.Commits.Add(new ProjectCommit { ProjectId = project.Id, Number = project.Head, AuthorId = by.AccountId, AuthorName = by.Name, Message = by.Message, At = now });
        db.Changes.AddRange(changes);
        Write(held, tree, now);
        var committed = new Committed(project.Head, project.Version, changes);
        before?.Invoke(held, committed);
        db.Notify($"project:{project.Id}", "project.committed", new { ProjectId = project.Id, project.Head, Files = changes.Count }, $"user:{project.AccountId:D}");
        await db.SaveChangesAsync(cancel);
        return committed;
    }

    private Problem? Merge(Dictionary<string, FileContent> tree, IReadOnlyList<FileEdit> edits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edit in edits)
        {
            if (ProjectPath.Check(edit.Path) is { } invalid) return invalid;
            if (!seen.Add(edit.Path)) return ProjectPath.Refused(edit.Path, "is changed twice");
            if (edit.Content is null)
            {
                if (!tree.Remove(edit.Path)) return StudioProblems.FileNotFound.With($"'{edit.Path}' is not there.");
            }
            else
            {
                if (edit.Content.Size > options.Value.MaxFileBytes) return ProjectProblems.FileTooLarge.With($"'{edit.Path}' has more than {options.Value.MaxFileBytes} bytes.");
                tree[edit.Path] = edit.Content;
            }
        }

        return null;
    }

    private Problem? Limits(Dictionary<string, FileContent> tree)
    {
        var settings = options.Value;
        if (tree.Count > settings.FilesPerProject) return ProjectProblems.TooManyFiles.With($"At most {settings.FilesPerProject} are kept.");
        return tree.Values.Sum(c => (long)c.Size) > settings.MaxProjectBytes ? ProjectProblems.ProjectTooLarge.With($"At most {settings.MaxProjectBytes} bytes are kept.") : ProjectTree.Clash(tree.Keys);
    }

    private static List<FileChange> Changes(Dictionary<string, StoredFile> was, Dictionary<string, FileContent> tree, Guid projectId, int number) =>
        [.. was.Keys.Union(tree.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(path => new FileChange { ProjectId = projectId, Number = number, Path = path, Before = was.GetValueOrDefault(path)?.Sha256, After = tree.GetValueOrDefault(path)?.Sha256 })
            .Where(c => c.Before != c.After)];

    /// <summary>Keeps each content once; answers the bytes that came to it.</summary>
    private async Task<Outcome<long>> StoreAsync(StudioDb db, Project project, IEnumerable<string> needed, IReadOnlyList<FileEdit> edits, CancellationToken cancel)
    {
        var wanted = needed.Distinct(StringComparer.Ordinal).ToList();
        var known = await db.Blobs.Where(b => b.ProjectId == project.Id && wanted.Contains(b.Sha256)).Select(b => b.Sha256).ToHashSetAsync(StringComparer.Ordinal, cancel);
        var contents = edits.Select(e => e.Content).OfType<FileContent>().Where(c => c.Bytes is not null).DistinctBy(c => c.Sha256).ToDictionary(c => c.Sha256, StringComparer.Ordinal);
        long bytes = 0;
        foreach (var sha in wanted.Where(w => !known.Contains(w)))
        {
            var content = contents[sha];
            bytes += content.Size;
            db.Blobs.Add(new FileBlob { ProjectId = project.Id, Sha256 = sha, Size = content.Size, IsText = content.IsText, Content = content.Bytes! });
        }

        if (project.StoredBytes + bytes <= options.Value.MaxHistoryBytes) return bytes;
        db.ChangeTracker.Clear();
        return ProjectProblems.HistoryTooLarge.With($"At most {options.Value.MaxHistoryBytes} bytes are kept of all versions together.");
    }

    private static void Write(HeldProject held, Dictionary<string, FileContent> tree, DateTimeOffset now)
    {
        var rows = held.Files.ToDictionary(f => f.PathKey, StringComparer.Ordinal);
        foreach (var (path, content) in tree)
        {
            var key = ProjectPath.Key(path);
            if (!rows.Remove(key, out var row)) held.Db.Files.Add(row = new StoredFile { ProjectId = held.Project.Id, PathKey = key });
            if (row.Path == path && row.Sha256 == content.Sha256) continue;
            (row.Path, row.Sha256, row.Size, row.IsText, row.Commit, row.ChangedAt) = (path, content.Sha256, content.Size, content.IsText, held.Project.Head, now);
        }

        held.Db.Files.RemoveRange(rows.Values);
    }
}
