using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Projects;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "db")]
public sealed class ProjectPropertyTests
{
    private static readonly Gen<string> Segments = Gen.Elements(
        "a", "A", "..", ".", "", " ", "con", "a.txt", "ä", "e\u0301", "\u202E", "a\\b", "C:", "~", ".git", "...", "a.", "nul.x", "\0", "\ud800", "%2e", "🙂", "-", "a b");

    [Fact, Trait("kind", "unit")]
    public void A_path_that_is_taken_stays_in_its_folder() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(
        Gen.NonEmptyListOf(Segments).Select(s => string.Join('/', s)).ToArbitrary(), path =>
        {
            if (ProjectPath.Fault(path) is not null) return true;
            const string Root = "/srv/projects/one";
            return Path.GetFullPath(Path.Combine(Root, path)) == $"{Root}/{path}";
        }));

    /// <summary>Random edits, refusals and ways back, against a dictionary that is replaced as a whole.</summary>
    [Theory, EachEngine]
    public async Task Files_are_what_a_plain_dictionary_says_and_every_state_can_be_had_again(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = StudioHost.Build(database, _ => { }, "Studio:FilesPerProject=6");
        var commits = host.Services.GetRequiredService<ProjectCommits>();
        var files = host.Services.GetRequiredService<IProjectFiles>();
        var caller = StudioHost.NewCaller();
        var random = new Random(20_261);
        string[] paths = ["a", "A", "b/x", "b/y", "B/z", "b", "c", "d", "e/f/g", "../x"];
        for (var round = 0; round < 4; round++)
        {
            var id = Guid.CreateVersion7();
            await using (var db = host.Open())
            {
                db.Projects.Add(new Project { Id = id, AccountId = caller.Id, CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch, Version = 1 });
                await db.SaveChangesAsync();
            }

            var states = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
            for (var step = 0; step < 60; step++)
            {
                var edits = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Path: paths[random.Next(paths.Length)], Text: random.Next(4) == 0 ? null : $"{random.Next(5)}")).ToList();
                var expected = Oracle(states[^1], edits);
                var committed = await commits.CommitAsync(id, CommitBy.Of(caller, "try", ""), [.. edits.Select(e => new FileEdit(e.Path, e.Text is null ? null : FileContent.Of(e.Text)))], null, CancellationToken.None);
                committed.Ok.ShouldBe(expected is not null, $"step {step}: {string.Join(", ", edits)} on {string.Join(", ", states[^1])} answered {committed.Problem?.Code}");
                if (expected is not null && !Same(expected, states[^1])) states.Add(expected);
                var read = await files.ReadAsync(id, caller.Id, CancellationToken.None);
                read!.Version.ShouldBe(states.Count - 1);
                Same(read.Files.ToDictionary(f => f.Path, f => System.Text.Encoding.UTF8.GetString(f.Content)), states[^1]).ShouldBeTrue();
            }

            await using var check = host.Open();
            var changes = await check.Changes.AsNoTracking().Where(c => c.ProjectId == id).ToListAsync();
            for (var number = 0; number < states.Count; number++)
            {
                var rebuilt = changes.Where(c => c.Number <= number).GroupBy(c => c.Path).Select(g => g.MaxBy(c => c.Number)!).Where(c => c.After is not null).ToDictionary(c => c.Path, c => c.After!);
                rebuilt.OrderBy(r => r.Key, StringComparer.Ordinal).ShouldBe(states[number].OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, FileContent.Of(s.Value).Sha256)));
            }

            var stored = await check.Blobs.Where(b => b.ProjectId == id).SumAsync(b => (long)b.Size);
            (await check.Projects.SingleAsync(p => p.Id == id)).StoredBytes.ShouldBe(stored);
        }
    }

    /// <summary>The state after the edits; null when they must be refused.</summary>
    private static Dictionary<string, string>? Oracle(Dictionary<string, string> state, List<(string Path, string? Text)> edits)
    {
        if (edits.Any(e => e.Path.StartsWith("..", StringComparison.Ordinal)) || edits.DistinctBy(e => e.Path).Count() < edits.Count) return null;
        var next = new Dictionary<string, string>(state, StringComparer.Ordinal);
        foreach (var (path, text) in edits)
        {
            if (text is null && !next.Remove(path)) return null;
            if (text is not null) next[path] = text;
        }

        if (Same(next, state)) return next;
        // Every name on the way to each file, spelled one way and either a file or a folder.
        var names = next.Keys.SelectMany(p => Enumerable.Range(1, p.Split('/').Length).Select(n => (Name: string.Join('/', p.Split('/').Take(n)), IsFile: n == p.Split('/').Length))).Distinct().ToList();
        return next.Count > 6 || names.GroupBy(n => n.Name, StringComparer.OrdinalIgnoreCase).Any(g => g.Count() > 1) ? null : next;
    }

    private static bool Same(Dictionary<string, string> one, Dictionary<string, string> other) => one.Count == other.Count && one.All(f => other.GetValueOrDefault(f.Key) == f.Value);
}
