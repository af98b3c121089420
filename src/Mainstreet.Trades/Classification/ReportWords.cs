using System.Collections.Frozen;

namespace Mainstreet.Trades.Classification;

/// <summary>How a report's words are read: which say nothing, which deny, and what is left of a word without its ending.</summary>
internal static class ReportWords
{
    private static readonly FrozenSet<string> Noise = """
        a an the this that these those there here it its i im ive id me my mine we were our us you your he she they them their theyre
        is am are was be been being has have had having do does did done will would should could can may might must shall
        to of in on at by for from with as into onto out up off over about again all any some each every and or but if so than then
        when where which who what how why while because since until after before during just very too also only even still now
        please thanks thank hi hello dear sir madam hey asap urgent help need needs want wants get gets got getting keep keeps come
        comes coming came go goes going went make makes making made one two three first last day days week weeks month months
        morning night today yesterday tonight think really much many more most lot little bit thing something someone somebody apartment
        apt unit flat house home room la el los las un una de del en que y mi por con se es esta hay desde muy mas al lo su tenemos
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static readonly FrozenSet<string> Negations = """
        no not never none nothing without cannot cant wont dont doesnt didnt isnt arent wasnt wouldnt couldnt hasnt havent hadnt aint
        stopped stops stop missing lacking sin ningun ninguna
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoiseLookup =
        Noise.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NegationLookup =
        Negations.GetAlternateLookup<ReadOnlySpan<char>>();

    internal static bool IsNoise(ReadOnlySpan<char> word) => NoiseLookup.Contains(word);

    internal static bool IsNegation(ReadOnlySpan<char> word) => NegationLookup.Contains(word);

    /// <summary>
    /// Cuts English endings so that leak, leaks, leaked and leaking are one word. The stem need not be a word ("wir" for wire and
    /// wiring): the lexicon goes through the same cut. Works in place.
    /// </summary>
    internal static Span<char> Stem(Span<char> word)
    {
        if (word.Length > 4 && word.EndsWith("ies")) word = Replace(word, 3, 'y');
        else if (word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i')) word = word[..^1];

        if (word.Length > 5 && word.EndsWith("ing")) word = Undouble(word[..^3]);
        else if (word.Length > 4 && word.EndsWith("ed")) word = Undouble(word[..^2]);

        if (word.Length > 3 && word[^1] == 'e') word = word[..^1];
        return word;
    }

    private static Span<char> Replace(Span<char> word, int cut, char with)
    {
        word[^cut] = with;
        return word[..^(cut - 1)];
    }

    /// <summary>dripp(ing) is drip; fill(ing), press(ing) and buzz(ing) keep their double letter.</summary>
    private static Span<char> Undouble(Span<char> stem) =>
        stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z' or 'e' or 'o') ? stem[..^1] : stem;
}
