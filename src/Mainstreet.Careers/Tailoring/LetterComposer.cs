using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>Writes a letter in five slots: greeting and hook, two proofs, what is missing, close. The proofs are the profile's own words with their facts.</summary>
internal sealed class LetterComposer(SkillRecogniser recogniser, DateOnly today)
{
    private const int Proofs = 2;

    private readonly ClaimValidator _validator = new(recogniser, today);

    internal CareerDocument Compose(FactBook book, PostingText posting, Analysis analysis)
    {
        var relevance = new Relevance(posting, analysis, recogniser);
        var blocks = new List<DocumentBlock>
        {
            DocumentBlock.Of("greeting", LetterSentences.Greeting(posting)),
            DocumentBlock.Of("hook", LetterSentences.Hook(posting)),
        };
        foreach (var fact in book.Facts.Where(fact => fact.Kind is FactKind.Highlight or FactKind.WorkSummary or FactKind.Project).OrderByDescending(relevance.Of).Take(Proofs))
            blocks.Add(Proof(fact, book));
        if (blocks.Count == 2 && book.Facts.FirstOrDefault(fact => fact.Kind == FactKind.Summary) is { } summary) blocks.Add(DocumentBlock.Of("proof", summary.Text, summary.Id));
        if (analysis.Requirements.Where(LetterSentences.MayAdmit).OrderByDescending(answer => answer.Asked.Importance).ThenByDescending(answer => answer.Credit).FirstOrDefault() is { } gap)
            blocks.Add(DocumentBlock.Of("gap", LetterSentences.Missing(gap.Label, LetterSentences.Closest(gap)), [.. gap.Evidence.Select(one => one.FactId)]));
        blocks.Add(DocumentBlock.Of("close", LetterSentences.Close));
        return _validator.Keep(new CareerDocument(DocumentKind.Letter, blocks), book, LetterSentences.Of(posting, analysis)).Document;
    }

    private DocumentBlock Proof(Fact fact, FactBook book)
    {
        var text = fact.Text.Trim();
        var first = text.Split(' ', 2)[0];
        if (fact is { Title: { Length: > 0 } title, Employer: { Length: > 0 } employer })
        {
            var deed = first.Length > 2 && Wordings.BeginsStatement(first.ToLowerInvariant()) && !first.EndsWith("ing", StringComparison.Ordinal)
                ? $"I {char.ToLowerInvariant(text[0])}{text[1..]}" : null;
            var block = DocumentBlock.Of("proof", deed is null ? $"As {title} at {employer}: {text}" : $"As {title} at {employer}, {deed}", fact.Id);
            if (_validator.Check(block, book) is null) return block;
        }
        return DocumentBlock.Of("proof", text, fact.Id);
    }
}
