using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Mainstreet.Foundation.Web.Pages;

/// <summary>303: the browser goes on with GET, to a path of this site.</summary>
public sealed record SeeOther(string Location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = UriHelper.Encode(new Uri(Location, UriKind.Relative));
        return Task.CompletedTask;
    }
}
