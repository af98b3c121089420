using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>Writers at their projects: opening them, looking back, now and then a commit.</summary>
internal sealed class StudioLoad : ILoadMix
{
    private const int Writers = 8;

    public string Name => "studio";

    public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var projects = new List<(SyntheticAccount Writer, Guid Id)>();
        foreach (var writer in stage.People.Take(Writers))
            projects.Add((writer, await stage.MakeAsync(writer, HttpMethod.Post, "/v1/projects", new { name = "Synthetic load", template = "storefront" }, cancel)));
        var written = new LoadRota<(SyntheticAccount Writer, Guid Id)>(projects);
        var edits = Enumerable.Range(0, 16).Select(i => LoadRequest.Json(new { message = "Change", edits = new[] { new { path = "index.html", content = $"<p>changed {i}</p>\n" } } })).ToArray();
        return new LoadPart(
        [
            new("studio: a project", 6, random => Of(projects[random.Next(projects.Count)], HttpMethod.Get, "")),
            new("studio: its history", 2, random => Of(projects[random.Next(projects.Count)], HttpMethod.Get, "/history")),
            new("studio: commit (write)", 1, random => Of(written.Next(), HttpMethod.Post, "/commits") with { Body = edits[random.Next(edits.Length)], Once = true }),
        ], async token =>
        {
            foreach (var (writer, id) in projects) await stage.Client.SendAsync(new ProofCall("delete", HttpMethod.Delete, $"/v1/projects/{id}") { Account = writer }, token);
        });

        static LoadRequest Of((SyntheticAccount Writer, Guid Id) project, HttpMethod method, string path) => new(method, $"/v1/projects/{project.Id}{path}", project.Writer);
    }
}
