using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;

namespace Mainstreet.Careers.Tailoring;

/// <summary>What a model is given: the facts with their ids, the posting as a stranger's text, and the document as it stands without a model.</summary>
/// <param name="AccountId">Whose budget it is.</param>
internal sealed record TailoringQuestion(DocumentKind Kind, Guid AccountId, IReadOnlyList<Fact> Facts, PostingText Posting, IReadOnlyList<DocumentBlock> Composed);

/// <summary>A line that a model proposes. It counts for nothing until the validator has seen it.</summary>
internal sealed record ProposedBlock(string Section, string Text, IReadOnlyList<string> FactIds);

/// <summary>A model that words a document. Whatever it answers passes the validator; null means that it has no answer (not configured, down, out of budget).</summary>
internal interface ITailoringModel
{
    Task<IReadOnlyList<ProposedBlock>?> ProposeAsync(TailoringQuestion question, CancellationToken cancel);
}

/// <param name="Document">Only supported blocks.</param>
/// <param name="Objections">What the model proposed and the validator refused.</param>
/// <param name="ModelBlocks">How many of the blocks are in the model's words.</param>
internal sealed record TailoredDocument(CareerDocument Document, IReadOnlyList<Objection> Objections, int ModelBlocks);

/// <summary>
/// Makes a tailored document: the offline composer's, in which supported lines of a model take the place of lines that rest on the same facts.
/// A model can reword; it cannot add a claim, and it cannot remove a job.
/// </summary>
internal sealed class DocumentTailor(ResumeComposer resumes, LetterComposer letters, ClaimValidator validator, ITailoringModel? model = null, Guid accountId = default)
{
    private const int MostProposals = 200;

    internal async Task<TailoredDocument> TailorAsync(DocumentKind kind, FactBook book, PostingText posting, Analysis analysis, CancellationToken cancel)
    {
        var composed = kind == DocumentKind.Resume ? resumes.Tailor(book, posting, analysis) : letters.Compose(book, posting, analysis);
        var proposals = model is null ? null : await model.ProposeAsync(new TailoringQuestion(kind, accountId, book.Facts, posting, composed.Blocks), cancel);
        if (proposals is null) return new TailoredDocument(composed, [], 0);

        var objections = new List<Objection>();
        var blocks = composed.Blocks.ToList();
        var fixedSentences = kind == DocumentKind.Letter ? LetterSentences.Of(posting, analysis) : null;
        var worded = 0;
        foreach (var proposal in proposals.Take(MostProposals))
        {
            var block = DocumentBlock.Of(proposal.Section, proposal.Text.Trim(), [.. proposal.FactIds.Distinct(StringComparer.Ordinal)]);
            if (validator.Check(block, book, fixedSentences) is { } objection)
            {
                objections.Add(objection);
                continue;
            }
            var at = blocks.FindIndex(other => other.Id == block.Id);
            if (at < 0 && block.FactIds.Count > 1)
            {
                block = Needed(block, book, fixedSentences);
                at = blocks.FindIndex(other => other.Id == block.Id);
            }
            if (at >= 0) blocks[at] = block;
            else if (block.FactIds.Count > 1) at = Merge(blocks, block, book);
            if (at >= 0) worded++;
        }
        return new TailoredDocument(composed with { Blocks = blocks }, objections, worded);
    }

    // Facts that a line cites and does not rest on would take their own lines with them: they are not cited.
    private DocumentBlock Needed(DocumentBlock block, FactBook book, IReadOnlySet<string>? fixedSentences)
    {
        foreach (var id in block.FactIds)
        {
            var less = DocumentBlock.Of(block.Section, block.Text, [.. block.FactIds.Where(other => other != id)]);
            if (less.FactIds.Count > 0 && validator.Check(less, book, fixedSentences) is null) block = less;
        }
        return block;
    }

    // A line on several facts takes the place of the lines on each of them; the line of a job or of studies stays.
    private static int Merge(List<DocumentBlock> blocks, DocumentBlock block, FactBook book)
    {
        var first = blocks.FindIndex(Replaced);
        if (first < 0) return -1;
        blocks[first] = block;
        for (var at = blocks.Count - 1; at > first; at--)
        {
            if (Replaced(blocks[at])) blocks.RemoveAt(at);
        }
        return first;

        bool Replaced(DocumentBlock other) => other.Section == block.Section && other.FactIds.Count > 0
            && other.FactIds.All(id => block.FactIds.Contains(id) && book.Find(id)?.Fact.Kind is not (FactKind.Work or FactKind.Education or FactKind.Volunteer));
    }
}
