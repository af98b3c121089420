using Mainstreet.Studio.Assistant.Checks;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class CodeCheckTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("json", "{\"a\": [1, 2, {\"b\": null}]}", true)]
    [InlineData("json", "{\"a\": [1, 2}", false)]
    [InlineData("javascript", "import { a } from './a.js';\nexport const b = async () => { for await (const x of a()) console.log(x?.y ?? 1); };", true)]
    [InlineData("javascript", "with (Math) { x = cos(1); }", true)]
    [InlineData("javascript", "function f( { return 1; }", false)]
    [InlineData("html", "<!doctype html><html lang=en><head><title>x</title></head><body><p>one<p>two</body></html>", true)]
    [InlineData("html", "<div><p>piece</p></div>", true)]
    [InlineData("html", "<div><span></div></span>", false)]
    [InlineData("css", "@media (width > 40em) { a:hover { color: red; background: url(data:image/png;base64,AA==) } }", true)]
    [InlineData("css", "@import url('x.css'); .a { --x: { b: c }; color: var(--x) }", true)]
    [InlineData("css", "a { color: red", false)]
    [InlineData("css", "a { color red; }", false)]
    [InlineData("css", "a { content: \"x; }", false)]
    [InlineData("xml", "<a><b/></a>", true)]
    [InlineData("xml", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", false)]
    public void A_text_parses_or_does_not(string language, string text, bool good) => (CodeCheck.Faults(language, text)!.Count == 0).ShouldBe(good);

    [Fact]
    public void What_nothing_here_can_judge_is_not_judged() => CodeCheck.Faults("python", "def f(:").ShouldBeNull();

    [Fact]
    public async Task A_new_error_id_is_worse_even_when_there_are_fewer_errors()
    {
        var before = new Dictionary<string, string> { ["a.cs"] = "class A { int F() { return \"1\"; } int G() { return \"2\"; } }" };
        var after = new Dictionary<string, string> { ["a.cs"] = "class A { int F() { return 1; } int G() { return H(); } }" };
        var check = await CodeCheck.CompareAsync(before, after, Cancel);
        check.Verdict.ShouldBe(Verdict.Bad);
        check.Reasons.ShouldHaveSingleItem().ShouldContain("CS0103");
    }

    [Fact]
    public async Task A_project_is_judged_as_a_whole()
    {
        var before = new Dictionary<string, string> { ["A.cs"] = "public class A { public int F() => 1; }", ["B.cs"] = "public class B { int G() => new A().F(); }" };
        (await CodeCheck.CompareAsync(before, new Dictionary<string, string> { ["A.cs"] = "public class A { public int H() => 1; }" }, Cancel)).Verdict.ShouldBe(Verdict.Bad);
        (await CodeCheck.CompareAsync(before, new Dictionary<string, string> { ["A.cs"] = "public class A { public int F() => 2; }" }, Cancel)).Verdict.ShouldBe(Verdict.Good);
    }

    [Fact]
    public async Task Implicit_usings_are_the_project_files()
    {
        var with = new Dictionary<string, string> { ["x.csproj"] = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>" };
        var program = new Dictionary<string, string> { ["Program.cs"] = "var app = WebApplication.Create(args);\napp.MapGet(\"/\", () => Results.Ok(new List<int>()));\napp.Run();\n" };
        (await CodeCheck.CompareAsync(with, program, Cancel)).ShouldBe(CheckResult.Good);
        var library = new Dictionary<string, string> { ["A.cs"] = "class A { List<int> B = new(); }" };
        (await CodeCheck.CompareAsync(with, library, Cancel)).ShouldBe(CheckResult.Good);
        (await CodeCheck.CompareAsync(Nothing, library, Cancel)).Verdict.ShouldBe(Verdict.Bad);
    }

    [Fact]
    public async Task What_was_broken_before_may_stay_so()
    {
        var before = new Dictionary<string, string> { ["a.json"] = "{", ["b.css"] = "a { }" };
        (await CodeCheck.CompareAsync(before, new Dictionary<string, string> { ["a.json"] = "{\"x\":" }, Cancel)).Verdict.ShouldBe(Verdict.Good);
        (await CodeCheck.CompareAsync(before, new Dictionary<string, string> { ["b.css"] = "a {" }, Cancel)).Verdict.ShouldBe(Verdict.Bad);
    }
}
