using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Web;

/// <summary>One shape for every error: RFC 9457 with <c>code</c> and <c>traceId</c>; no exception text on the wire.</summary>
public static class ProblemHandling
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddExceptionHandler<ExceptionProblems>();
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o => Json.Apply(o.SerializerOptions));
        return services;
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var (code, title) = Default(status);
            problem.Extensions["code"] = code;
            problem.Type = Problem.TypeOf(code);
            problem.Title = title;
        }

        problem.Extensions["traceId"] = Problem.TraceId(context.HttpContext);
        if (problem.Extensions.Remove(Problem.RetryAfterKey, out var seconds))
            context.HttpContext.Response.Headers.RetryAfter = Convert.ToString(seconds, System.Globalization.CultureInfo.InvariantCulture);
        if (problem is HttpValidationProblemDetails validation)
        {
            // The validator names fields as C# does; the wire is camelCase.
            validation.Errors = validation.Errors.ToDictionary(e => CamelPath(e.Key), e => e.Value);
        }
    }

    internal static (string Code, string Title) Default(int status) => status switch
    {
        400 => ("invalid_request", "The request is not valid."),
        401 => ("unauthenticated", "Sign in first."),
        403 => ("forbidden", "You may see this but not do it."),
        404 => ("not_found", "There is no such thing, or it is not yours to see."),
        405 => ("method_not_allowed", "This path does not take that method."),
        406 => ("not_acceptable", "This cannot be given in the form asked for."),
        408 => ("timeout", "The request took too long to arrive."),
        409 => ("conflict", "The request collides with the present state."),
        413 => ("too_large", "The body is too large."),
        415 => ("unsupported_media_type", "The body's media type is not taken here."),
        429 => ("too_many_requests", "Slow down."),
        503 => ("unavailable", "A part this needs is away. Try again."),
        >= 500 => ("internal_error", "Something broke here. It has been recorded."),
        _ => ("error", "The request failed."),
    };

    private static string CamelPath(string path) =>
        string.Join('.', path.Split('.').Select(p => p.Length == 0 ? p : JsonNamingPolicy.CamelCase.ConvertName(p)));
}

/// <summary>
/// Writes problems for clients whose <c>Accept</c> names no JSON (a picture, a CSV, a page): the stock writer declines
/// those, which would leave them without <c>code</c> and <c>Retry-After</c>, and a 503 would become a bare 500.
/// </summary>
internal sealed class ProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, context.ProblemDetails.GetType(), options: null, "application/problem+json", context.HttpContext.RequestAborted);
    }
}

internal sealed partial class ExceptionProblems(IProblemDetailsService problems, ILogger<ExceptionProblems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var problem = Read(exception);
        if (problem.Status >= 500 && problem.Status != 503) Log.Unexpected(log, httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, exception);
        else if (problem.Status == 503) Log.Unavailable(log, exception.GetType().Name, exception.Message);

        httpContext.Response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var details = problem.Errors is null
            ? new ProblemDetails()
            : new HttpValidationProblemDetails(problem.Errors.ToDictionary(e => e.Key, e => e.Value));
        details.Status = problem.Status;
        details.Title = problem.Title;
        details.Detail = problem.Detail;
        details.Type = Problem.TypeOf(problem.Code);
        details.Extensions["code"] = problem.Code;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = details });
    }

    private static Problem Read(Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad when bad.InnerException is JsonException json:
                return Problem.Invalid(FieldOf(json.Path), Explain(json));
            case BadHttpRequestException bad:
                var (code, title) = ProblemHandling.Default(bad.StatusCode);
                return new Problem(bad.StatusCode, code, title) { Detail = bad.StatusCode == 400 ? "A parameter or the body is missing or has the wrong type." : null };
            case JsonException json:
                return Problem.Invalid(FieldOf(json.Path), Explain(json));
            case InvalidDataException:
                return Problem.Invalid("body", "is not a well-formed form");
            case DbUpdateConcurrencyException:
                return Problem.ConcurrentChange;
            case FileStoreAwayException:
                return new Problem(503, "files_unavailable", "The store of files is away. Try again.") { RetryAfterSeconds = 1 };
            case Npgsql.PostgresException { SqlState: "22021" or "22P05" }:
                return Problem.Invalid("body", "contains a character that cannot be stored");
        }

        if (Storage.IsUniqueViolation(exception)) return Problem.ConcurrentChange;
        if (Storage.IsRetryable(exception)) return Problem.ConcurrentChange;
        if (Storage.IsUnavailable(exception))
            return new Problem(503, "database_unavailable", "The database is away. Try again.") { RetryAfterSeconds = 1 };
        var (internalCode, internalTitle) = ProblemHandling.Default(500);
        return new Problem(500, internalCode, internalTitle);
    }

    // JsonException's own text names our types; only the path and a plain sentence go out.
    private static string Explain(JsonException exception) =>
        exception.Message.StartsWith("contains", StringComparison.Ordinal) || exception.Message.StartsWith("must", StringComparison.Ordinal)
            ? exception.Message.Split(" Path:")[0]
            : exception.LineNumber is { } line
                ? $"is not what is expected here (line {line + 1}, byte {exception.BytePositionInLine})"
                : "is missing, malformed or has the wrong type";

    private static string FieldOf(string? path)
    {
        var field = path?.TrimStart('$').TrimStart('.');
        return string.IsNullOrEmpty(field) ? "body" : field;
    }

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Error, "Unhandled failure at {Method} {Route}")]
        internal static partial void Unexpected(ILogger log, string method, string? route, Exception exception);

        [LoggerMessage(1011, LogLevel.Warning, "Answered 503: {Kind}: {Reason}")]
        internal static partial void Unavailable(ILogger log, string kind, string reason);
    }
}
