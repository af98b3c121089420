using System.Diagnostics.Metrics;

namespace Mainstreet.Careers.Tailoring;

/// <summary>What people make of documents that are written for them.</summary>
internal sealed class TailoringMetrics
{
    private readonly Counter<long> _reverted = CareersMetrics.Meter.CreateCounter<long>("mainstreet.careers.document.reverted", "{block}", "Blocks of tailored documents that people took back.");

    private readonly Counter<long> _asked = CareersMetrics.Meter.CreateCounter<long>("mainstreet.careers.model.asked", "{question}", "Documents for which the configured model was to be asked, by outcome.");

    /// <param name="outcome">answered, useless, slow, failed, left_alone or out_of_budget.</param>
    internal void ModelAsked(string outcome) => _asked.Add(1, new KeyValuePair<string, object?>("mainstreet.outcome", outcome));

    internal void Reverted(DocumentKind kind, int blocks)
    {
        if (blocks > 0) _reverted.Add(blocks, new KeyValuePair<string, object?>("mainstreet.document.kind", kind == DocumentKind.Letter ? "letter" : "resume"));
    }
}
