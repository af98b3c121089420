using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Mainstreet.Foundation.Proving;

/// <summary>The routes that a program maps, found again from the requests made.</summary>
public sealed partial class SmokeRoutes
{
    private readonly List<Entry> _entries;

    private SmokeRoutes(List<Entry> entries) => _entries = entries;

    /// <summary>A program without routes: every path is its own.</summary>
    public static SmokeRoutes None { get; } = new([]);

    /// <summary>Reads the routes of a host that is built, whether or not it runs.</summary>
    public static SmokeRoutes Of(IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var entries = new List<Entry>();
        foreach (var endpoint in app.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var template = "/" + Constraint().Replace(endpoint.RoutePattern.RawText ?? "", "$1").TrimStart('/');
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                entries.Add(new Entry(method, template, ModuleOf(endpoint), endpoint.RoutePattern.InboundPrecedence, Matcher(endpoint.RoutePattern)));
            }
        }

        entries.Sort((a, b) => a.Precedence.CompareTo(b.Precedence));
        return new SmokeRoutes(entries);
    }

    /// <summary>Method and template of every route of these modules, each once.</summary>
    public IReadOnlyList<string> Of(IReadOnlyCollection<string> modules) =>
        [.. _entries.Where(e => modules.Contains(e.Module)).Select(e => e.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The route that answers a request, such as <c>GET /v1/tickets/{id}</c> for <c>GET /v1/tickets/0193…</c>; else the request itself.</summary>
    public string Find(string request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (method, path) = request.Split(' ', 2) is [var verb, var rest] ? (verb, Uri.UnescapeDataString(rest)) : (request, "");
        return _entries.Find(e => e.Method == method && e.Path.IsMatch(path))?.Name ?? request;
    }

    // A page's handler is made by a generic method of Foundation: the page's type says whose it is.
    private static string ModuleOf(RouteEndpoint endpoint)
    {
        var type = endpoint.Metadata.GetMetadata<MethodInfo>()?.DeclaringType;
        var owner = type?.GenericTypeArguments.FirstOrDefault() ?? type;
        return owner?.Assembly.GetName().Name?.Split('.') is [_, var module, ..] ? module.ToLowerInvariant() : "foundation";
    }

    private static Regex Matcher(RoutePattern pattern)
    {
        var text = new System.Text.StringBuilder("^");
        foreach (var segment in pattern.PathSegments)
        {
            var optional = segment.Parts is [RoutePatternParameterPart { IsOptional: true } or RoutePatternParameterPart { IsCatchAll: true }];
            text.Append(optional ? "(?:/" : "/");
            foreach (var part in segment.Parts)
            {
                text.Append(part switch
                {
                    RoutePatternLiteralPart literal => Regex.Escape(literal.Content),
                    RoutePatternSeparatorPart separator => Regex.Escape(separator.Content),
                    RoutePatternParameterPart { IsCatchAll: true } => ".*",
                    RoutePatternParameterPart parameter when Is(parameter, "guid") => "[0-9a-fA-F-]{36}",
                    RoutePatternParameterPart parameter when Is(parameter, "int") => "[0-9]+",
                    _ => "[^/]+",
                });
            }

            if (optional) text.Append(")?");
        }

        return new Regex(text.Append(pattern.PathSegments.Count == 0 ? "/$" : "/?$").ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    private static bool Is(RoutePatternParameterPart parameter, string constraint) => parameter.ParameterPolicies.Any(p => p.Content == constraint);

    [GeneratedRegex(@"(\{\*{0,2}\w+)(?::(?:[^{}]|\{[^{}]*\})*)?(?=[}?])")]
    private static partial Regex Constraint();

    private sealed record Entry(string Method, string Template, string Module, decimal Precedence, Regex Path)
    {
        internal string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{Method} {Template}");
    }
}
