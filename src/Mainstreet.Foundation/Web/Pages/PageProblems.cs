using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mainstreet.Foundation.Web.Pages;

/// <summary>Shows a problem as a page when a browser asked for one.</summary>
internal sealed class PageProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => PageRoutes.IsPage(context.HttpContext.Request);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var status = context.ProblemDetails.Status ?? context.HttpContext.Response.StatusCode;
        var title = context.ProblemDetails.Extensions.ContainsKey("code") ? context.ProblemDetails.Title : ProblemHandling.Default(status).Title;
        var page = new RazorComponentResult<ProblemPage>(new Dictionary<string, object?>
        {
            [nameof(ProblemPage.Status)] = status,
            [nameof(ProblemPage.Title)] = title,
            [nameof(ProblemPage.Detail)] = context.ProblemDetails.Detail,
        })
        {
            StatusCode = status,
        };
        await page.ExecuteAsync(context.HttpContext);
    }
}
