using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mainstreet.Commands;

/// <summary><c>--target URL[,URL]</c>: base addresses of the replicas to ask.</summary>
internal static class TargetOption
{
    internal static Option<Uri[]> Create() => new("--target")
    {
        Description = "Base address of the server; several replicas separated by commas.",
        HelpName = "URL[,URL]",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Parse,
    };

    private static Uri[] Parse(ArgumentResult argument)
    {
        var targets = new List<Uri>();
        foreach (var text in argument.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") targets.Add(uri);
            else argument.AddError($"'{text}' is not an http or https address.");
        }

        if (targets.Count == 0) argument.AddError("--target needs an address, for example http://127.0.0.1:5080.");
        return [.. targets];
    }
}
