namespace Mainstreet.Studio.Assistant.Edits;

/// <summary>
/// Reads search-and-replace blocks out of an answer:
/// <code>
/// path/of/file.cs
/// &lt;&lt;&lt;&lt;&lt;&lt;&lt; SEARCH
/// lines as they are
/// =======
/// lines as they shall be
/// &gt;&gt;&gt;&gt;&gt;&gt;&gt; REPLACE
/// </code>
/// A code fence may stand around or inside. Anything else is talk.
/// </summary>
internal static class EditReader
{
    private const string Open = "<<<<<<< SEARCH", Middle = "=======", Close = ">>>>>>> REPLACE";

    /// <param name="answer">The whole answer.</param>
    /// <returns>The blocks in order, the rest of the answer, and whether the last block was cut off: then no block counts.</returns>
    internal static (IReadOnlyList<EditBlock> Blocks, string Talk, bool CutOff) Read(string answer)
    {
        var blocks = new List<EditBlock>();
        var talk = new List<string>();
        var lines = answer.ReplaceLineEndings("\n").Split('\n');
        string? path = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd() != Open)
            {
                if (IsPath(lines[i]) && Next(lines, i) is { } next && lines[next].TrimEnd() == Open)
                {
                    path = Name(lines[i]);
                    i = next - 1;
                }
                else talk.Add(lines[i]);
                continue;
            }
            var middle = Array.FindIndex(lines, i + 1, line => line.TrimEnd() == Middle);
            var close = middle < 0 ? -1 : Array.FindIndex(lines, middle + 1, line => line.TrimEnd() == Close);
            if (close < 0) return ([], string.Join('\n', talk).Trim(), true);
            blocks.Add(new EditBlock(path ?? "", Join(lines[(i + 1)..middle]), Join(lines[(middle + 1)..close])));
            i = close;
        }
        // Fences that stood around blocks only.
        return (blocks, string.Join('\n', blocks.Count == 0 ? talk : talk.Where(line => !line.StartsWith("```", StringComparison.Ordinal))).Trim(), false);
    }

    private static string Join(string[] lines) => lines.Length == 0 ? "" : string.Join('\n', lines) + "\n";

    // The path stands on the line before the block; a fence may come between.
    private static int? Next(string[] lines, int at)
    {
        for (var i = at + 1; i < lines.Length && i <= at + 2; i++)
        {
            if (lines[i].TrimEnd() == Open) return i;
            if (!lines[i].StartsWith("```", StringComparison.Ordinal) && lines[i].Length > 0) return null;
        }
        return null;
    }

    private static bool IsPath(string line) => Name(line) is { Length: > 0 and < 300 } name && !name.Contains(' ') && !name.StartsWith("```", StringComparison.Ordinal);

    private static string Name(string line) => line.Trim().Trim('`', '*', '#', ':').Trim();
}
