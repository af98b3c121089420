using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Mainstreet.Studio.Pages;

/// <summary>Routes that pages post their forms to.</summary>
internal static class FormRoutes
{
    private static readonly Problem NoForm = new(415, "unsupported_media_type", "The body's media type is not taken here.");

    /// <summary>Refuses a body that is no form with 415.</summary>
    internal static RouteHandlerBuilder OfForm(this RouteHandlerBuilder route) => route.AddEndpointFilter((context, next) =>
        context.HttpContext.Request.HasFormContentType ? next(context) : ValueTask.FromResult<object?>(NoForm.ToHttp()));
}
