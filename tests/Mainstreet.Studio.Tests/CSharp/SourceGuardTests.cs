using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.CSharp;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.CSharp;

public sealed class SourceGuardTests
{
    /// <summary>Beginnings, what is repeated, and ends. Each one ends the process, or never ends, when the compiler's parser sees it unguarded.</summary>
    public static TheoryData<string, string, string, string, string> Attacks => new()
    {
        { "class A { int F() { return ", "(", "1", ")", "; } }" },
        { "class A { object F() { return ", "[", "1", "]", "; } }" },
        { "class A { ", "A<", "int", ">", " x; }" },
        { "class A { ", "(int,", "int", ")", " x; }" },
        { "var x = ", "$\"{", "1", "}\"", ";" },
        { "var x = $\"{", "(", "1", ")", "}\";" },
        { "var x = $\"{", "(/*)*/", "1", ")", "}\";" },
        { "var x = $\"{", "F(\")\"+(", "1", "))", "}\";" },
        { "var x = $@\"{", "F(\"\")\"\"+(", "1", "))", "}\";" },
        { "var x = $\"{", "(A,B<", "", "", "}\";" },
        { "var x = $\"{/**/", "(A,B</*))*/", "", "", "}\";" },
        { "#if ", "(", "A", ")", "\n#endif\n" },
        { "#if ", "!", "A", "", "\n#endif\n" },
        { "#if A", "||A", "", "", "\n#endif\n" },
        { "var x = y is ", "not ", "null", "", ";" },
        { "var x = y is ", "{A:", "null", "}", ";" },
        { "var x = a", "?.b", "", "", ";" },
        { "", "delegate*<", "int", ">", " x;" },
        { "", "[", "A", "]", "class A{}" },
        { "[A(", "[A(", "", "", "class A{}" },
        { "(", "(A,B<", "", "", "" },
        { "x = ", "(A[],", "", "", "" },
        { "foreach(", "(", "", "", "" },
        { "", "{", "", "}", "" },
        { "\"/*\"; ", "(", "1", ")", ";" },
        { "var x = ", "-", "1", "", ";" },
        { "", "while(a)", "b();", "", "" },
        { "", "lock(a)", "b();", "", "" },
        { "", "if(a){}else ", "b();", "", "" },
        { "int", "*", " x;", "", "" },
        { "x = a", " with {}", "", "", ";" },
        { "", "partial ", "", "", "" },
        { "x = ", "a?.b?[", "1", "]", ";" },
        { "M(", "x => M(", "1", ")", ");" },
        { "/*\"*/ ", "(/*)*/", "1", ")", ";" },
    };

    [Theory, MemberData(nameof(Attacks))]
    public void What_would_end_the_process_is_refused(string before, string open, string middle, string close, string after)
    {
        foreach (var depth in new[] { 2_000, 40_000 })
        {
            var code = before + string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth)) + after;
            SourceGuard.WhyNot([("a.cs", code)]).ShouldNotBeNull().ShouldStartWith("a.cs: ");
        }
    }

    [Fact]
    public async Task What_is_let_through_is_parsed_at_once_even_at_the_bounds()
    {
        foreach (var (before, open, middle, close, after) in Attacks.Select(row => row.Data))
        {
            foreach (var depth in new[] { 8, 12, 60, 150, 400 })
            {
                var code = before + string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth)) + after;
                if (SourceGuard.WhyNot([("a.cs", code)]) is not null) continue;
                await Task.Run(() => CompilerHost.IsProgram(code), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public void What_people_write_is_let_through()
    {
        var page = "var page = $\"\"\"\n" + string.Concat(Enumerable.Repeat("<li class=\"x\">{Encode(item.Name)} {string.Join(\", \", item.Tags)}</li>\n", 100)) + "\"\"\";";
        var compare = "var ok = " + string.Join(" && ", Enumerable.Range(0, 100).Select(i => $"a{i} < b && (c < {i} || d[{i}] < 2)")) + ";";
        var calls = "var x = a" + string.Concat(Enumerable.Repeat("?.B(c => c.D < 1)", 50)) + ";";
        var table = "int[] t = [" + string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"({i})")) + "];";
        var generic = "Dictionary<string, List<Func<Task<Outcome<IReadOnlyList<string>>>>>> x;";
        foreach (var code in new[] { page, compare, calls, table, generic, "", "// " + new string('(', 1_000), "var s = \"" + new string('{', 1_000) + "\";" })
        {
            SourceGuard.WhyNot([("a.cs", code)]).ShouldBeNull(code[..Math.Min(code.Length, 40)]);
        }
    }
}
