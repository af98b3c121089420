using System.Globalization;

using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>Why a block may not be said.</summary>
/// <param name="BlockId">Which.</param>
/// <param name="Code">uncited, unknown_fact, hidden_text, too_long, date, mixed, unsupported.</param>
/// <param name="Words">The words at fault.</param>
internal sealed record Objection(string BlockId, string Code, string Words);

/// <summary>
/// Lets through what the cited facts say and nothing else, whoever wrote it. Each sentence is cut into statements, and each statement must be
/// found in one cited fact: its words (or their synonyms), its numbers with what they count, its skills, and the words that make less of it
/// ("assistant", "almost", "not"). Employers, titles and dates in a sentence tie it to the facts that bear them.
/// </summary>
/// <remarks>
/// It compares words, not meaning: it is deliberately narrow, and a true sentence in words of its own is refused. What it cannot see is a
/// rearrangement of one statement's own words that turns its sense.
/// </remarks>
internal sealed class ClaimValidator(SkillRecogniser recogniser, DateOnly today)
{
    private const int Longest = 1_000;

    /// <summary>The document without the blocks that are not supported, and why each was left out.</summary>
    /// <param name="document">Whoever wrote it.</param>
    /// <param name="book">The profile as it is now.</param>
    /// <param name="fixedSentences">Sentences of our own that claim nothing of the person: see <see cref="LetterSentences"/>.</param>
    internal (CareerDocument Document, IReadOnlyList<Objection> Objections) Keep(CareerDocument document, FactBook book, IReadOnlySet<string>? fixedSentences = null)
    {
        var kept = new List<DocumentBlock>(document.Blocks.Count);
        var objections = new List<Objection>();
        foreach (var block in document.Blocks)
        {
            if (Check(block, book, fixedSentences) is { } objection) objections.Add(objection);
            else kept.Add(block);
        }
        return (document with { Blocks = kept }, objections);
    }

    /// <returns>Null when every statement is supported.</returns>
    internal Objection? Check(DocumentBlock block, FactBook book, IReadOnlySet<string>? fixedSentences = null)
    {
        if (block.Text.Length is 0 or > Longest) return new(block.Id, "too_long", "");
        var cited = new List<BookedFact>(block.FactIds.Count);
        foreach (var id in block.FactIds)
        {
            if (book.Find(id) is not { } fact) return new(block.Id, "unknown_fact", id);
            cited.Add(fact);
        }
        if (fixedSentences?.Contains(block.Text) == true) return null;
        if (cited.Count == 0) return new(block.Id, "uncited", block.Text);
        if (cited.Exists(fact => fact.Fact.Text == block.Text)) return null;
        if (Hidden(block.Text) is { } hidden) return new(block.Id, "hidden_text", hidden);
        foreach (var sentence in Sentences(block.Text))
        {
            if (Sentence(block.Id, sentence, cited, book) is { } objection) return objection;
        }
        return null;
    }

    private Objection? Sentence(string blockId, string sentence, List<BookedFact> cited, FactBook book)
    {
        if (ExperienceClaim.Read(sentence) is { } claim) return claim.Holds(cited, recogniser, today) ? null : new(blockId, "unsupported", sentence);
        var tied = cited;
        foreach (var anchor in book.AnchorsIn(sentence))
        {
            tied = tied.FindAll(fact => FactBook.Bears(fact, anchor));
            if (tied.Count == 0) return new(blockId, "mixed", string.Join(' ', anchor));
        }
        var dates = StatedDate.In(sentence);
        foreach (var date in dates)
        {
            tied = tied.FindAll(fact => date.IsOf(fact.Fact));
            if (tied.Count == 0) return new(blockId, "date", sentence.Substring(date.Start, date.Length));
        }
        var setting = tied.TrueForAll(fact => fact.IsListed) ? SkillSetting.List : SkillSetting.Prose;
        foreach (var statement in Statement.Split(sentence, recogniser, dates, setting))
        {
            if (tied.Exists(fact => StatementSupport.Supports(fact, statement, recogniser.Taxonomy))) continue;
            var items = statement.Items();
            var missing = items.Find(item => !tied.Exists(fact => StatementSupport.SupportsItem(fact, item, recogniser.Taxonomy)));
            if (missing is not null || items.Count < 2) return new(blockId, "unsupported", (missing ?? statement).Text.Trim());
        }
        return null;
    }

    private static IEnumerable<string> Sentences(string text)
    {
        var start = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var ends = text[at] == '\n' || (text[at] is '.' or '!' or '?' && at + 2 < text.Length && text[at + 1] == ' ' && char.IsUpper(text[at + 2]) && at - start > 3);
            if (!ends) continue;
            if (text.AsSpan(start, at - start).Trim().Length > 0) yield return text[start..at].Trim();
            start = at + 1;
        }
        if (text.AsSpan(start).Trim().Length > 0) yield return text[start..].Trim();
    }

    // Signs that cannot be seen, and words of two alphabets that look like one, are ways around every comparison.
    private static string? Hidden(string text)
    {
        foreach (var word in text.Split(' '))
        {
            bool latin = false, other = false;
            foreach (var c in word)
            {
                if (CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || (char.IsControl(c) && c != '\n')) return word;
                if (!char.IsLetter(c)) continue;
                if (c < 0x250 || c is >= '\u1e00' and < '\u1f00') latin = true;
                else other = true;
            }
            if (latin && other) return word;
        }
        return null;
    }
}
