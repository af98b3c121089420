using System.Diagnostics;
using System.Globalization;

using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Tests.Assistant.Corpus;

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mainstreet.Benchmarks.Studio;

/// <summary>The assistant without a model: how many broken files it mends, and how long completions take, cold and warm.</summary>
internal static class AssistantRun
{
    internal static async Task<int> RunAsync(string[] args)
    {
        var files = Number(args, "--files", 100);
        var rounds = Number(args, "--rounds", 5);
        var draw = Number(args, "--draw", 20_261_122);

        var start = Stopwatch.GetTimestamp();
        await CSharpCompleter.WarmUpAsync(CancellationToken.None);
        Say($"cold: the first completion took {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        var took = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (_, code) in Seeds.Every)
            {
                foreach (var name in (await CSharpSyntaxTree.ParseText(code).GetRootAsync()).DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(m => m.Name).Take(8))
                {
                    var typed = code[..name.SpanStart] + name.Identifier.ValueText[..1] + code[name.Span.End..];
                    start = Stopwatch.GetTimestamp();
                    await CSharpCompleter.CompleteAsync(ProjectCode.OfSnippet(typed), name.SpanStart + 1, CancellationToken.None);
                    took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }
        took.Sort();
        Say($"warm: {took.Count} completions, each of a text of its own: p50 {took[took.Count / 2]:F0} ms, p95 {took[took.Count * 95 / 100]:F0} ms, most {took[^1]:F0} ms");

        var (mended, compiles) = (0, 0);
        var mends = new List<double>();
        foreach (var file in await BrokenFiles.MakeAsync(files, CancellationToken.None, draw))
        {
            start = Stopwatch.GetTimestamp();
            var result = await CSharpFixer.FixAsync(ProjectCode.OfSnippet(file.Code), CancellationToken.None);
            mends.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (result.After.Count > 0) continue;
            compiles++;
            var text = result.Changed.GetValueOrDefault(ProjectCode.Snippet, file.Code);
            if (await Behaviour.OfAsync(text, CancellationToken.None) == await Behaviour.OfAsync(file.Original, CancellationToken.None)) mended++;
        }
        mends.Sort();
        Say($"draw {draw}: of {mends.Count} broken files {mended} are mended (compile and answer as before they broke), {compiles} compile; p50 {mends[mends.Count / 2]:F0} ms, p95 {mends[mends.Count * 95 / 100]:F0} ms");
        return 0;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static int Number(string[] args, string name, int otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}
