using Mainstreet.Studio.Projects;

namespace Mainstreet.Studio.Assistant.Edits;

/// <summary>
/// Applies blocks to files in memory: all or none. A block whose lines are not in the file exactly once is a fault, never a guess; line ends
/// of the file are kept.
/// </summary>
internal static class EditChecker
{
    private const int MostBlocks = 200, MostNearestLines = 12;

    /// <param name="files">Text files by path.</param>
    /// <param name="blocks">In the order in which they were written; a later block sees what an earlier one changed.</param>
    internal static (IReadOnlyList<CheckedEdit> Edits, IReadOnlyList<EditFault> Faults) Check(IReadOnlyDictionary<string, string> files, IReadOnlyList<EditBlock> blocks)
    {
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        var faults = new List<EditFault>();
        foreach (var block in blocks.Take(MostBlocks))
        {
            if (ProjectPath.Fault(block.Path) is { } fault)
            {
                faults.Add(new EditFault(Shown(block.Path), "edit_path_refused", $"The path {fault}."));
                continue;
            }
            var text = now.GetValueOrDefault(block.Path) ?? files.GetValueOrDefault(block.Path);
            if (Apply(block, text) is var (changed, refused) && refused is not null) faults.Add(refused);
            else now[block.Path] = changed!;
        }
        if (blocks.Count > MostBlocks) faults.Add(new EditFault("", "edit_empty", $"More than {MostBlocks} changes at once."));
        if (faults.Count > 0) return ([], faults);
        return ([.. now.Where(file => files.GetValueOrDefault(file.Key) != file.Value).OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new CheckedEdit(file.Key, files.GetValueOrDefault(file.Key), file.Value))], []);
    }

    private static (string? Text, EditFault? Fault) Apply(EditBlock block, string? text)
    {
        if (text is null)
        {
            return block.Search.Length == 0
                ? (block.Replace, null)
                : (null, new EditFault(block.Path, "edit_not_found", "The project has no such file."));
        }
        if (block.Search.Length == 0)
        {
            return text.Length == 0
                ? (block.Replace, null)
                : (null, new EditFault(block.Path, "edit_ambiguous", "The file is there already; say which lines are meant."));
        }
        if (block.Search == block.Replace) return (null, new EditFault(block.Path, "edit_empty", "The change changes nothing."));

        var ending = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.Split('\n');
        var wanted = block.Search.TrimEnd('\n').Split('\n');
        var found = Find(lines, wanted);
        if (found.Count == 1)
        {
            // The last line of a file may have no end; then neither has what takes its place.
            var replace = block.Replace.Length == 0 ? [] : block.Replace.TrimEnd('\n').Split('\n').Select(line => ending == "\r\n" ? line + "\r" : line);
            return (string.Join('\n', [.. lines[..found[0]], .. replace, .. lines[(found[0] + wanted.Length)..]]), null);
        }
        if (found.Count > 1)
            return (null, new EditFault(block.Path, "edit_ambiguous", $"These lines stand in the file {found.Count} times, from lines {string.Join(", ", found.Take(5).Select(at => at + 1))}.", found[0] + 1));
        var (line, nearest) = Nearest(lines, wanted);
        return (null, new EditFault(block.Path, "edit_not_found", "These lines are not in the file.", line, nearest));
    }

    private static List<int> Find(string[] lines, string[] wanted)
    {
        var found = new List<int>();
        for (var at = 0; at + wanted.Length <= lines.Length; at++)
        {
            var same = 0;
            while (same < wanted.Length && lines[at + same].TrimEnd('\r') == wanted[same].TrimEnd('\r')) same++;
            if (same == wanted.Length) found.Add(at);
        }
        return found;
    }

    // The window that shares most words with what was searched for, on the whole and line by line, so that whoever wrote it sees what is there.
    private static (int? Line, string? Text) Nearest(string[] lines, string[] wanted)
    {
        var words = wanted.SelectMany(Words).ToHashSet(StringComparer.Ordinal);
        var height = Math.Min(Math.Max(1, wanted.Length), MostNearestLines);
        var (best, at) = (0.0, -1);
        for (var start = 0; start < lines.Length; start++)
        {
            var window = lines.Skip(start).Take(height).SelectMany(Words).ToHashSet(StringComparer.Ordinal);
            if (window.Count == 0) continue;
            var byLine = Enumerable.Range(0, Math.Min(height, lines.Length - start)).Sum(i => Alike([.. Words(lines[start + i])], [.. Words(wanted[i])])) / height;
            var score = (Alike(window, words) + byLine) / 2;
            if (score > best) (best, at) = (score, start);
        }
        return best < 0.15 ? (null, null) : (at + 1, string.Join('\n', lines.Skip(at).Take(height)).TrimEnd('\r'));
    }

    // Dice's coefficient: 1 for the same words, 0 for none in common.
    private static double Alike(HashSet<string> a, HashSet<string> b) => a.Count + b.Count == 0 ? 1 : 2.0 * a.Count(b.Contains) / (a.Count + b.Count);

    private static IEnumerable<string> Words(string line) =>
        line.Split([' ', '\t', '\r', '(', ')', '{', '}', '[', ']', ';', ',', '.', '<', '>', '"', '\'', '='], StringSplitOptions.RemoveEmptyEntries);

    private static string Shown(string path) => path.Length <= 100 ? path : path[..100] + "…";
}
