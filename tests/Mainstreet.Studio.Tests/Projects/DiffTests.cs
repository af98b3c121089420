using System.Text.RegularExpressions;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Studio.Projects.Diffs;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Projects;

[Trait("kind", "unit")]
public sealed partial class DiffTests
{
    private static readonly Gen<string> Texts =
        from lines in Gen.ListOf(Gen.Elements("a", "b", "c", "", "-x", "+x", "@@", "\\"))
        from end in Gen.Elements("", "\n")
        select string.Join('\n', lines) + end;

    [Fact]
    public void A_diff_applied_to_the_text_before_gives_the_text_after() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(
        Texts.ToArbitrary(), Texts.ToArbitrary(), (before, after) => Apply(before, UnifiedDiff.Of("f", before, after)) == after));

    [Fact]
    public void It_is_as_short_as_a_slow_search_finds() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Texts.ToArbitrary(), Texts.ToArbitrary(), (before, after) =>
    {
        var (old, now) = (LineDiff.Lines(before), LineDiff.Lines(after));
        return LineDiff.Compare(before, after).Count(l => l.Fate == LineFate.Kept) == LongestCommon(old, now);
    }));

    [Fact]
    public void Texts_with_nothing_in_common_are_given_whole()
    {
        var before = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"old {i}\n"));
        var after = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"new {i}\n"));
        var lines = LineDiff.Compare("same\n" + before, "same\n" + after);
        lines.Count.ShouldBe(6_001);
        Apply("same\n" + before, UnifiedDiff.Of("f", "same\n" + before, "same\n" + after)).ShouldBe("same\n" + after);
    }

    private static int LongestCommon(List<string> one, List<string> other)
    {
        var table = new int[one.Count + 1, other.Count + 1];
        for (var i = 1; i <= one.Count; i++)
        {
            for (var j = 1; j <= other.Count; j++)
                table[i, j] = one[i - 1] == other[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        }

        return table[one.Count, other.Count];
    }

    /// <summary>What patch(1) does, strictly: a context line that is not there fails.</summary>
    private static string Apply(string before, string diff)
    {
        if (diff.Length == 0) return before;
        var old = LineDiff.Lines(before);
        var result = new List<string>();
        var at = 0;
        var lines = LineDiff.Lines(diff).Skip(2).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            if (Header().Match(lines[i]) is { Success: true } hunk)
            {
                var count = hunk.Groups[2].Success ? int.Parse(hunk.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 1;
                var start = int.Parse(hunk.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) - (count == 0 ? 0 : 1);
                while (at < start) result.Add(old[at++]);
                var left = count;
                var added = hunk.Groups[4].Success ? int.Parse(hunk.Groups[4].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 1;
                while (left > 0 || added > 0)
                {
                    var line = lines[++i];
                    var text = line[1..];
                    if (i + 1 < lines.Count && lines[i + 1].StartsWith("\\ No newline", StringComparison.Ordinal))
                    {
                        text = text[..^1];
                        i++;
                    }

                    if (line[0] != '+')
                    {
                        old[at].ShouldBe(text);
                        at++;
                        left--;
                    }

                    if (line[0] != '-')
                    {
                        result.Add(text);
                        added--;
                    }
                }
            }
            else
            {
                throw new InvalidOperationException($"Not a hunk: {lines[i]}");
            }
        }

        result.AddRange(old.Skip(at));
        return string.Concat(result);
    }

    [GeneratedRegex(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")]
    private static partial Regex Header();
}
