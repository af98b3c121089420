using System.Diagnostics;
using System.Globalization;

using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Tests.Assistant.Corpus;

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Assistant;

[Trait("kind", "unit")]
public sealed class CompletionTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_member_that_was_written_there_is_among_the_choices_and_it_comes_soon()
    {
        await CSharpCompleter.WarmUpAsync(Cancel);
        var took = new List<double>();
        var (found, asked) = (0, 0);
        foreach (var (_, code) in Seeds.Every)
        {
            var names = (await CSharpSyntaxTree.ParseText(code, cancellationToken: Cancel).GetRootAsync(Cancel)).DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(m => m.Name).Take(8);
            foreach (var name in names)
            {
                var typed = code[..name.SpanStart] + name.Identifier.ValueText[..1] + code[name.Span.End..];
                var start = Stopwatch.GetTimestamp();
                var result = await CSharpCompleter.CompleteAsync(ProjectCode.OfSnippet(typed), name.SpanStart + 1, Cancel);
                took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                asked++;
                if (result.Choices.Any(c => c.Insert == name.Identifier.ValueText)) found++;
                result.From.ShouldBe(name.SpanStart);
            }
        }

        took.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{asked} completions: the written member among the choices {found} times; p50 {took[asked / 2]:F0} ms, p95 {took[asked * 95 / 100]:F0} ms"));
        found.ShouldBeGreaterThanOrEqualTo(asked * 95 / 100);
        asked.ShouldBeGreaterThan(80);
    }

    [Fact]
    public async Task Words_begin_with_what_was_typed()
    {
        const string code = "using System;\nclass A { void F() { Console.Wri } }";
        var result = await CSharpCompleter.CompleteAsync(ProjectCode.OfSnippet(code), code.IndexOf("Wri", StringComparison.Ordinal) + 3, Cancel);
        result.Choices.Select(c => c.Label).ShouldBe(["Write", "WriteLine"], ignoreOrder: true);
        code[result.From..result.To].ShouldBe("Wri");
    }
}
