using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.RateLimits;

/// <summary>A limit that is exact: counted in the database for each account, over all replicas and restarts.</summary>
internal enum StudioLimit
{
    /// <summary>Requests to the assistant: 20 in 15 minutes.</summary>
    Ai,

    /// <summary>Deployments: 10 in an hour.</summary>
    Deploy,
}

/// <summary>Where an account stands with a limit.</summary>
/// <param name="Allowed">False when this request was one too many; then it was not counted.</param>
/// <param name="Limit">Requests in any one window.</param>
/// <param name="Remaining">Requests that would still be let through now.</param>
/// <param name="Reset">Until one more is let through than now: the oldest use leaves the window.</param>
internal sealed record LimitState(bool Allowed, int Limit, TimeSpan Window, int Remaining, TimeSpan Reset)
{
    /// <summary>Whole seconds, rounded up: whoever waits this long is let through.</summary>
    internal int ResetSeconds => (int)Math.Ceiling(Reset.TotalSeconds);

    /// <summary>RateLimit-Limit, -Remaining, -Reset and -Policy (draft-ietf-httpapi-ratelimit-headers-06).</summary>
    internal void WriteTo(IHeaderDictionary headers)
    {
        headers["RateLimit-Limit"] = Text(Limit);
        headers["RateLimit-Remaining"] = Text(Remaining);
        headers["RateLimit-Reset"] = Text(ResetSeconds);
        headers["RateLimit-Policy"] = $"{Text(Limit)};w={Text((int)Window.TotalSeconds)}";
    }

    internal Problem ToProblem() => RateLimitServices.TooMany.With($"{Limit} requests in {(int)Window.TotalSeconds} seconds are let through.") with { RetryAfterSeconds = ResetSeconds };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Puts an exact limit on a route.</summary>
internal static class StudioLimitFilter
{
    /// <summary>Counts each request of a signed-in account and refuses what is too much with 429 too_many_requests. Put it after the authorisation, before <c>Idempotent</c>.</summary>
    internal static RouteHandlerBuilder RequireStudioLimit(this RouteHandlerBuilder route, StudioLimit limit) => route
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .AddEndpointFilter(async (call, next) =>
        {
            var http = call.HttpContext;
            var caller = await Caller.BindAsync(http);
            var state = await http.RequestServices.GetRequiredService<ExactLimits>().TakeAsync(caller.Id, limit, http.RequestAborted);
            state.WriteTo(http.Response.Headers);
            return state.Allowed ? await next(call) : state.ToProblem().ToHttp();
        });
}
