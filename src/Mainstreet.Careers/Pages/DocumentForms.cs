using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Pages;

/// <summary>Having a résumé or letter written for a posting, and accepting or reverting it block by block, without script.</summary>
internal static class DocumentForms
{
    internal const string List = "/careers/documents";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(JobForms.Page + "/{jobId:guid}/write", Write).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
        routes.MapPost(List + "/{id:guid}/blocks", Decide).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
    }

    internal static string PageOf(Guid id) => $"{List}/{id}";

    /// <summary>The place of a block on its document's page.</summary>
    internal static string AnchorOf(string blockId) => $"block-{blockId}";

    private static async Task<IResult> Write(Guid jobId, Caller caller, HttpContext http, IdempotentCall call, TaskDesk desk, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var type = fields.GetValueOrDefault("kind") == "letter" ? TaskTypes.GenerateLetter : TaskTypes.TailorResume;
        var started = await desk.StartAsync(caller, type, new TaskInputs.TaskInput(JobId: jobId), call, cancel);
        return started.Ok ? new SeeOther($"{JobForms.Page}/{jobId}#written") : CareersPages.Back($"{JobForms.Page}/{jobId}", started.Problem);
    }

    /// <summary>One block, or with <c>all</c> every one, is accepted as it was tailored or reverted to what it was.</summary>
    private static async Task<IResult> Decide(Guid id, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, TailoringMetrics metrics, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var document = await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.AccountId == caller.Id, cancel);
        if (document is null) return CareersPages.Back(PageOf(id), Problem.NotFound);
        var block = fields.GetValueOrDefault("block", "");
        IEnumerable<string> decided = block == "all" ? DocumentDiff.Between(document.Base, document.Tailored).Where(d => d.Change != BlockChange.Same).Select(d => d.BlockId) : [block];
        var reverted = document.TakenBack.ToHashSet(StringComparer.Ordinal);
        if (fields.GetValueOrDefault("act") == "revert") reverted.UnionWith(decided);
        else reverted.ExceptWith(decided);

        // What was decided elsewhere since the page was read is not overwritten.
        if (fields.GetValueOrDefault("version") is { Length: > 0 } version) http.Request.Headers.IfMatch = $"\"{version}\"";
        var answer = await DocumentRoutes.Revert(id, new DocumentRoutes.Request([.. reverted]), caller, http, db, clock, metrics, cancel);
        var known = block != "all" && document.Base.Blocks.Concat(document.Tailored.Blocks).Any(b => b.Id == block);
        return CareersPages.ProblemOf(answer.Result) is { } problem ? CareersPages.Back(PageOf(id), problem) : new SeeOther(known ? $"{PageOf(id)}#{AnchorOf(block)}" : PageOf(id));
    }
}
