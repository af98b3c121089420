using System.Buffers;

using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A word that says something, as it is compared.</summary>
/// <param name="Root">Its form without ending; see <see cref="Wordings.Root"/>.</param>
/// <param name="Text">Folded.</param>
/// <param name="Start">In the sentence or fact.</param>
/// <param name="End">Exclusive.</param>
internal readonly record struct StatedWord(string Root, string Text, int Start, int End);

/// <summary>The smallest piece that states something: "Managed stock" and "trained 12 staff" are two.</summary>
/// <param name="Words">All but the filler.</param>
/// <param name="All">Filler too; order is kept.</param>
/// <param name="Quantities">Numbers that are no dates.</param>
/// <param name="Skills">Not denied.</param>
internal sealed record Statement(string Text, int Start, IReadOnlyList<StatedWord> Words, IReadOnlyList<StatedWord> All, IReadOnlyList<Quantity> Quantities, IReadOnlyList<SkillSpan> Skills)
{
    private static readonly SearchValues<char> ListSigns = SearchValues.Create(",/|;:•");

    /// <summary>Splits a sentence or fact into statements; dates are left to whoever checks dates.</summary>
    internal static List<Statement> Split(string text, SkillRecogniser recogniser, IReadOnlyList<StatedDate> dates, SkillSetting setting)
    {
        var words = TextWord.Split(text).Where(word => !Overlaps(dates, word.Start, word.End)).ToList();
        var quantities = Quantity.In(text).Where(one => !Overlaps(dates, one.Start, one.End)).ToList();
        var skills = recogniser.Read(text, setting).Where(span => !span.Negated).ToList();
        var statements = new List<Statement>();
        var first = 0;
        for (var at = 1; at <= words.Count; at++)
        {
            if (at < words.Count && !IsBorder(text, words, first, at)) continue;
            var start = words[first].Start;
            var end = at == words.Count ? text.Length : words[at].Start;
            statements.Add(Of(text, words[first..at], quantities, skills, start, end));
            first = at;
        }
        return statements;
    }

    /// <summary>The items of a list, for lines that name things one after another.</summary>
    internal List<Statement> Items()
    {
        var items = new List<Statement>();
        var start = 0;
        for (var at = 0; at <= All.Count; at++)
        {
            var ends = at == All.Count || (at > 0 && (IsListSign(at) || All[at].Text is "and" or "or"));
            if (!ends || at == start) continue;
            var (from, to) = (All[start].Start, at == All.Count ? Start + Text.Length : All[at].Start);
            items.Add(new Statement(Text[(from - Start)..(to - Start)], from, [.. Words.Where(word => word.Start >= from && word.Start < to)], [.. All.Skip(start).Take(at - start)],
                [.. Quantities.Where(one => one.Start >= from && one.Start < to)], [.. Skills.Where(span => span.Start >= from && span.Start < to)]));
            start = at;
        }
        return items;
    }

    private bool IsListSign(int at) => Text.AsSpan(All[at - 1].End - Start, All[at].Start - All[at - 1].End).ContainsAny(ListSigns);

    private static Statement Of(string text, List<TextWord> words, List<Quantity> quantities, List<SkillSpan> skills, int start, int end)
    {
        var own = quantities.Where(one => one.Start >= start && one.Start < end).ToList();
        var all = words.ConvertAll(word => new StatedWord(Wordings.Root(word.Text), word.Text, word.Start, word.End));
        var named = skills.Where(span => span.Start >= start && span.Start < end).ToList();
        // A number is compared by its value; a skill by what it is, whatever it is called.
        var content = all.Where(word => !Wordings.IsFiller(word.Text) && !own.Exists(one => word.Start >= one.Start && word.End <= one.End + 1)).ToList();
        return new Statement(text[start..end], start, content, all, own, named);
    }

    private static bool Overlaps(IReadOnlyList<StatedDate> dates, int start, int end)
    {
        foreach (var date in dates)
        {
            if (start < date.Start + date.Length && end > date.Start) return true;
        }
        return false;
    }

    private static bool IsBorder(string text, List<TextWord> words, int first, int at)
    {
        var between = text.AsSpan(words[at - 1].End, words[at].Start - words[at - 1].End);
        if (between.ContainsAny(";!?") || between.Contains('\n') || between.Contains(". ", StringComparison.Ordinal)) return true;
        if (at - first < 2 && !between.Contains(',')) return false;
        if (words[at].Text is "and" or "while" or "then") return at + 1 < words.Count && Wordings.BeginsStatement(words[at + 1].Text);
        return between.Contains(',') && Wordings.BeginsStatement(words[at].Text);
    }
}
