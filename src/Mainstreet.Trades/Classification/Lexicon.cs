using System.Collections.Frozen;
using System.Globalization;

namespace Mainstreet.Trades.Classification;

/// <summary>
/// What the classifier knows before it has learned anything: words and pairs of words that tenants and trades use, under the trade they
/// point to, each line with how many reports of that trade it is worth. A word may stand under several trades. Stop words and
/// endings do not matter (<see cref="ReportWords"/>). Some Spanish, since many tenants write it.
/// </summary>
internal static partial class Lexicon
{
    /// <summary>Per feature what it is worth for each trade, in reports. Where entries meet in one feature, the strongest holds.</summary>
    internal static readonly FrozenDictionary<ulong, double[]> Seed = Read();

    private static FrozenDictionary<ulong, double[]> Read()
    {
        var seed = new Dictionary<ulong, double[]>();
        foreach (var (category, entry, worth) in Entries())
        {
            var features = ReportFeatures.Of(entry);
            // A phrase speaks through its pairs; its words have their own lines.
            foreach (var feature in features.Pairs is { Length: > 0 } pairs ? pairs : [.. features.Words, .. features.Pieces.SelectMany(p => p)])
            {
                if (!seed.TryGetValue(feature, out var worths)) seed[feature] = worths = new double[EvidenceTable.Categories];
                worths[(int)category] = Math.Max(worths[(int)category], worth);
            }
        }
        return seed.ToFrozenDictionary();
    }

    private static IEnumerable<(TradeCategory Category, string Entry, double Worth)> Entries()
    {
        const StringSplitOptions tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var (category, text) in Sections)
        {
            foreach (var line in text.Split('\n', tidy))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var worth = double.Parse(line.AsSpan(0, colon), CultureInfo.InvariantCulture);
                foreach (var entry in line[(colon + 1)..].Split(',', tidy)) yield return (category, entry, worth);
            }
        }
    }
}
