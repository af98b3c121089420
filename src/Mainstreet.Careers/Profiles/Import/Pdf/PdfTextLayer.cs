using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>The text layer of a PDF, line by line. Pictures are not read: a scan has no text.</summary>
internal static class PdfTextLayer
{
    /// <summary>Errors: document_encrypted, document_broken.</summary>
    internal static Outcome<IReadOnlyList<TextLine>> Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            var source = PdfSource.Open(file);
            if (source.IsEncrypted) return ImportProblems.Encrypted;
            var reader = new PageText(source);
            var lines = new List<TextLine>();
            foreach (var (page, resources) in Pages(source)) lines.AddRange(PageLayout.Lines(reader.Read(page, resources)));
            return lines;
        }
        catch (PdfFault fault)
        {
            return ImportProblems.Broken.With($"The PDF {fault.Message}.");
        }
    }

    private static IEnumerable<(PdfMap Page, PdfMap Resources)> Pages(PdfSource source)
    {
        var waiting = new Stack<(PdfMap Node, PdfMap? Resources, int Depth)>();
        if (source.Map(source.Trailer, "Root") is { } root && source.Map(root, "Pages") is { } tree) waiting.Push((tree, null, 0));
        var seen = new HashSet<PdfMap>(ReferenceEqualityComparer.Instance);
        var count = 0;
        while (waiting.TryPop(out var next) && count < PdfLimits.Pages)
        {
            if (next.Depth > PdfLimits.Depth || !seen.Add(next.Node)) continue;
            var resources = source.Map(next.Node, "Resources") ?? next.Resources;
            if (source.List(next.Node, "Kids") is { } kids)
            {
                foreach (var kid in Enumerable.Reverse(kids)) if (source.Resolve(kid) is PdfMap map) waiting.Push((map, resources, next.Depth + 1));
            }
            else
            {
                count++;
                yield return (next.Node, resources ?? []);
            }
        }
    }
}
