using System.Diagnostics;

using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>Gives each request an id, hands it back, and logs what was slow.</summary>
public static partial class RequestObservation
{
    public const string Header = "X-Request-Id";

    private const int MaxLength = 64;

    /// <summary>
    /// First in the pipeline. A caller's id of 1 to 64 of <c>A-Z a-z 0-9 . _ -</c> is kept, any other replaced; it is the
    /// <c>RequestId</c> of every log line of the request and the answer's <c>X-Request-Id</c>.
    /// </summary>
    public static IApplicationBuilder UseRequestObservation(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Mainstreet.Requests");
        var options = app.ApplicationServices.GetRequiredService<IOptionsMonitor<RequestOptions>>();
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            var id = IdOf(context.Request.Headers, clock);
            context.TraceIdentifier = id;
            var span = Activity.Current;
            span?.SetTag("mainstreet.request_id", id);
            // At the last moment: the exception handler clears headers that are set earlier.
            context.Response.OnStarting(static state =>
            {
                var http = (HttpContext)state;
                http.Response.Headers[Header] = http.TraceIdentifier;
                return Task.CompletedTask;
            }, context);
            var started = clock.GetTimestamp();
            using (log.BeginScope(new RequestScope(id)))
            {
                try
                {
                    await next(context);
                }
                finally
                {
                    NameSpan(span, context);
                    var took = clock.GetElapsedTime(started);
                    if (took.TotalMilliseconds > options.CurrentValue.SlowMilliseconds && !IsStream(context))
                        Log.Slow(log, context.Request.Method, RouteOf(context), context.Response.StatusCode, (long)took.TotalMilliseconds);
                }
            }
        });
    }

    /// <summary>The caller's id when it may be kept, else a new one.</summary>
    internal static string IdOf(IHeaderDictionary headers, TimeProvider clock)
    {
        var given = headers[Header].ToString();
        return IsSane(given) ? given : clock.NewId().ToString("N");
    }

    internal static bool IsSane(string id) =>
        id.Length is > 0 and <= MaxLength && !id.AsSpan().ContainsAnyExcept(Allowed);

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    // ASP.NET Core leaves the route, known only now, to instrumentation packages (semantic conventions for HTTP server spans).
    private static void NameSpan(Activity? span, HttpContext context)
    {
        if (span is not { IsAllDataRequested: true } || (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is not { } route) return;
        span.DisplayName = $"{context.Request.Method} {route}";
        span.SetTag("http.route", route);
    }

    // Live connections are meant to last.
    private static bool IsStream(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest || context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    // The template and not the path, which holds ids.
    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    /// <summary>The scope of one request, in the form that log writers read.</summary>
    private sealed class RequestScope(string id) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 1;

        public KeyValuePair<string, object?> this[int index] => new("RequestId", id);

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return this[0];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"RequestId:{id}";
    }

    private static partial class Log
    {
        [LoggerMessage(1122, LogLevel.Warning, "Slow request: {Method} {Route} answered {Status} after {Milliseconds} ms")]
        internal static partial void Slow(ILogger log, string method, string route, int status, long milliseconds);
    }
}
