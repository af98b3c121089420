using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Tests.Assistant.Corpus;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class ExplanationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_names_types_members_callers_and_flow_with_their_lines()
    {
        var code = Seeds.Every.First(s => s.Name == "shapes").Code;
        var said = await CSharpExplainer.ExplainAsync(ProjectCode.OfSnippet(code), null, Cancel);
        said.ShouldContain("class Circle (snippet.cs:15), public; extends Shape.");
        said.ShouldContain("Used by Describe at snippet.cs:");
        said.ShouldContain("Flow: 1 loop, 1 return.");
        said.ShouldNotContain("error");
    }

    [Fact]
    public async Task A_name_in_the_question_narrows_the_answer()
    {
        var code = Seeds.Every.First(s => s.Name == "queue").Code;
        var said = await CSharpExplainer.ExplainAsync(ProjectCode.OfSnippet(code), "What does Next do?", Cancel);
        said.ShouldContain(" Next()");
        said.ShouldNotContain(" Enter(");
    }

    [Fact]
    public async Task Errors_come_with_id_place_and_page()
    {
        var said = await CSharpExplainer.ExplainAsync(ProjectCode.OfSnippet("class A\n{\n    int F() { return \"x\"; }\n}"), null, Cancel);
        said.ShouldContain("snippet.cs(3,22): CS0029");
        said.ShouldContain("/cs0029");
    }
}
