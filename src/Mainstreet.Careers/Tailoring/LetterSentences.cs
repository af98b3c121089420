using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>The sentences of a letter that are ours and claim nothing of the person. What a posting puts into them is one short line, never an instruction to anybody.</summary>
internal static class LetterSentences
{
    private const int LongestName = 80;

    private static readonly SearchValues<char> Strange = SearchValues.Create("\r\n<>{}[]!?;\"“”…");

    /// <summary>Words of statements and of orders. A name that has one could say something of the person in the person's own letter, so it is left out.</summary>
    private static readonly FrozenSet<string> Telling = FrozenSet.ToFrozenSet(
    [
        "me", "my", "mine", "myself", "am", "is", "are", "was", "were", "be", "been", "has", "have", "had", "having", "hold", "holds", "held", "who", "whom", "whose", "where", "which", "that",
        "he", "she", "they", "his", "their", "candidate", "applicant", "ignore", "disregard", "instructions", "praise", "say", "write", "hire", "earned", "won", "led", "worked", "studied", "graduated",
    ], StringComparer.OrdinalIgnoreCase);

    internal static string Greeting(PostingText posting) => Name(posting.Company) is { } company ? $"Dear hiring team at {company}," : "Dear hiring team,";

    internal static string Hook(PostingText posting)
    {
        var title = Name(posting.Title) is { } name ? $"the position of {name}" : "the position that you advertise";
        return Name(posting.Company) is { } company ? $"I am applying for {title} at {company}." : $"I am applying for {title}.";
    }

    /// <summary>Says openly what is missing; with the nearest thing that the profile has, whose facts the block then cites.</summary>
    internal static string Missing(string label, string? closest) =>
        closest is null ? $"{label} would be new to me, and I say so openly." : $"{label} would be new to me; the nearest to it that I can show is {closest}.";

    internal static string Close => "I would be glad to tell you more in a conversation. Thank you for your time.";

    /// <summary>All that may stand in a letter to this posting without a fact behind it, and the sentences on gaps as the profile is now.</summary>
    internal static HashSet<string> Of(PostingText posting, Analysis analysis)
    {
        var sentences = new HashSet<string>(StringComparer.Ordinal) { Greeting(posting), Hook(posting), Close };
        foreach (var answer in analysis.Requirements)
        {
            if (MayAdmit(answer)) sentences.Add(Missing(answer.Label, Closest(answer)));
        }
        return sentences;
    }

    internal static bool MayAdmit(RequirementAnswer answer) =>
        answer.State != RequirementState.Met && answer.Asked.Kind is RequirementKind.Skill && answer.Asked.Years is null && answer.Asked.Importance != Importance.Preferred;

    /// <summary>The name of the skill that came nearest, taken from our own list.</summary>
    internal static string? Closest(RequirementAnswer answer)
    {
        const string end = " is close to ";
        return answer.Why is { } why && why.IndexOf(end, StringComparison.Ordinal) is > 0 and var at ? why[..at] : null;
    }

    /// <summary>A title or a company as it may stand in a person's own words; null when it says more than a name.</summary>
    internal static string? Name(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        text = text.Trim().TrimEnd('.', '!');
        return text.Length is 0 or > LongestName || text.AsSpan().ContainsAny(Strange) || text.Contains(". ", StringComparison.Ordinal) || text.Any(IsUnseen) || Tells(text) ? null : text;
    }

    private static bool IsUnseen(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;

    private static bool Tells(string text)
    {
        var words = TextWord.Split(text);
        for (var at = 0; at < words.Count; at++)
        {
            var word = text[words[at].Start..words[at].End];
            // "Engineer I" is a grade, "I hold" is a claim.
            if (Telling.Contains(word) || (word is "I" or "i" && at + 1 < words.Count) || word.StartsWith("I'", StringComparison.Ordinal) || word.StartsWith("I’", StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
