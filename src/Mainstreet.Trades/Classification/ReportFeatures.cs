using System.Globalization;
using System.Text;

namespace Mainstreet.Trades.Classification;

/// <summary>
/// What the classifier sees of a report: which words, pairs of neighbouring words and word pieces occur in it, each once, as
/// 64-bit hashes. The first 8 192 characters and 256 different words are read, the rest ignored, so that any text
/// costs bounded time.
/// </summary>
internal sealed class ReportFeatures
{
    internal const int MaximumCharacters = 8_192;
    internal const int MaximumWords = 256;
    private const int MaximumWordLength = 24;
    private const int PieceLength = 4;
    private const ulong WordSalt = 0x9E3779B97F4A7C15, PairSalt = 0xC2B2AE3D27D4EB4F, PieceSalt = 0x165667B19E3779F9;

    /// <summary>One hash a different word, in the order of first occurrence.</summary>
    internal required ulong[] Words { get; init; }

    /// <summary>Per word the hashes of its pieces of four letters: they stand in for a word never seen, such as a misspelt one.</summary>
    internal required ulong[][] Pieces { get; init; }

    /// <summary>One hash a different pair of neighbours. A negation counts as a neighbour: "no heat".</summary>
    internal required ulong[] Pairs { get; init; }

    internal static ReportFeatures Of(string text)
    {
        var words = new List<ulong>();
        var pieces = new List<ulong[]>();
        var pairs = new List<ulong>();
        var seen = new HashSet<ulong>();
        var seenPairs = new HashSet<ulong>();
        ulong previous = 0;
        Span<char> word = stackalloc char[MaximumWordLength];
        var clean = Clean(text);
        for (var at = 0; at < clean.Length && words.Count < MaximumWords;)
        {
            var length = NextWord(clean, ref at, word);
            if (length == 0) continue;
            ReadOnlySpan<char> whole = word[..length];
            if (ReportWords.IsNegation(whole))
            {
                previous = Hash("no");
                continue;
            }
            if (ReportWords.IsNoise(whole)) continue;

            var stem = ReportWords.Stem(word[..length]);
            var hash = Hash(stem);
            if (previous != 0)
            {
                var pair = unchecked((previous * 31) ^ hash ^ PairSalt);
                if (seenPairs.Add(pair)) pairs.Add(pair);
            }
            previous = hash;
            if (!seen.Add(hash ^ WordSalt)) continue;
            words.Add(hash ^ WordSalt);
            pieces.Add(PiecesOf(stem));
        }
        return new ReportFeatures { Words = [.. words], Pieces = [.. pieces], Pairs = [.. pairs] };
    }

    private static ulong[] PiecesOf(ReadOnlySpan<char> stem)
    {
        // Short words resemble each other too much: "dead" is no deadbolt.
        if (stem.Length <= PieceLength) return [];
        var pieces = new ulong[stem.Length - PieceLength + 2];
        for (var i = 0; i < pieces.Length - 1; i++)
            pieces[i] = Hash(stem.Slice(i, PieceLength)) ^ PieceSalt;
        // How a word begins is the piece that misspellings keep most often; it counts apart.
        pieces[^1] = (Hash(stem[..3]) + 1) ^ PieceSalt;
        return pieces;
    }

    /// <summary>Copies the next run of letters and digits; apostrophes inside a word vanish ("won't" is "wont").</summary>
    private static int NextWord(string clean, ref int at, Span<char> word)
    {
        var length = 0;
        for (; at < clean.Length; at++)
        {
            var c = clean[at];
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c))
            {
                if (length < word.Length) word[length++] = c;
            }
            else if (length > 0 && c is not ('\'' or '’' or '\u0301' or '\u200d'))
            {
                break;
            }
        }
        return length;
    }

    /// <summary>Lower case without accents or compatibility forms; broken surrogates become U+FFFD.</summary>
    private static string Clean(string text)
    {
        var head = text.AsSpan(0, Math.Min(text.Length, MaximumCharacters));
        if (Ascii.IsValid(head))
            return string.Create(head.Length, head, (target, source) => Ascii.ToLower(source, target, out _));

        var valid = new StringBuilder(head.Length);
        foreach (var rune in head.EnumerateRunes()) valid.Append(rune.ToString());
        var plain = new StringBuilder(valid.Length);
        foreach (var c in valid.ToString().Normalize(NormalizationForm.FormKD))
        {
            if (plain.Length == MaximumCharacters) break;
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) plain.Append(char.ToLowerInvariant(c));
        }
        return plain.ToString();
    }

    /// <summary>FNV-1a, 64 bits: the same on every machine and in every release, unlike string.GetHashCode.</summary>
    private static ulong Hash(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }
}
