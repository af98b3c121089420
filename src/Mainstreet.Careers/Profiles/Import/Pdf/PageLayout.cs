using System.Text;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>Puts a page's runs into lines and the lines into reading order, of one column or two.</summary>
internal static partial class PageLayout
{
    private const int LeastLines = 5;

    /// <summary>U+FB00 to U+FB06.</summary>
    private static readonly string[] Ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    /// <summary>A stretch of one line without a wide gap.</summary>
    private sealed record Segment(double X, double EndX, double Y, double Size, bool Bold, string Text);

    internal static IReadOnlyList<TextLine> Lines(IReadOnlyList<TextRun> runs)
    {
        var segments = Segments(runs);
        if (segments.Count == 0) return [];
        if (Gutter(segments) is not { } gutter) return Join(segments);
        // What crosses the gutter ends both columns above it.
        var lines = new List<TextLine>();
        var (left, right) = (new List<Segment>(), new List<Segment>());
        void Flush()
        {
            lines.AddRange(Join(left));
            lines.AddRange(Join(right));
            left.Clear();
            right.Clear();
        }

        foreach (var segment in segments)
        {
            if (segment.X < gutter && segment.EndX > gutter)
            {
                Flush();
                lines.AddRange(Join([segment]));
            }
            else
            {
                (segment.EndX <= gutter ? left : right).Add(segment);
            }
        }

        Flush();
        return lines;
    }

    /// <summary>From top to bottom, then from left to right.</summary>
    private static List<Segment> Segments(IReadOnlyList<TextRun> runs)
    {
        var segments = new List<Segment>();
        var rest = runs.Where(r => r.Text.Length > 0).OrderByDescending(r => r.Y).ToList();
        for (var at = 0; at < rest.Count;)
        {
            var first = rest[at];
            var row = rest.Skip(at).TakeWhile(r => first.Y - r.Y < 0.35 * Math.Max(first.Size, r.Size)).ToList();
            at += row.Count;
            row.Sort((a, b) => a.X.CompareTo(b.X));
            var text = new StringBuilder();
            var (start, last) = (row[0], row[0]);
            foreach (var run in row)
            {
                var gap = run.X - last.EndX;
                var size = Math.Max(run.Size, last.Size);
                if (text.Length > 0 && gap > 1.5 * size && Tidy(text.ToString()).Length > 0)
                {
                    Close();
                    start = run;
                }
                else if (text.Length > 0 && gap > 0.15 * size && text[^1] != ' ' && run.Text[0] != ' ')
                {
                    text.Append(' ');
                }

                // Bold by printing twice is one text.
                if (run != last && run.Text == last.Text && Math.Abs(run.X - last.X) < 0.1 * size) continue;
                text.Append(run.Text);
                last = run.EndX >= last.EndX || text.Length == run.Text.Length ? run : last;
            }

            Close();

            void Close()
            {
                if (Tidy(text.ToString()) is { Length: > 0 } tidy) segments.Add(new Segment(start.X, last.EndX, first.Y, start.Size, start.Bold, tidy));
                text.Clear();
            }
        }

        return segments;
    }

    /// <summary>
    /// Where an upright strip of white parts two columns; null when there is none. Dates set to the right margin are no column: a column's lines begin
    /// below each other, and hardly any is a date.
    /// </summary>
    private static double? Gutter(List<Segment> segments)
    {
        if (segments.Count < 2 * LeastLines) return null;
        double left = segments.Min(s => s.X), right = segments.Max(s => s.EndX);
        double? best = null;
        var bestScore = 0d;
        foreach (var x in segments.Select(s => s.X - 1).Where(x => x > left + 0.15 * (right - left) && x < left + 0.85 * (right - left)).Select(x => Math.Round(x)).Distinct())
        {
            var before = segments.Where(s => s.EndX <= x).ToList();
            var after = segments.Where(s => s.X >= x).ToList();
            var across = segments.Count - before.Count - after.Count;
            if (before.Count < LeastLines || after.Count < LeastLines || across > 0.2 * segments.Count) continue;
            var aligned = after.GroupBy(s => Math.Round(s.X / 3)).Max(g => g.Count());
            if (aligned < 0.4 * after.Count || after.Count(s => Dated().IsMatch(s.Text)) > 0.4 * after.Count) continue;
            // Both stand beside each other for a good part of the page.
            var shared = Math.Min(before.Max(s => s.Y), after.Max(s => s.Y)) - Math.Max(before.Min(s => s.Y), after.Min(s => s.Y));
            if (shared < 0.3 * (segments.Max(s => s.Y) - segments.Min(s => s.Y))) continue;
            var score = Math.Min(before.Count, after.Count) + aligned - 3.0 * across;
            if (score > bestScore) (best, bestScore) = (x, score);
        }

        return best;
    }

    private static List<TextLine> Join(List<Segment> segments)
    {
        var lines = new List<TextLine>();
        var usual = segments.Count == 0 ? 0 : segments.Select(s => s.Size).Order().ElementAt(segments.Count / 2);
        double? above = null;
        foreach (var row in Rows(segments))
        {
            var text = string.Join('\t', row.Select(s => s.Text));
            var size = row.Max(s => s.Size);
            lines.Add(new TextLine(text, size, row.TrueForAll(s => s.Bold), size > 1.45 * usual && usual > 0, After: above is { } y && y - row[0].Y > 1.75 * size));
            above = row[0].Y;
        }

        return lines;
    }

    private static IEnumerable<List<Segment>> Rows(List<Segment> segments)
    {
        var row = new List<Segment>();
        foreach (var segment in segments)
        {
            if (row.Count > 0 && Math.Abs(row[0].Y - segment.Y) > 0.35 * segment.Size)
            {
                yield return row;
                row = [];
            }

            row.Add(segment);
        }

        if (row.Count > 0) yield return row;
    }

    private static string Tidy(string text)
    {
        for (var i = 0; i < Ligatures.Length; i++) text = text.Replace(((char)(0xFB00 + i)).ToString(), Ligatures[i], StringComparison.Ordinal);
        return Blanks().Replace(text.Normalize(NormalizationForm.FormC).Replace("\u00AD", "", StringComparison.Ordinal), " ").Trim();
    }

    [GeneratedRegex(@"[\p{Z}\p{Cc}\p{Cf}]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\b(19|20)\d\d\b")]
    private static partial Regex Dated();
}
