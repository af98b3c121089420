using Mainstreet.Studio.Assistant.Compiler;

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Tests.Assistant.Corpus;

/// <summary>A seed with one breakage; it does not compile.</summary>
internal sealed record BrokenFile(string Kind, string Seed, string Original, string Code);

/// <summary>The corpus: every kind of breakage in turn, at a place drawn by a fixed seed, until there are enough.</summary>
internal static class BrokenFiles
{
    private const int Draw = 20261122;

    internal static async Task<IReadOnlyList<BrokenFile>> MakeAsync(int count, CancellationToken cancel, int draw = Draw)
    {
        var random = new Random(draw);
        var made = new List<BrokenFile>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var dry = 0;
        for (var round = 0; made.Count < count && dry < Breakages.All.Length * 4; round++)
        {
            var (kind, places) = Breakages.All[round % Breakages.All.Length];
            var file = await BreakAsync(kind, places, random, known, cancel);
            dry = file is null ? dry + 1 : 0;
            if (file is not null) made.Add(file);
        }
        return made;
    }

    private static async Task<BrokenFile?> BreakAsync(string kind, Breakages.Places places, Random random, HashSet<string> known, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var (name, code) = Seeds.Every[random.Next(Seeds.Every.Length)];
            var found = places(CSharpSyntaxTree.ParseText(code, cancellationToken: cancel).GetRoot(cancel)).ToList();
            if (found.Count == 0) continue;
            var broken = SourceText.From(code).WithChanges(found[random.Next(found.Count)]).ToString();
            if (!known.Add(broken)) continue;
            // Some breakages break nothing: a using that nobody needs.
            var errors = await CodeErrors.OfAsync(ProjectCode.OfSnippet(broken).Project, cancel);
            if (errors.Length > 0) return new BrokenFile(kind, name, code, broken);
        }
        return null;
    }
}
