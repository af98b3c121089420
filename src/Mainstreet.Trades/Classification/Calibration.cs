namespace Mainstreet.Trades.Classification;

/// <summary>
/// Turns scores into probabilities: softmax with a sharpness (1 / temperature), then a share of doubt spread evenly over all trades,
/// since labels are wrong sometimes too. Both are fitted to what the classifier would have said about reports whose trade is known.
/// </summary>
/// <remarks>
/// Temperature scaling: Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017; the doubt, which it lacks,
/// sets the ceiling that noise in the labels sets.
/// </remarks>
internal readonly record struct Calibration(double Sharpness, double Doubt)
{
    /// <summary>Before anything is learned: prudent on reports written for that purpose, since tenants write worse ones.</summary>
    internal static readonly Calibration Seed = new(Sharpness: 1, Doubt: 0.01);

    /// <summary>How hard the seed holds against evidence: nats of loss for a change by a factor of e.</summary>
    private const double HoldSharpness = 4, HoldDoubt = 2;

    private const double Least = 0.05, Most = 5;
    private const int Steps = 16;

    private static readonly double[] Doubts = [0.01, 0.03, 0.06, 0.12, 0.18, 0.25, 0.35, 0.5];

    /// <summary>Scores become probabilities, in place; each is over 0 and under 1, together they are 1.</summary>
    internal void Apply(Span<double> scores)
    {
        var best = double.NegativeInfinity;
        foreach (var score in scores) best = Math.Max(best, score);
        double sum = 0;
        foreach (ref var score in scores) sum += score = Math.Exp((score - best) * Sharpness);
        foreach (ref var score in scores) score = ((1 - Doubt) * score / sum) + (Doubt / scores.Length);
    }

    /// <summary>The calibration under which the known trades were likeliest.</summary>
    /// <param name="scores">A row of scores a report, in a fixed order: the sum, and so the answer, depends on it in the last bit.</param>
    internal static Calibration Fit(IReadOnlyList<(double[] Scores, TradeCategory Truth)> scores)
    {
        var best = (Calibration: Seed, Loss: double.PositiveInfinity);
        foreach (var doubt in Doubts)
        {
            var fitted = FitSharpness(scores, doubt);
            // The loss has one valley over doubt: once it rises, the rest need no look.
            if (fitted.Loss >= best.Loss) break;
            best = fitted;
        }
        return best.Calibration;
    }

    private static (Calibration Calibration, double Loss) FitSharpness(IReadOnlyList<(double[] Scores, TradeCategory Truth)> scores, double doubt)
    {
        const double golden = 0.6180339887498949;
        double low = Math.Log(Least), high = Math.Log(Most);
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double lossLeft = Loss(scores, left, doubt), lossRight = Loss(scores, right, doubt);
        for (var step = 0; step < Steps; step++)
        {
            if (lossLeft < lossRight)
            {
                (high, right, lossRight) = (right, left, lossLeft);
                left = high - (golden * (high - low));
                lossLeft = Loss(scores, left, doubt);
            }
            else
            {
                (low, left, lossLeft) = (left, right, lossRight);
                right = low + (golden * (high - low));
                lossRight = Loss(scores, right, doubt);
            }
        }
        return (new Calibration(Math.Exp(lossLeft < lossRight ? left : right), doubt), Math.Min(lossLeft, lossRight));
    }

    private static double Loss(IReadOnlyList<(double[] Scores, TradeCategory Truth)> scores, double logSharpness, double doubt)
    {
        var calibration = new Calibration(Math.Exp(logSharpness), doubt);
        var sharper = logSharpness - Math.Log(Seed.Sharpness);
        var loss = (HoldSharpness * sharper * sharper) + (HoldDoubt * Math.Log(doubt / Seed.Doubt));
        Span<double> row = stackalloc double[EvidenceTable.Categories];
        foreach (var (raw, truth) in scores)
        {
            raw.CopyTo(row);
            calibration.Apply(row);
            loss -= Math.Log(row[(int)truth]);
        }
        return loss;
    }
}
