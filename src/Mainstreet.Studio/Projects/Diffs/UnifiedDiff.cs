using System.Globalization;
using System.Text;

namespace Mainstreet.Studio.Projects.Diffs;

/// <summary>The unified format of diff(1) and git: <c>patch -p1</c> takes it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Empty when the texts are the same. Null stands for a file that is not there.</summary>
    internal static string Of(string path, string? before, string? after)
    {
        if (before == after) return "";
        var text = new StringBuilder();
        text.Append("--- ").Append(before is null ? "/dev/null" : $"a/{path}").Append('\n');
        text.Append("+++ ").Append(after is null ? "/dev/null" : $"b/{path}").Append('\n');
        var lines = LineDiff.Compare(before ?? "", after ?? "");
        var (oldLines, newLines, counted) = (0, 0, 0);
        for (var at = 0; at < lines.Count;)
        {
            var first = lines.FindIndex(at, l => l.Fate != LineFate.Kept);
            if (first < 0) break;
            var from = Math.Max(at, first - Context);
            var to = EndOf(lines, first);
            for (; counted < from; counted++)
            {
                if (lines[counted].Fate != LineFate.Added) oldLines++;
                if (lines[counted].Fate != LineFate.Removed) newLines++;
            }

            Hunk(text, lines, from, to, oldLines, newLines);
            at = to;
        }

        return text.ToString();
    }

    /// <summary>How many lines came and went.</summary>
    internal static (int Added, int Removed) Count(string? before, string? after)
    {
        var lines = LineDiff.Compare(before ?? "", after ?? "");
        return (lines.Count(l => l.Fate == LineFate.Added), lines.Count(l => l.Fate == LineFate.Removed));
    }

    /// <summary>Changes with at most twice the context between them are one hunk.</summary>
    private static int EndOf(List<DiffLine> lines, int first)
    {
        var last = first;
        for (var i = first + 1; i < lines.Count && i - last <= (2 * Context) + 1; i++)
        {
            if (lines[i].Fate != LineFate.Kept) last = i;
        }

        return Math.Min(lines.Count, last + Context + 1);
    }

    private static void Hunk(StringBuilder text, List<DiffLine> lines, int from, int to, int oldStart, int newStart)
    {
        var part = lines.GetRange(from, to - from);
        var oldCount = part.Count(l => l.Fate != LineFate.Added);
        var newCount = part.Count(l => l.Fate != LineFate.Removed);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(oldStart, oldCount)} +{Range(newStart, newCount)} @@\n");
        foreach (var line in part)
        {
            text.Append(line.Fate switch { LineFate.Added => '+', LineFate.Removed => '-', _ => ' ' }).Append(line.Text);
            if (!line.Text.EndsWith('\n')) text.Append("\n\\ No newline at end of file\n");
        }
    }

    private static string Range(int start, int count) =>
        count == 1 ? (start + 1).ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");
}
