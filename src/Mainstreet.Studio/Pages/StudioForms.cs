using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Projects.Templates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Pages;

/// <summary>The pages' forms: the use cases of the API, for browsers without script.</summary>
internal static class StudioForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        const string One = StudioPages.Projects + "/projects/{id:guid}";
        Post(StudioPages.Projects, Create);
        Post(StudioPages.Projects + "/import", Import).WithMetadata(new EditFile.OwnLimit()).DisableAntiforgery();   // cookies are checked by Access's own middleware, on every mutation
        Post(One + "/rename", Rename);
        Post(One + "/delete", Delete);
        Post(One + "/files", AddFile);
        Post(One + "/save", Save).WithMetadata(new RequestSizeLimitAttribute(64_000_000));
        Post(One + "/move", Move);
        Post(One + "/remove", Remove);
        Post(One + "/revert", Revert);

        RouteHandlerBuilder Post(string path, Delegate handler) => routes.MapPost(path, handler).RequireAuthorization(StudioPermissions.Projects).OfForm().ExcludeFromDescription();
    }

    private static async Task<IResult> Create(
        Caller caller, HttpContext http, IdempotentCall call, StudioDb db, ProjectQuota quota, TemplateShelf shelf, TimeProvider clock, ProjectMetrics metrics, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var made = (await CreateProject.Handle(new CreateProject.Request(Text(form, "name"), Text(form, "template")), caller, http, call, db, quota, shelf, clock, metrics, cancel)).Result;
        return made is Created<ProjectView> { Value: { } view } ? new SeeOther(StudioPages.PageOf(view.Id)) : StudioPages.Back(StudioPages.Projects, StudioPages.ProblemOf(made));
    }

    private static async Task<IResult> Import(
        Caller caller, HttpContext http, StudioDb db, ProjectQuota quota, TimeProvider clock, IOptions<StudioOptions> options, ProjectMetrics metrics, CancellationToken cancel)
    {
        // Read with the archive's own limit before anything else asks for the form.
        var files = await ImportProject.ReadAsync(http, options.Value, cancel);
        var name = http.Request.HasFormContentType && files.Ok ? Text(await http.Request.ReadFormAsync(cancel), "name") : "";
        if (!files.Ok) return StudioPages.Back(StudioPages.Projects, files.Problem);
        var made = (await ImportProject.MakeAsync(caller, http, db, quota, clock, metrics, name, files.Value, cancel)).Result;
        return made is Created<ProjectView> { Value: { } view } ? new SeeOther(StudioPages.PageOf(view.Id)) : StudioPages.Back(StudioPages.Projects, StudioPages.ProblemOf(made));
    }

    private static async Task<IResult> Rename(Guid id, Caller caller, HttpContext http, StudioDb db, TimeProvider clock, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        return StudioPages.Back(StudioPages.PageOf(id), StudioPages.ProblemOf((await ChangeProject.Rename(id, new ChangeProject.Request(Text(form, "name")), caller, http, db, clock, cancel)).Result));
    }

    private static async Task<IResult> Delete(Guid id, Caller caller, HttpContext http, StudioDb db, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        if (Text(form, "sure") != "yes") return StudioPages.Back(StudioPages.PageOf(id), Problem.Invalid("sure", "is needed"));
        return StudioPages.Back(StudioPages.Projects, StudioPages.ProblemOf((await ChangeProject.Delete(id, caller, http, db, cancel)).Result));
    }

    private static async Task<IResult> AddFile(Guid id, Caller caller, HttpContext http, ProjectCommits commits, CancellationToken cancel)
    {
        var path = Text(await http.Request.ReadFormAsync(cancel), "path");
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, null, $"Add {path}"), (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            held.Find(path) is not null ? ProjectProblems.PathClash : new List<FileEdit> { new(path, FileContent.Of("")) }), null, cancel);
        return committed.Ok ? new SeeOther(StudioPages.PageOfFile(id, path)) : StudioPages.Back(StudioPages.PageOf(id), committed.Problem);
    }

    /// <summary>What cannot be saved is shown again as it was typed, never lost.</summary>
    private static async Task<IResult> Save(Guid id, Caller caller, HttpContext http, ProjectCommits commits, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var path = form["path"].ToString();
        // Browsers send every line end as CR LF; the file keeps those that it had.
        var typed = form["content"].ToString().ReplaceLineEndings("\n");
        var content = FileContent.Of(form["lines"] == "crlf" ? typed.Replace("\n", "\r\n", StringComparison.Ordinal) : typed);
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, Text(form, "message"), $"Write {path}"), (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            held.Find(path) is not { } file ? StudioProblems.FileNotFound
            : file.Sha256 != form["sha"] ? Problem.Stale
            : new List<FileEdit> { new(path, content) }), null, cancel);
        if (committed.Ok) return StudioPages.Back(StudioPages.PageOfFile(id, path), null);
        if (committed.Problem == StudioProblems.ProjectNotFound) return committed.Problem.ToHttp();
        return new RazorComponentResult<EditorPage>(new Dictionary<string, object?>
        {
            [nameof(EditorPage.Id)] = id, [nameof(EditorPage.File)] = path, [nameof(EditorPage.Typed)] = typed, [nameof(EditorPage.Failed)] = committed.Problem,
        })
        { StatusCode = committed.Problem.Status };
    }

    private static async Task<IResult> Move(Guid id, Caller caller, HttpContext http, ProjectCommits commits, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (from, to) = (form["path"].ToString(), Text(form, "to"));
        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, null, $"Move {from} to {to}"), (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            held.Find(from) is not { } file ? StudioProblems.FileNotFound
            : held.Find(to) is not null ? ProjectProblems.PathClash
            : new List<FileEdit> { new(from, null), new(to, new FileContent(file.Sha256, file.Size, file.IsText, null)) }), null, cancel);
        return StudioPages.Back(StudioPages.PageOfFile(id, committed.Ok ? to : from), committed.Problem);
    }

    private static async Task<IResult> Remove(Guid id, Caller caller, HttpContext http, ProjectCommits commits, CancellationToken cancel)
    {
        var path = (await http.Request.ReadFormAsync(cancel))["path"].ToString();
        var committed = await commits.CommitAsync(id, CommitBy.Of(caller, null, $"Delete {path}"), [new FileEdit(path, null)], null, cancel);
        return StudioPages.Back(StudioPages.PageOf(id), committed.Problem);
    }

    private static async Task<IResult> Revert(Guid id, Caller caller, HttpContext http, IdempotentCall call, ProjectCommits commits, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var reverted = (await RevertProject.Handle(id, new RevertProject.Request(Number("to"), Number("commit")), caller, http, call, commits, cancel)).Result;
        return StudioPages.Back(StudioPages.PageOf(id, "history"), StudioPages.ProblemOf(reverted));

        int? Number(string name) => int.TryParse(form[name], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string Text(IFormCollection form, string name) => form[name].ToString().Trim();
}
