using System.Diagnostics;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Mainstreet.Foundation.Web;

/// <summary>An expected failure: RFC 9457 with a stable <c>code</c> that clients switch on.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">snake_case, stable.</param>
/// <param name="Title">One short sentence, the same for every occurrence.</param>
public sealed record Problem(int Status, string Code, string Title)
{
    /// <summary>What is special about this occurrence.</summary>
    public string? Detail { get; init; }

    /// <summary>Field → messages, for 400 and 422.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Seconds for <c>Retry-After</c>, for 429 and 503.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Further members of the answer, by their names on the wire, for example the lines that are out of stock.</summary>
    public IReadOnlyDictionary<string, object?>? Facts { get; init; }

    public static Problem Invalid(string field, string message) => new(400, "invalid_request", "The request is not valid.")
    {
        Errors = new Dictionary<string, string[]> { [field] = [message] },
    };

    public static Problem NotFound { get; } = new(404, "not_found", "There is no such thing, or it is not yours to see.");

    public static Problem Forbidden { get; } = new(403, "forbidden", "You may see this but not do it.");

    public static Problem Stale { get; } = new(412, "stale_version", "The resource changed since you read it.");

    public static Problem ConcurrentChange { get; } = new(409, "concurrent_change", "Somebody else changed this at the same moment; read it again.");

    public Problem With(string detail) => this with { Detail = detail };

    public ProblemHttpResult ToHttp()
    {
        var extensions = new Dictionary<string, object?> { ["code"] = Code };
        if (Errors is not null) extensions["errors"] = Errors;
        foreach (var (name, fact) in Facts ?? new Dictionary<string, object?>()) extensions[name] = fact;
        if (RetryAfterSeconds is { } seconds) extensions[RetryAfterKey] = seconds;
        return TypedResults.Problem(Detail, statusCode: Status, title: Title, type: TypeOf(Code), extensions: extensions);
    }

    internal const string RetryAfterKey = "retryAfter";

    internal static string TypeOf(string code) => $"urn:mainstreet:problem:{code}";

    internal static string TraceId(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
}
