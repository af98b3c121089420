using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Studio.Assistant.Edits;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class EditTests
{
    private static readonly Dictionary<string, string> Files = new() { ["a.cs"] = "one\ntwo\nthree\ntwo more\nfour\n", ["w.txt"] = "x\r\ny\r\nz" };

    [Fact]
    public void Blocks_are_read_with_their_paths_and_the_talk_is_kept_apart()
    {
        var (blocks, talk, cutOff) = EditReader.Read("""
            I change two files.

            `src/a.cs`
            ```csharp
            <<<<<<< SEARCH
            two
            =======
            2
            >>>>>>> REPLACE
            ```
            **b.txt**
            <<<<<<< SEARCH
            =======
            new
            >>>>>>> REPLACE
            """);
        cutOff.ShouldBeFalse();
        talk.ShouldBe("I change two files.");
        blocks.ShouldBe([new EditBlock("src/a.cs", "two\n", "2\n"), new EditBlock("b.txt", "", "new\n")]);
    }

    [Fact]
    public void An_answer_that_is_cut_off_has_no_blocks()
    {
        var (blocks, _, cutOff) = EditReader.Read("a.cs\n<<<<<<< SEARCH\none\n=======\n1\n>>>>>>> REPLACE\na.cs\n<<<<<<< SEARCH\ntwo\n=======\n2");
        cutOff.ShouldBeTrue();
        blocks.ShouldBeEmpty();
    }

    [Fact]
    public void Lines_that_are_not_there_are_refused_with_the_nearest_real_ones()
    {
        var (edits, faults) = EditChecker.Check(Files, [new EditBlock("a.cs", "three\ntwo mores\n", "x\n")]);
        edits.ShouldBeEmpty();
        var fault = faults.ShouldHaveSingleItem();
        (fault.Code, fault.Line, fault.Nearest).ShouldBe(("edit_not_found", 3, "three\ntwo more"));
    }

    [Fact]
    public void Lines_that_are_there_twice_are_refused()
    {
        var (_, faults) = EditChecker.Check(new Dictionary<string, string> { ["a"] = "x\ny\nx\n" }, [new EditBlock("a", "x\n", "z\n")]);
        faults.ShouldHaveSingleItem().Code.ShouldBe("edit_ambiguous");
    }

    [Fact]
    public void One_bad_block_spoils_them_all()
    {
        var (edits, faults) = EditChecker.Check(Files, [new EditBlock("a.cs", "one\n", "1\n"), new EditBlock("a.cs", "five\n", "5\n")]);
        edits.ShouldBeEmpty();
        faults.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("../a.cs")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("C:\\a.cs")]
    [InlineData("")]
    public void A_path_outside_is_refused(string path) =>
        EditChecker.Check(Files, [new EditBlock(path, "", "x\n")]).Faults.ShouldHaveSingleItem().Code.ShouldBe("edit_path_refused");

    [Fact]
    public void Line_ends_and_a_missing_last_one_stay()
    {
        EditChecker.Check(Files, [new EditBlock("w.txt", "y\n", "Y\nYY\n")]).Edits.Single().After.ShouldBe("x\r\nY\r\nYY\r\nz");
        EditChecker.Check(Files, [new EditBlock("a.cs", "four\n", "4\n")]).Edits.Single().After.ShouldBe("one\ntwo\nthree\ntwo more\n4\n");
    }

    [Fact]
    public void A_later_block_sees_what_an_earlier_one_changed() =>
        EditChecker.Check(Files, [new EditBlock("a.cs", "one\n", "eins\n"), new EditBlock("a.cs", "eins\ntwo\n", "1\n2\n")]).Edits.Single().After.ShouldStartWith("1\n2\nthree");

    [Fact]
    public void Either_exactly_the_lines_change_or_nothing_does()
    {
        var line = Gen.Elements("a", "b", "c", "  a", "}", "");
        var text = line.ListOf(12).Where(lines => lines.Count > 0);
        var cases = from lines in text
                    from wanted in line.ListOf(3).Where(lines => lines.Count > 0 && lines.Any(l => l.Length > 0))
                    from replace in line.ListOf(2)
                    select (Lines: lines.ToList(), Wanted: wanted.ToList(), Replace: replace.ToList());
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var before = string.Join('\n', one.Lines) + "\n";
            var wanted = Trimmed(one.Wanted);
            var block = new EditBlock("f", string.Join('\n', one.Wanted) + "\n", string.Concat(one.Replace.Select(l => l + "\n")));
            var (edits, faults) = EditChecker.Check(new Dictionary<string, string> { ["f"] = before }, [block]);
            // The slow and obvious way: every place, line by line. The text's own last, empty line counts.
            var all = before.Split('\n');
            var places = Enumerable.Range(0, all.Length).Where(at => at + wanted.Count <= all.Length && wanted.Select((l, i) => all[at + i] == l).All(same => same)).ToList();
            if (block.Search == block.Replace) return faults.Count == 1;
            if (places.Count != 1) return edits.Count == 0 && faults.Count == 1;
            var expected = string.Join('\n', [.. all[..places[0]], .. Trimmed(one.Replace), .. all[(places[0] + wanted.Count)..]]);
            return faults.Count == 0 && (expected == before ? edits.Count == 0 : edits.Single().After == expected);
        }).QuickCheckThrowOnFailure();
    }

    // Empty lines at the end of a block are its line end.
    private static List<string> Trimmed(List<string> lines)
    {
        if (lines.Count == 0) return [];
        return [.. (string.Join('\n', lines) + "\n").TrimEnd('\n').Split('\n')];
    }
}
