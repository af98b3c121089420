using System.Numerics;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>
/// A 64-bit fingerprint that is nearly the same for texts that are nearly the same (Charikar 2002; distance 3 for near duplicates of web pages:
/// Manku, Jain, Das Sarma 2007). Features are the words and their neighbours, each once.
/// </summary>
internal static class SimHash
{
    /// <summary>Fewer words than this say too little to be compared.</summary>
    internal const int FewestWords = 30;

    internal static (long Hash, int Words) Of(string text)
    {
        Span<int> sums = stackalloc int[64];
        var seen = new HashSet<ulong>();
        var (count, before) = (0, 0UL);
        foreach (var word in SearchWords.In(text))
        {
            count++;
            var own = Fingerprints.Of(word.Text);
            Add(own, seen, sums);
            if (before != 0) Add(Fingerprints.Mix(before * 31 + own), seen, sums);
            before = own;
        }

        var hash = 0UL;
        for (var i = 0; i < 64; i++)
        {
            if (sums[i] > 0) hash |= 1UL << i;
        }

        return ((long)hash, count);
    }

    /// <summary>Bits that differ: 0 for the same text, about 32 for texts that have nothing in common.</summary>
    internal static int Distance(long a, long b) => BitOperations.PopCount((ulong)(a ^ b));

    private static void Add(ulong feature, HashSet<ulong> seen, Span<int> sums)
    {
        if (!seen.Add(feature)) return;
        for (var i = 0; i < 64; i++) sums[i] += (int)(feature >> i & 1) * 2 - 1;
    }
}

/// <summary>64-bit hashes of short texts, the same on every machine and for ever: they are stored.</summary>
internal static class Fingerprints
{
    /// <summary>FNV-1a over UTF-16, then mixed, so that every bit of the text reaches every bit of the hash.</summary>
    internal static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in text) hash = (hash ^ c) * 1_099_511_628_211UL;
        return Mix(hash);
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    internal static ulong Mix(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58_476D_1CE4_E5B9UL;
        x = (x ^ x >> 27) * 0x94D0_49BB_1331_11EBUL;
        return x ^ x >> 31;
    }
}
