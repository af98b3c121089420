using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Projects;

/// <summary>
/// Paths of a project: relative, with forward slashes, and the same file on every system that a project may be unpacked on. Whatever Windows,
/// macOS or a URL would read as something else is refused, never repaired.
/// </summary>
internal static class ProjectPath
{
    internal const int MaxLength = 240;
    private const int MaxDepth = 20;
    private const int MaxSegment = 120;

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" }), "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Why this is no path of a project; null when it is one.</summary>
    internal static string? Fault(string path)
    {
        if (path.Length == 0) return "is empty";
        if (Encoding.UTF8.GetByteCount(path) > MaxLength) return $"is longer than {MaxLength} bytes";
        if (path[0] == '/') return "is absolute";
        foreach (var each in path)
        {
            if (each == '\\') return "holds a backslash; folders are parted by '/'";
            if (each is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '%') return $"holds '{each}'";
            if (char.IsControl(each)) return "holds a control character";
        }

        // Lone surrogates, marks without width and direction marks make two names look like one.
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                return "holds a character that cannot be seen";
            }
        }

        if (!path.IsNormalized(NormalizationForm.FormC)) return "is not in Unicode normal form C";
        var segments = path.Split('/');
        return segments.Length > MaxDepth ? $"is deeper than {MaxDepth} folders" : segments.Select(SegmentFault).FirstOrDefault(f => f is not null);
    }

    /// <summary>The path without regard to case: equal for paths that are one file on Windows or macOS.</summary>
    internal static string Key(string path) => path.ToUpperInvariant().ToLowerInvariant();

    internal static Problem? Check(string path) => Fault(path) is { } fault ? Refused(path, fault) : null;

    internal static Problem Refused(string path, string fault) => ProjectProblems.InvalidPath with
    {
        Errors = new Dictionary<string, string[]> { [path.Length > MaxLength ? path[..MaxLength] : path] = [fault] },
    };

    private static string? SegmentFault(string segment)
    {
        if (segment.Length == 0) return "has a part without a name";
        if (segment is "." or "..") return "has a part that is '.' or '..'";
        if (Encoding.UTF8.GetByteCount(segment) > MaxSegment) return $"has a part longer than {MaxSegment} bytes";
        if (segment[^1] is '.' or ' ' || segment[0] == ' ') return "has a part that begins with a space, or ends with a space or a dot";
        if (segment.Equals(".git", StringComparison.OrdinalIgnoreCase)) return "has a part named .git";
        var stem = segment.Split('.')[0].TrimEnd(' ');
        return Devices.Contains(stem) ? $"has a part named {stem}, which is a device on Windows" : null;
    }
}
