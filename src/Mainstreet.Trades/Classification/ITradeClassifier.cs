namespace Mainstreet.Trades.Classification;

/// <summary>Says which trade a report needs.</summary>
internal interface ITradeClassifier
{
    /// <summary>Classifies one report. Any text will do: empty, of any length, in any script; only its beginning is read.</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancel"/> is cancelled.</exception>
    ValueTask<TradeClassification> ClassifyAsync(string title, string description, CancellationToken cancel);
}

/// <summary>Who gave the answer: the built-in classifier or the configured model.</summary>
internal enum ClassifiedBy { Offline, Model }

/// <summary>A trade with how sure it is.</summary>
/// <param name="Confidence">
/// Calibrated probability that <paramref name="Category"/> is right, in (0, 1): of the answers given with 0.8, about 80 % are.
/// </param>
/// <param name="Uncertain">The confidence is under the configured minimum: a person should choose.</param>
/// <param name="Alternatives">The other seven trades, likeliest first; with <paramref name="Confidence"/> they add up to 1.</param>
internal sealed record TradeClassification(
    TradeCategory Category,
    double Confidence,
    bool Uncertain,
    IReadOnlyList<(TradeCategory Category, double Probability)> Alternatives,
    ClassifiedBy By)
{
    /// <summary>From a distribution over the trades in the order of <see cref="TradeCategory"/>.</summary>
    internal static TradeClassification From(
        ReadOnlySpan<double> distribution, TradeCategory chosen, double minimumConfidence, ClassifiedBy by)
    {
        var alternatives = new List<(TradeCategory Category, double Probability)>(distribution.Length - 1);
        for (var c = 0; c < distribution.Length; c++)
            if (c != (int)chosen) alternatives.Add(((TradeCategory)c, distribution[c]));
        alternatives.Sort((a, b) => b.Probability.CompareTo(a.Probability) is var order and not 0
            ? order : a.Category.CompareTo(b.Category));
        var confidence = distribution[(int)chosen];
        return new TradeClassification(chosen, confidence, confidence < minimumConfidence, alternatives, by);
    }
}

/// <summary>What an agent decided about a report: to learn from, confirmations as well as changes of mind.</summary>
/// <param name="Id">Names this decision for ever: seen again, it is not counted again. Another decision has another id.</param>
/// <param name="Text">The report as classified; see <see cref="TextOf"/>.</param>
internal sealed record Correction(Guid Id, string Text, TradeCategory Category)
{
    /// <summary>The text that stands for a ticket, the same for learning as for classifying.</summary>
    internal static string TextOf(string title, string description) => $"{title}\n{description}";
}
