using System.Text.RegularExpressions;

using Mainstreet.Acceptance.Recovery;

namespace Mainstreet.Acceptance.Operations;

/// <summary>The pages of docs/operations as a tired operator uses them: what stands in their blocks is run as it stands there.</summary>
internal static partial class Runbook
{
    private static readonly string Docs = Find();

    /// <summary>The blocks of a language under a heading of a page, in order.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static IReadOnlyList<string> Blocks(string page, string heading, string language)
    {
        var (found, under) = (new List<string>(), false);
        foreach (var part in Read(Path.Combine(Docs, page)))
        {
            if (part.Language is null) under = part.Text == heading;
            else if (under && part.Language == language) found.Add(part.Text);
        }

        return found.Count > 0 ? found : throw new InvalidOperationException($"{page} has no block of {language} under '{heading}'.");
    }

    /// <summary>Every statement for a database in the runbooks, those of alerts among them, in blocks and between words.</summary>
    internal static IReadOnlyList<(string Page, string Sql)> Statements() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Docs, "runbooks"), "*.md").Order(StringComparer.Ordinal).Prepend(Path.Combine(Docs, "alerts.md")).SelectMany(page =>
            Read(page).Where(p => p.Language == "sql").Select(p => p.Text)
                .Concat(Spans().Matches(File.ReadAllText(page)).Select(m => m.Groups[1].Value))
                .Select(sql => (Path.GetRelativePath(Docs, page), sql))),
    ];

    /// <summary>Runs a block in a shell that knows <c>mainstreet</c>, and stops at the first command that fails.</summary>
    /// <param name="block">From <see cref="Blocks"/>.</param>
    /// <param name="settings">Of the program.</param>
    /// <param name="replace">What stands on the page for something of the reader's own, and what it is here; applied in order.</param>
    internal static async Task<ProgramRun> RunAsync(string block, IReadOnlyDictionary<string, string?> settings, params (string This, string By)[] replace)
    {
        foreach (var (text, by) in replace)
        {
            if (!block.Contains(text, StringComparison.Ordinal)) throw new InvalidOperationException($"The block does not say '{text}' any more: {block}");
            block = block.Replace(text, by, StringComparison.Ordinal);
        }

        var tools = Environment.GetEnvironmentVariable("MAINSTREET_TEST_POSTGRES_BIN");
        var shell = $"mainstreet() {{ dotnet '{ServerProcess.Assembly()}' \"$@\"; }}\nset -euo pipefail\n{block}";
        return await ProgramRun.RunAsync("bash", ["-c", shell], start =>
        {
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
            start.Environment["DOTNET_ENVIRONMENT"] = "Development";
            start.Environment["PATH"] = string.IsNullOrEmpty(tools) ? Environment.GetEnvironmentVariable("PATH") : $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
            foreach (var (key, value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        });
    }

    /// <summary>Headings (no language) and blocks (the language, perhaps empty) of a page.</summary>
    private static IEnumerable<(string? Language, string Text)> Read(string page)
    {
        string? language = null;
        var block = new List<string>();
        foreach (var line in File.ReadLines(page))
        {
            var text = line.Trim();
            if (text.StartsWith("```", StringComparison.Ordinal))
            {
                if (language is null) (language, block) = (text[3..], []);
                else
                {
                    yield return (language, string.Join('\n', block));
                    language = null;
                }
            }
            else if (language is not null) block.Add(text);
            else if (text.StartsWith('#')) yield return (null, text.TrimStart('#').Trim());
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var docs = Path.Combine(folder.FullName, "docs", "operations");
            if (Directory.Exists(docs)) return docs;
        }

        throw new DirectoryNotFoundException("docs/operations is not above the tests.");
    }

    [GeneratedRegex(@"`((?:SELECT|UPDATE|DELETE|INSERT|CREATE|ALTER|DROP)\s[^`]+)`", RegexOptions.IgnoreCase)]
    private static partial Regex Spans();
}
