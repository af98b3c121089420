using System.Security.Claims;
using System.Threading.RateLimiting;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.RateLimits;

/// <summary>
/// The limit on all of the module's API, by address for strangers. It runs before authorisation, so that what is answered with 401 counts too. The
/// framework's own limiters tell a request nothing of what is left; hence the counting here, and limiters that only say yes or no.
/// </summary>
internal sealed class RequestLimitPolicy(RequestWindows windows) : IRateLimiterPolicy<string>
{
    internal const string Name = "studio";

    public Func<OnRejectedContext, CancellationToken, ValueTask> OnRejected { get; } = async (rejected, _) =>
    {
        var http = rejected.HttpContext;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (http.Features.Get<LimitState>() is { } state) http.Response.Headers.RetryAfter = state.ResetSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(
            new ProblemDetailsContext { HttpContext = http, ProblemDetails = new ProblemDetails { Status = StatusCodes.Status429TooManyRequests } });
    };

    public RateLimitPartition<string> GetPartition(HttpContext httpContext)
    {
        // The framework asks a second time when the first answer was no.
        if (httpContext.Features.Get<LimitState>() is not { } state)
        {
            var account = httpContext.User.FindFirstValue("sub");
            state = windows.Count(account ?? httpContext.Connection.RemoteIpAddress?.ToString() ?? "unknown", account is not null);
            httpContext.Features.Set(state);
            state.WriteTo(httpContext.Response.Headers);
        }

        return state.Allowed ? RateLimitPartition.GetNoLimiter("yes") : RateLimitPartition.Get("no", _ => new Closed());
    }

    private sealed class Closed : RateLimiter
    {
        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => Refusal.Instance;

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(Refusal.Instance);
    }

    private sealed class Refusal : RateLimitLease
    {
        internal static readonly Refusal Instance = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
