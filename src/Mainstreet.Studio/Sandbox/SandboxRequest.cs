using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Projects;

namespace Mainstreet.Studio.Sandbox;

/// <summary>What is asked for over HTTP, and how it becomes a run.</summary>
internal static class SandboxRequest
{
    private const int MostInput = 1_000_000;

    /// <param name="WallMs">Longest time by the clock, in milliseconds.</param>
    /// <param name="MemoryBytes">Memory of all its processes, 32 MiB at least.</param>
    /// <param name="Processes">Processes and threads, 4 at least.</param>
    /// <param name="OutputBytes">Of standard output and of standard error, each.</param>
    public sealed record LimitsBody(
        [Range(1, 600_000)] int? WallMs = null, [Range(33_554_432L, 17_179_869_184L)] long? MemoryBytes = null, [Range(4, 4_096)] int? Processes = null, [Range(0, 16_777_216)] int? OutputBytes = null);

    /// <param name="Path">Relative, with forward slashes.</param>
    /// <param name="Content">Text, or Base64 where <paramref name="Encoding"/> says so.</param>
    /// <param name="Encoding">utf8 (default) or base64.</param>
    public sealed record FileBody([Required, StringLength(ProjectPath.MaxLength, MinimumLength = 1)] string Path, string Content, string? Encoding = null);

    /// <summary>The file that code without files is put into.</summary>
    internal static string MainFile(SandboxLanguage language) => language switch
    {
        SandboxLanguage.Python => "main.py",
        SandboxLanguage.Javascript => "main.js",
        SandboxLanguage.Csharp => "Program.cs",
        _ => "main.sh",
    };

    /// <summary>Reads files, refusing paths that lead out, that clash or that are too many.</summary>
    internal static Outcome<Dictionary<string, byte[]>> ReadFiles(IReadOnlyList<FileBody> files, SandboxOptions options)
    {
        if (files.Count == 0) return Problem.Invalid("files", "must not be empty");
        if (files.Count > options.MaxFiles) return Problem.Invalid("files", FormattableString.Invariant($"must be {options.MaxFiles} at most"));
        var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var total = 0L;
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i] is null) return Problem.Invalid(FormattableString.Invariant($"files[{i}]"), "must not be null");
            if (ProjectPath.Fault(files[i].Path) is { } wrong) return Problem.Invalid(FormattableString.Invariant($"files[{i}].path"), wrong);
            byte[] content;
            switch (files[i].Encoding)
            {
                case null or "utf8":
                    content = System.Text.Encoding.UTF8.GetBytes(files[i].Content);
                    break;
                case "base64":
                    content = new byte[files[i].Content.Length];
                    if (!Convert.TryFromBase64String(files[i].Content, content, out var length)) return Problem.Invalid(FormattableString.Invariant($"files[{i}].content"), "is not Base64");
                    content = content[..length];
                    break;
                default:
                    return Problem.Invalid(FormattableString.Invariant($"files[{i}].encoding"), "must be one of utf8, base64");
            }

            total += content.Length;
            if (total > options.MaxInputBytes) return Problem.Invalid("files", FormattableString.Invariant($"must have {options.MaxInputBytes} bytes at most together"));
            read[files[i].Path] = content;
            if (!names.Add(ProjectPath.Key(files[i].Path))) return Problem.Invalid(FormattableString.Invariant($"files[{i}].path"), "is there twice, but for upper and lower case at most");
        }

        // A file cannot be a folder too.
        if (read.Keys.FirstOrDefault(path => Parents(path).Any(read.ContainsKey)) is { } clash) return Problem.Invalid("files", $"'{clash}' lies below another file");
        return read;
    }

    /// <summary>Puts a run together with its limits.</summary>
    internal static Outcome<SandboxRun> ToRun(
        SandboxLanguage language, IReadOnlyDictionary<string, byte[]> files, string? entry, string? stdin, LimitsBody? limits, SandboxOptions options)
    {
        var input = System.Text.Encoding.UTF8.GetBytes(stdin ?? "");
        if (input.Length > MostInput) return Problem.Invalid("stdin", FormattableString.Invariant($"must have {MostInput} bytes at most"));
        if (entry is not null && !files.ContainsKey(entry)) return Problem.Invalid("entry", "is none of the files");
        if (language != SandboxLanguage.Csharp)
        {
            entry ??= EntryOf(language, files.Keys);
            if (entry is null) return SandboxProblems.NoEntry;
        }

        var wall = limits?.WallMs is { } ms ? TimeSpan.FromMilliseconds(ms) : Min(options.UsualRun, options.LongestRun);
        if (wall > options.LongestRun) return Problem.Invalid("limits.wallMs", FormattableString.Invariant($"must be {options.LongestRun.TotalMilliseconds} at most"));
        var memory = limits?.MemoryBytes ?? options.MemoryBytes;
        if (memory > options.MemoryBytes) return Problem.Invalid("limits.memoryBytes", FormattableString.Invariant($"must be {options.MemoryBytes} at most"));
        var processes = limits?.Processes ?? options.Processes;
        if (processes > options.Processes) return Problem.Invalid("limits.processes", FormattableString.Invariant($"must be {options.Processes} at most"));
        var output = limits?.OutputBytes ?? options.OutputBytes;
        if (output > options.OutputBytes) return Problem.Invalid("limits.outputBytes", FormattableString.Invariant($"must be {options.OutputBytes} at most"));
        return new SandboxRun(language, files, entry, input, wall, memory, processes, output);
    }

    /// <summary>The language that the files speak for, most telling first; null when none does.</summary>
    internal static SandboxLanguage? LanguageOf(IReadOnlyCollection<string> paths)
    {
        // A site has scripts for the browser beside the program that serves it, and a program scripts for the shell.
        foreach (var language in (SandboxLanguage[])[SandboxLanguage.Python, SandboxLanguage.Csharp, SandboxLanguage.Javascript, SandboxLanguage.Shell])
        {
            if (EntryOf(language, paths) is not null || (language == SandboxLanguage.Csharp && paths.Any(p => p.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)))) return language;
        }

        return null;
    }

    /// <summary>The file to start with: the usual name at the top, else the only file of the language.</summary>
    internal static string? EntryOf(SandboxLanguage language, IEnumerable<string> paths)
    {
        var all = paths.ToList();
        string[] usual = language switch
        {
            SandboxLanguage.Python => ["main.py", "app.py", "__main__.py"],
            SandboxLanguage.Javascript => ["main.js", "index.js", "main.mjs", "index.mjs", "app.js"],
            SandboxLanguage.Csharp => ["Program.cs", "Main.cs"],
            _ => ["main.sh", "run.sh"],
        };
        string[] endings = language switch
        {
            SandboxLanguage.Python => [".py"],
            SandboxLanguage.Javascript => [".js", ".mjs", ".cjs"],
            SandboxLanguage.Csharp => [".cs"],
            _ => [".sh"],
        };
        if (usual.FirstOrDefault(all.Contains) is { } named) return named;
        var fitting = all.Where(p => endings.Any(e => p.EndsWith(e, StringComparison.OrdinalIgnoreCase))).Take(2).ToList();
        return fitting.Count == 1 ? fitting[0] : null;
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1)) yield return path[..at];
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
