namespace Mainstreet.Trades.Classification;

/// <summary>
/// Naive Bayes over words, pairs and word pieces: starts from the <see cref="Lexicon"/>, which counts as a few dozen reports a trade
/// and so weighs less the more is learned, and learns from agents' decisions. Needs no network and no file.
/// </summary>
/// <remarks>
/// Thread-safe; reads take no lock. What it answers depends only on the set of decisions learned, not on their order, repetition or
/// batches: replicas that saw the same decisions give the same answers to the last bit.
/// Source: Rennie, Shih, Teevan, Karger, Tackling the Poor Assumptions of Naive Bayes Text Classifiers, ICML 2003, for presence instead
/// of counts and the damping of long texts.
/// </remarks>
internal sealed class OfflineClassifier : ITradeClassifier
{
    /// <summary>Reports that the lexicon stands for, per trade.</summary>
    private const double SeedReports = 20;

    /// <summary>Evidence assumed for every feature and trade, in reports.</summary>
    private const double Smoothing = 0.25;

    /// <summary>What a pair, and all pieces of an unknown word together, say beside a word's 1.</summary>
    private const double PairWeight = 1, PieceWeight = 1.2;

    /// <summary>Up to this many words count in full; a longer text is not surer in proportion, since its words depend on each other.</summary>
    private const double FullLength = 6;

    /// <summary>
    /// How much of the difference in frequency between trades is believed: what was learned so far need not be spread as what comes.
    /// </summary>
    private const double PriorTrust = 0.75;

    /// <summary>Reports of each trade assumed before any.</summary>
    private const double PriorReports = 10;

    /// <summary>Trades start alike, but where nothing is known, a person of all work is sent.</summary>
    private const double GeneralAdvantage = 1.5;

    private static readonly double[] NoSeed = new double[EvidenceTable.Categories];

    private readonly Lock _learning = new();
    private readonly HashSet<Guid> _known = [];
    private readonly CalibrationSample _sample = new();
    private readonly double _minimumConfidence;
    private Knowledge _knowledge = new(EvidenceTable.Empty, Calibration.Seed);

    /// <param name="minimumConfidence">Answers below it are flagged uncertain; 0 to 1.</param>
    internal OfflineClassifier(double minimumConfidence) => _minimumConfidence = minimumConfidence;

    private sealed record Knowledge(EvidenceTable Table, Calibration Calibration);

    /// <summary>Different decisions learned so far.</summary>
    internal int Learned
    {
        get
        {
            var total = 0;
            foreach (var reports in Volatile.Read(ref _knowledge).Table.Reports) total += reports;
            return total;
        }
    }

    public ValueTask<TradeClassification> ClassifyAsync(string title, string description, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Classify(Correction.TextOf(title, description)));
    }

    /// <summary>Classifies one text; see <see cref="Correction.TextOf"/>.</summary>
    internal TradeClassification Classify(string text)
    {
        Span<double> distribution = stackalloc double[EvidenceTable.Categories];
        Distribution(text, distribution);
        var best = 0;
        for (var c = 1; c < distribution.Length; c++)
            if (distribution[c] > distribution[best]) best = c;
        return TradeClassification.From(distribution, (TradeCategory)best, _minimumConfidence, ClassifiedBy.Offline);
    }

    /// <summary>Writes the probability of each trade in the order of the enum; they add up to 1.</summary>
    internal void Distribution(string text, Span<double> probabilities)
    {
        var knowledge = Volatile.Read(ref _knowledge);
        Score(knowledge.Table, ReportFeatures.Of(text), own: null, probabilities);
        knowledge.Calibration.Apply(probabilities);
    }

    /// <summary>
    /// Learns decisions not learned before; readers see all of a batch or none. Costs a few milliseconds a call beside the batch,
    /// so pass stored decisions in one batch at start.
    /// </summary>
    internal void Learn(IEnumerable<Correction> corrections)
    {
        // Reading the texts is the long part, and the caller's sequence may be slow: neither under the lock.
        var read = corrections.Select(c => (c.Id, c.Category, Features: ReportFeatures.Of(c.Text))).ToList();
        lock (_learning)
        {
            var change = _knowledge.Table.Begin();
            var learned = false;
            foreach (var (id, category, features) in read)
            {
                if (!_known.Add(id)) continue;
                change.Add(features, category);
                _sample.Offer(id, features, category);
                learned = true;
            }
            if (!learned) return;
            var table = change.Done();
            var scores = new List<(double[], TradeCategory)>(CalibrationSample.Capacity);
            foreach (var (features, category) in _sample.InOrder())
            {
                var row = new double[EvidenceTable.Categories];
                Score(table, features, category, row);
                scores.Add((row, category));
            }
            Volatile.Write(ref _knowledge, new Knowledge(table, Calibration.Fit(scores)));
        }
    }

    /// <summary>Log-odds of each trade up to a common constant.</summary>
    /// <param name="own">The trade under which this very report was learned: its own evidence is left out.</param>
    private static void Score(EvidenceTable table, ReportFeatures report, TradeCategory? own, Span<double> scores)
    {
        Span<double> reports = stackalloc double[EvidenceTable.Categories];
        double total = 0;
        for (var c = 0; c < reports.Length; c++)
        {
            reports[c] = table.Reports[c] - (own == (TradeCategory)c ? 1 : 0);
            total += reports[c];
        }
        // Lexicon and smoothing weigh the same for every trade: what was never seen then speaks for none, however unevenly reports
        // are spread. Against the evidence both weigh less as it grows, the lexicon with the square root only: agents' reports name
        // few of its words at first, and the rest must not be forgotten for that.
        var mean = (total / reports.Length) + SeedReports;
        var strength = new Strength(1 / Math.Sqrt(mean * SeedReports), Smoothing / mean, own);
        Span<double> scale = stackalloc double[EvidenceTable.Categories];
        for (var c = 0; c < reports.Length; c++) scale[c] = 1 / (reports[c] + SeedReports);

        scores.Clear();
        double weight = 0;
        for (var w = 0; w < report.Words.Length; w++)
        {
            if (AddEvidence(table, report.Words[w], 1, strength, scale, scores))
            {
                weight += 1;
                continue;
            }
            var pieces = report.Pieces[w];
            var each = PieceWeight / Math.Max(1, pieces.Length);
            foreach (var piece in pieces)
                if (AddEvidence(table, piece, each, strength, scale, scores)) weight += each;
        }
        foreach (var pair in report.Pairs)
            if (AddEvidence(table, pair, PairWeight, strength, scale, scores)) weight += PairWeight;

        var damping = weight <= FullLength ? 1 : Math.Sqrt(FullLength / weight);
        for (var c = 0; c < scores.Length; c++)
        {
            var prior = PriorReports * (c == (int)TradeCategory.General ? GeneralAdvantage : 1);
            scores[c] = (scores[c] * damping) + (PriorTrust * Math.Log(reports[c] + prior));
        }
    }

    /// <summary>Multipliers that turn worth in the lexicon into a frequency, the frequency assumed of anything, and see Score.</summary>
    private readonly record struct Strength(double Lexicon, double Smoothing, TradeCategory? Own);

    /// <summary>False when the feature was never seen elsewhere: it says nothing.</summary>
    private static bool AddEvidence(
        EvidenceTable table, ulong feature, double weight, Strength strength, ReadOnlySpan<double> scale, Span<double> scores)
    {
        var learned = table[feature];
        if (!Lexicon.Seed.TryGetValue(feature, out var seeded))
        {
            var elsewhere = strength.Own is null ? 0 : -1;
            foreach (var reports in learned) elsewhere += reports;
            if (elsewhere <= 0) return false;
            seeded = NoSeed;
        }
        for (var c = 0; c < scores.Length; c++)
        {
            var seen = learned[c] - (strength.Own == (TradeCategory)c ? 1 : 0);
            scores[c] += weight * Math.Log((seeded[c] * strength.Lexicon) + strength.Smoothing + (seen * scale[c]));
        }
        return true;
    }
}
