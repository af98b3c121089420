using Mainstreet.Foundation.Proving.Checking;

using static Mainstreet.Foundation.Proving.Contention.ContentionInvariants;

namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>Holds what the clients of one feature saw against the invariants that it decides.</summary>
internal static class ContentionJudge
{
    internal static void Judge(IContendedFeature feature, ContentionRecord record, Verdicts verdicts)
    {
        var decides = feature.Decides.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        JudgeTransactions(feature, record, decides, verdicts);
        foreach (var (key, touches) in record.Registers())
        {
            var (verdict, explanation) = RegisterChecker.Check(touches, initial: null);
            if (verdict != RegisterVerdict.Undecided) verdicts.Check(Linearizable, verdict == RegisterVerdict.Linearizable, () => $"{feature.Name}, {key}: {explanation}");
        }

        foreach (var (key, touches) in record.Counters())
        {
            var wrong = CounterChecker.Check(touches);
            foreach (var line in wrong) verdicts.Break(VersionCounts, $"{feature.Name}, {key}: {line}");
            Hold(verdicts, VersionCounts, touches.Count(t => t.IsRead) - wrong.Count);
        }

        if (record.HasCauses) JudgeEffects(feature, record, decides, verdicts);
        foreach (var (invariant, what) in record.Wrong) verdicts.Break(invariant, $"{feature.Name}: {what}");
    }

    /// <summary>Which promise an anomaly breaks, if the feature decides it; else the broadest that it does.</summary>
    internal static Invariant InvariantOf(Anomaly kind) => kind switch
    {
        Anomaly.LostUpdate or Anomaly.DivergedOrder => NoLostUpdate,
        Anomaly.AbortedRead or Anomaly.IntermediateRead or Anomaly.ReadOfNothing or Anomaly.DoubledAppend or Anomaly.Internal => NoDirtyRead,
        Anomaly.WriteSkew => NoWriteSkew,
        _ => Serializable,
    };

    private static void JudgeTransactions(IContendedFeature feature, ContentionRecord record, HashSet<string> decides, Verdicts verdicts)
    {
        var transactions = record.Transactions;
        if (transactions.Count == 0) return;
        var findings = HistoryChecker.Check(transactions);
        var broken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            var invariant = InvariantOf(finding.Kind);
            if (!decides.Contains(invariant.Id)) invariant = feature.Decides[0];
            broken[invariant.Id] = broken.GetValueOrDefault(invariant.Id) + 1;
            verdicts.Break(invariant, $"{feature.Name}: {finding}");
        }

        var writers = transactions.Count(t => t.Ending != Ending.Refused && t.Touches.Any(c => c is WriteOf or AppendTo));
        foreach (var invariant in feature.Decides.Where(i => i == NoLostUpdate || i == NoWriteSkew)) Hold(verdicts, invariant, writers - broken.GetValueOrDefault(invariant.Id));
        foreach (var invariant in feature.Decides.Where(i => i == NoDirtyRead || i == Serializable))
            Hold(verdicts, invariant, transactions.Count(t => t.Ending != Ending.Refused) - broken.GetValueOrDefault(invariant.Id));
    }

    private static void JudgeEffects(IContendedFeature feature, ContentionRecord record, HashSet<string> decides, Verdicts verdicts)
    {
        var invariant = decides.Contains(FeedOnceInOrder.Id) ? FeedOnceInOrder : ExactlyOnce;
        var causes = record.Causes();
        var findings = DeliveryChecker.CheckEffects(causes, record.Effects()).Concat(DeliveryChecker.CheckStreams(record.Arrivals)).ToArray();
        foreach (var finding in findings) verdicts.Break(invariant, $"{feature.Name}: {finding.Fault}: {finding.Explanation}");
        Hold(verdicts, invariant, causes.Count + record.Arrivals.Count - findings.Length);
    }

    private static void Hold(Verdicts verdicts, Invariant invariant, int times)
    {
        for (var i = 0; i < times; i++) verdicts.Hold(invariant);
    }
}
