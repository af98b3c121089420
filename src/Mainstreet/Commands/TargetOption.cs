using System.CommandLine;

namespace Mainstreet.Commands;

/// <summary><c>--target URL[,URL]</c>: base addresses of the replicas to ask.</summary>
internal static class TargetOption
{
    internal static Option<string?> Create() => new("--target")
    {
        Description = "Base address of the server; several replicas separated by commas.",
        HelpName = "URL[,URL]",
    };

    /// <summary>Reads the option; answers what is wrong with it. Wrong targets prove nothing, so the command decides its exit code.</summary>
    internal static string? Read(string? text, out IReadOnlyList<Uri> targets)
    {
        var read = new List<Uri>();
        targets = read;
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return $"'{part}' is not an http or https address.";
            read.Add(uri);
        }

        return read.Count == 0 ? "--target is needed, for example --target http://127.0.0.1:5080." : null;
    }
}
