using System.Diagnostics;
using Mainstreet.Trades.Classification;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Classification;

[Trait("kind", "unit")]
public sealed class ComplaintClassificationTests(ITestOutputHelper output)
{
    [Fact]
    public void Real_complaints_are_classified_by_the_lexicon_and_better_after_learning_from_half()
    {
        var rows = Rows();
        var measured = rows.Where(r => !r.IsForLearning).ToList();
        var classifier = new OfflineClassifier(minimumConfidence: 0.6);

        var before = Score(classifier, measured);
        var telling = Score(classifier, measured.Where(SaysSomething));
        classifier.Learn(rows.Where(r => r.IsForLearning).Select(ToCorrection));
        var after = Score(classifier, measured);
        var sentences = ClassifierScore.Of(TenantSentences.All.Select(s => Answer(classifier, s.Text, s.Category)));

        output.WriteLine($"lexicon only: {before}");
        output.WriteLine($"lexicon only, without descriptors that only say where: {telling}");
        output.WriteLine($"after learning from {rows.Count - measured.Count}: {after}");
        output.WriteLine($"tenants' sentences after learning descriptors: {sentences}");
        before.MacroF1.ShouldBeGreaterThan(0.78);
        telling.MacroF1.ShouldBeGreaterThan(0.90);
        after.MacroF1.ShouldBeGreaterThan(0.98);
        after.CalibrationError.ShouldBeLessThan(0.05);
        sentences.MacroF1.ShouldBeGreaterThan(0.94, "what was known before must not be forgotten");
    }

    [Fact]
    public void Complaints_that_say_nothing_of_the_trade_are_flagged_until_learned()
    {
        var classifier = new OfflineClassifier(minimumConfidence: 0.6);
        foreach (var vague in new[] { "APARTMENT ONLY", "ENTIRE BUILDING" })
            classifier.Classify(vague).Uncertain.ShouldBeTrue(vague);

        classifier.Learn(Rows().Where(r => r.IsForLearning).Select(ToCorrection));

        foreach (var vague in new[] { "APARTMENT ONLY", "ENTIRE BUILDING" })
        {
            classifier.Classify(vague).Category.ShouldBe(TradeCategory.Hvac);
            classifier.Classify(vague).Uncertain.ShouldBeFalse();
        }
    }

    [Fact]
    public void Learning_in_thirds_gives_the_same_answers_as_learning_at_once_backwards()
    {
        var corrections = Rows().Where(r => r.IsForLearning).Select(ToCorrection).ToList();
        var once = new OfflineClassifier(minimumConfidence: 0.6);
        once.Learn(Enumerable.Reverse(corrections));
        var thirds = new OfflineClassifier(minimumConfidence: 0.6);
        foreach (var third in corrections.Chunk((corrections.Count / 3) + 1)) thirds.Learn(third);

        foreach (var (text, _) in TenantSentences.All)
            thirds.Classify(text).Confidence.ShouldBe(once.Classify(text).Confidence, "to the last bit");
    }

    [Fact]
    public void Every_labelled_pair_is_of_a_complaint_that_exists()
    {
        var labels = ComplaintLabels.Table.Keys.Select(k => k.Descriptor).ToHashSet();
        Rows().Select(r => r.Descriptor).ToHashSet().SetEquals(labels).ShouldBeTrue();
    }

    [Fact]
    public void The_speed_of_classification_is_reported()
    {
        var classifier = new OfflineClassifier(minimumConfidence: 0.6);
        var texts = TenantSentences.All.Select(s => s.Text).ToList();
        var classified = 0;
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 200; round++)
        {
            if (round == 100) (classified, watch) = (0, Stopwatch.StartNew());
            foreach (var text in texts)
            {
                classifier.Classify(text);
                classified++;
            }
        }
        output.WriteLine($"{classified / watch.Elapsed.TotalSeconds:F0} reports a second on one thread");
        classified.ShouldBe(100 * texts.Count);
    }

    private static bool SaysSomething(Complaints.Row row) => row.Descriptor is not ("APARTMENT ONLY" or "ENTIRE BUILDING");

    private static Correction ToCorrection(Complaints.Row row) =>
        new(row.Id, Correction.TextOf(row.Descriptor, row.Descriptor), row.Label);

    private static ClassifierScore Score(OfflineClassifier classifier, IEnumerable<Complaints.Row> rows) => ClassifierScore.Of(
        rows.Select(r => Answer(classifier, Correction.TextOf(r.Descriptor, r.Descriptor), r.Label)));

    private static (TradeCategory, TradeCategory, double, bool) Answer(OfflineClassifier classifier, string text, TradeCategory truth)
    {
        var answer = classifier.Classify(text);
        return (truth, answer.Category, answer.Confidence, answer.Uncertain);
    }

    private static IReadOnlyList<Complaints.Row> Rows()
    {
        var file = Complaints.File();
        Assert.SkipWhen(file is null, "The shared data (data/trades/complaints.csv) is not here; set MAINSTREET_SHARED to its folder.");
        return Complaints.Read(file!);
    }
}
