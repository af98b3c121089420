using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Authorization;

/// <summary>Whether the person behind a session proved lately to be there; implemented by Access.</summary>
public interface IStepUp
{
    /// <returns>Null when they did; else 403 <c>step_up_required</c> with the methods that they have.</returns>
    ValueTask<Problem?> CheckAsync(HttpContext context, CancellationToken cancel);
}

/// <summary>Asks for a fresh proof before an action that a stolen token should not be enough for.</summary>
public static class StepUpRequirement
{
    /// <summary>
    /// The route answers 403 <c>step_up_required</c> when sign-in or the last step-up is longer ago than <c>Access:SecondFactor:StepUpMinutes</c>.
    /// Put it beside <c>RequireAuthorization</c>.
    /// </summary>
    public static RouteHandlerBuilder RequireStepUp(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .AddEndpointFilter(async (call, next) =>
        {
            var http = call.HttpContext;
            return await http.RequestServices.GetRequiredService<IStepUp>().CheckAsync(http, http.RequestAborted) is { } problem
                ? problem.ToHttp()
                : await next(call);
        });
}
