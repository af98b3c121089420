using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Tests.Assistant.Corpus;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class RefactoringTests(ITestOutputHelper output)
{
    private static readonly string[] Requests =
    [
        "convert for to foreach", "convert foreach to for", "invert if", "inline temporary", "use implicit type", "use explicit type",
        "convert concatenation to interpolated string", "use expression body", "convert auto property to full property", "add braces", "convert if to switch",
        "extract method", "introduce local for expression", "introduce parameter", "use named arguments", "reverse for statement", "convert local function to method",
        "move declaration near reference", "split or merge if", "convert between regular and verbatim string", "replace method with property", "replace property with methods",
        "encapsulate field", "convert tuple to struct", "wrap", "add parameter check", "generate constructor from members", "convert foreach to linq",
        "rename 'Program' to 'Entry'",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_refactorings_leave_what_the_programs_answer()
    {
        var done = new List<(string Request, string Seed, string Title)>();
        var changed = new List<string>();
        foreach (var request in Requests)
        {
            var perRequest = 0;
            foreach (var (name, code) in Seeds.Every)
            {
                if (perRequest == 4 || request.StartsWith("rename", StringComparison.Ordinal)) break;
                var result = await CSharpRefactorer.RefactorAsync(ProjectCode.OfSnippet(code), request, Cancel);
                if (result.Title is null) continue;
                var text = result.Changed[ProjectCode.Snippet];
                text.ShouldNotBe(code);
                var (before, after) = (await Behaviour.OfAsync(code, Cancel), await Behaviour.OfAsync(text, Cancel));
                if (before != after) changed.Add($"{request} ({result.Title}) in {name}: {after} instead of {before}\n{text}");
                done.Add((request, name, result.Title));
                perRequest++;
            }
        }

        foreach (var group in done.GroupBy(d => d.Request)) output.WriteLine($"{group.Key}: {string.Join(", ", group.Select(d => $"{d.Seed} '{d.Title}'"))}");
        output.WriteLine($"{done.Count} refactorings of {done.Select(d => d.Title).Distinct().Count()} titles");
        changed.ShouldBeEmpty(string.Join("\n\n", changed));
        done.Count.ShouldBeGreaterThanOrEqualTo(50);
        done.Select(d => d.Request).Distinct().Count().ShouldBeGreaterThanOrEqualTo(10);
    }

    [Theory]
    [InlineData("rename 'sum' to 'total'", "return total;")]
    [InlineData("please rename Sum to AddUp", "AddUp(lines)")]
    public async Task A_name_is_changed_everywhere(string request, string expected)
    {
        var code = Seeds.Every[0].Code;
        var result = await CSharpRefactorer.RefactorAsync(ProjectCode.OfSnippet(code), request, Cancel);
        result.Changed[ProjectCode.Snippet].ShouldContain(expected);
        (await Behaviour.OfAsync(result.Changed[ProjectCode.Snippet], Cancel)).ShouldBe(await Behaviour.OfAsync(code, Cancel));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_taken_twice()
    {
        const string code = "class A { int F() { int one = 1; int two = 2; return one + two; } }";
        var result = await CSharpRefactorer.RefactorAsync(ProjectCode.OfSnippet(code), "rename one to two", Cancel);
        result.Title.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_not_understood_is_answered_with_what_can_be_done()
    {
        var result = await CSharpRefactorer.RefactorAsync(ProjectCode.OfSnippet(Seeds.Every[0].Code), "paint it blue", Cancel);
        result.Title.ShouldBeNull();
        result.Changed.ShouldBeEmpty();
        result.Available.Count.ShouldBeGreaterThan(20);
    }
}
