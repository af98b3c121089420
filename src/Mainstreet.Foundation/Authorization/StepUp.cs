using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Authorization;

/// <summary>Whether the person behind a session proved lately to be there; implemented by Access.</summary>
public interface IStepUp
{
    /// <param name="context">The request.</param>
    /// <param name="always">False: accounts without a second factor need no proof.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Null when they did; else 403 <c>step_up_required</c> with the methods that they have.</returns>
    ValueTask<Problem?> CheckAsync(HttpContext context, bool always, CancellationToken cancel);
}

/// <summary>Asks for a fresh proof before an action that a stolen token should not be enough for.</summary>
public static class StepUpRequirement
{
    /// <summary>
    /// The route answers 403 <c>step_up_required</c> when sign-in or the last step-up is longer ago than <c>Access:SecondFactor:StepUpMinutes</c>.
    /// Put it beside <c>RequireAuthorization</c>.
    /// </summary>
    public static RouteHandlerBuilder RequireStepUp(this RouteHandlerBuilder route) => Require(route, always: true);

    /// <summary>As <see cref="RequireStepUp"/>, for accounts that have set up a second factor; the others are let through.</summary>
    public static RouteHandlerBuilder RequireStepUpOfSecondFactor(this RouteHandlerBuilder route) => Require(route, always: false);

    private static RouteHandlerBuilder Require(RouteHandlerBuilder route, bool always) => route
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .AddEndpointFilter(async (call, next) =>
        {
            var http = call.HttpContext;
            return await http.RequestServices.GetRequiredService<IStepUp>().CheckAsync(http, always, http.RequestAborted) is { } problem
                ? problem.ToHttp()
                : await next(call);
        });
}
