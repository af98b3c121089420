using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Occasions.Templates;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Templates;

[Trait("kind", "unit")]
public sealed class TemplateTextTests
{
    private static readonly string[] Pieces =
    [
        "{{", "}}", "{{{", "}}}", "{", "}", "#if", "#unless", "/if", "/unless", "else", "years", "firstName", "fullName", "businessName", "nothing", " ", "~", "\n", "\r\n",
        "\t", "\\", "#each", "#with", ">", "*", "&", "!", "!--", "--", "^", "@root", "../", "this", ".", "[", "]", "(", ")", "|", "as", "=", "\"", "'", "lookup", "log", "x", "é", "\u0000", "🎂",
        "{{firstName}}", "{{#if years}}", "{{else}}", "{{/if}}", "{{#unless age}}", "{{/unless}}", "{{~lastName~}}", "{{{occasion}}}",
    ];

    [Theory]
    [InlineData("Hello {{firstName}}", null)]
    [InlineData("{{#if years}}{{years}}{{else}}-{{/if}}", null)]
    [InlineData("{{~#if years~}} x {{~/if~}}", null)]
    [InlineData("{{{fullName}}} {{ businessName }}", null)]
    [InlineData("a } b } c {d}", null)]
    [InlineData("Hello {{frstName}}", "line 1, column 7: unknown variable 'frstName' (did you mean firstName?)")]
    [InlineData("one\ntwo {{nope}}", "line 2, column 5: unknown variable 'nope'")]
    [InlineData("{{#if nope}}x{{/if}}", "line 1, column 1: unknown variable 'nope'")]
    [InlineData("{{> partial}}", "not taken")]
    [InlineData("{{#> layout}}x{{/layout}}", "not taken")]
    [InlineData("{{#*inline \"x\"}}x{{/inline}}", "not taken")]
    [InlineData("{{* decorator}}", "not taken")]
    [InlineData("{{#each people}}x{{/each}}", "not taken")]
    [InlineData("{{lookup this \"x\"}}", "stands alone")]
    [InlineData("{{this}}", "unknown variable 'this'")]
    [InlineData("{{@root.firstName}}", "not taken")]
    [InlineData("{{../firstName}}", "unknown variable")]
    [InlineData("{{firstName.length}}", "unknown variable")]
    [InlineData("{{! note }}", "not taken")]
    [InlineData("{{#if years}}x", "line 1, column 1: the {{#if}} is never closed")]
    [InlineData("x{{/if}}", "there is no {{#if}}")]
    [InlineData("{{#if years}}{{/unless}}", "there is no {{#unless}}")]
    [InlineData("{{else}}", "no {{#if}} for this {{else}}")]
    [InlineData("{{#if years}}a{{else}}b{{else}}c{{/if}}", "no {{#if}} for this {{else}}")]
    [InlineData("{{#if years}}a{{else if age}}b{{/if}}", "{{else}} stands alone")]
    [InlineData("{{firstName", "never closed")]
    [InlineData("\\{{firstName}}", "backslash")]
    [InlineData("{{{{raw}}}}", "braces")]
    [InlineData("{{}}", "nothing between")]
    public void What_is_taken_and_what_is_refused(string text, string? complaint)
    {
        var error = TemplateText.Check(text);
        if (complaint is null) error.ShouldBeNull();
        else error.ShouldNotBeNull().ToString().ShouldContain(complaint);
    }

    [Fact]
    public void Any_text_either_gives_the_template_problem_or_compiles_and_renders_plainly()
    {
        var template = Gen.Elements(Pieces).ListOf().Select(parts => string.Concat(parts));
        var name = Gen.Elements("Maya", "Ann\nBcc: x", "{{firstName}}", "<b>&\"'", "\u0007", "José\u2028", "");
        var years = Gen.Elements<string?>(null, "1990-02-28", "--02-28");
        Prop.ForAll(Arb.From(template.SelectMany(t => name.SelectMany(n => years.Select(y => (t, n, y))))), given =>
        {
            var (text, firstName, date) = given;
            var compiled = GreetingTemplate.Compile(text, text + "\nbody");
            if (!compiled.Ok)
            {
                compiled.Problem.Code.ShouldBe("template_invalid");
                return;
            }

            var variables = GreetingVariables.Of(new GreetingFacts(firstName, "Rivera", Occasion.Birthday, "2031-02-28", 2031, date), "en", "Shop");
            var (subject, body) = compiled.Value.Render(variables);
            subject.Any(char.IsControl).ShouldBeFalse();
            subject.Length.ShouldBeLessThanOrEqualTo(GreetingTemplate.LongestRenderedSubject);
            body.Any(c => char.IsControl(c) && c is not ('\n' or '\t')).ShouldBeFalse();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    [Fact]
    public void Names_are_text_and_never_templates_or_html()
    {
        var template = GreetingTemplate.Compile("Hi {{firstName}}", "<{{{lastName}}}> & {{firstName}}").Value!;
        var (subject, body) = template.Render(GreetingVariables.Of(new GreetingFacts("{{years}}", "O'Neil \"<i>\"", Occasion.Birthday, "2031-02-28", 2031, null), "en", "Shop"));
        subject.ShouldBe("Hi {{years}}");
        body.ShouldBe("<O'Neil \"<i>\"> & {{years}}");
    }

    [Fact]
    public void Years_are_known_only_with_the_year()
    {
        var template = GreetingTemplate.Compile("x", "{{#if years}}{{years}}{{else}}?{{/if}}{{#unless age}} no age{{/unless}}").Value!;
        string Body(Occasion occasion, string? date) => template.Render(GreetingVariables.Of(new GreetingFacts("A", "B", occasion, "2031-06-01", 2031, date), "en", "Shop")).Body;
        Body(Occasion.Birthday, "1990-06-01").ShouldBe("41");
        Body(Occasion.Anniversary, "1990-06-01").ShouldBe("41 no age");
        Body(Occasion.Birthday, "--06-01").ShouldBe("? no age");
        Body(Occasion.Birthday, "2031-06-01").ShouldBe("? no age");
        Body(Occasion.Birthday, null).ShouldBe("? no age");
    }

    [Fact]
    public void Built_in_words_hold_in_every_language()
    {
        foreach (var occasion in Enum.GetValues<Occasion>())
        {
            foreach (var language in BuiltInWords.Languages)
            {
                foreach (var date in new[] { "1980-05-17", "--05-17" })
                {
                    var (subject, body) = StoredWording.BuiltInFor(occasion, language)
                        .Render(GreetingVariables.Of(new GreetingFacts("Maya", "Rivera", occasion, "2031-05-17", 2031, date), language, "Corner Shop"));
                    subject.ShouldContain("Maya");
                    body.ShouldContain("Corner Shop");
                    body.Contains("51", StringComparison.Ordinal).ShouldBe(date[0] == '1');
                }
            }
        }

        GreetingVariables.Of(new GreetingFacts("A", "B", Occasion.Birthday, "2031-05-17", 2031, null), "de-AT", "S")["localDate"].ShouldBe("17. Mai");
    }
}
