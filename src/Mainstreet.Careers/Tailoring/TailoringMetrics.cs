using System.Diagnostics.Metrics;

namespace Mainstreet.Careers.Tailoring;

/// <summary>What people make of documents that are written for them.</summary>
internal sealed class TailoringMetrics
{
    private readonly Counter<long> _reverted = CareersMetrics.Meter.CreateCounter<long>("mainstreet.careers.document.reverted", "{block}", "Blocks of tailored documents that people took back.");

    internal void Reverted(DocumentKind kind, int blocks)
    {
        if (blocks > 0) _reverted.Add(blocks, new KeyValuePair<string, object?>("mainstreet.document.kind", kind == DocumentKind.Letter ? "letter" : "resume"));
    }
}
