namespace Mainstreet.Trades.Tests.Classification;

/// <summary>
/// How good a list of answers is. Macro-F1: the mean over the trades that occur of F1 = 2tp / (2tp + fp + fn). Calibration error: the
/// mean distance of confidence from accuracy over ten bins of confidence, weighted by answers.
/// </summary>
internal sealed record ClassifierScore(int Answers, double Accuracy, double MacroF1, double CalibrationError, double Uncertain)
{
    internal static ClassifierScore Of(IEnumerable<(TradeCategory Truth, TradeCategory Answer, double Confidence, bool Uncertain)> answers)
    {
        const int bins = 10;
        var categories = Enum.GetValues<TradeCategory>().Length;
        var confusion = new int[categories, categories];
        var confidence = new double[bins];
        var rightInBin = new int[bins];
        int total = 0, right = 0, uncertain = 0;
        foreach (var (truth, answer, sure, flagged) in answers)
        {
            total++;
            confusion[(int)truth, (int)answer]++;
            var bin = Math.Min(bins - 1, (int)(sure * bins));
            confidence[bin] += sure;
            if (truth == answer)
            {
                right++;
                rightInBin[bin]++;
            }
            if (flagged) uncertain++;
        }

        double f1 = 0;
        var present = 0;
        for (var c = 0; c < categories; c++)
        {
            int truths = 0, answered = 0;
            for (var d = 0; d < categories; d++)
            {
                truths += confusion[c, d];
                answered += confusion[d, c];
            }
            if (truths == 0) continue;
            present++;
            f1 += 2.0 * confusion[c, c] / (truths + answered);
        }
        var error = Enumerable.Range(0, bins).Sum(b => Math.Abs(confidence[b] - rightInBin[b]));
        return new ClassifierScore(total, (double)right / total, f1 / present, error / total, (double)uncertain / total);
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Answers} answers, accuracy {Accuracy:F3}, macro-F1 {MacroF1:F3}, calibration error {CalibrationError:F3}, uncertain {Uncertain:F3}");
}
