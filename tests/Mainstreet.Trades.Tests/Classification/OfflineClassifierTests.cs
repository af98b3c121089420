using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Classification;
using Shouldly;
using Xunit;
using static Mainstreet.Trades.TradeCategory;

namespace Mainstreet.Trades.Tests.Classification;

[Trait("kind", "unit")]
public sealed class OfflineClassifierTests(ITestOutputHelper output)
{
    private readonly OfflineClassifier _classifier = new(minimumConfidence: 0.6);

    [Fact]
    public void Tenants_sentences_are_understood_before_anything_is_learned()
    {
        var all = Score(TenantSentences.All);
        var heldOut = Score(TenantSentences.HeldOut);
        foreach (var (text, category) in TenantSentences.All)
            if (_classifier.Classify(text) is var answer && answer.Category != category)
                output.WriteLine($"{category} taken for {answer.Category} ({answer.Confidence:F2}): {text}");
        output.WriteLine($"all: {all}");
        output.WriteLine($"held out: {heldOut}");

        all.MacroF1.ShouldBeGreaterThan(0.95);
        heldOut.MacroF1.ShouldBeGreaterThan(0.93);
    }

    [Fact]
    public void Confidence_before_learning_is_close_to_how_often_it_is_right() =>
        Score(TenantSentences.All).CalibrationError.ShouldBeLessThan(0.08);

    [Fact]
    public void Confidence_falls_when_agents_disagree_about_the_same_words()
    {
        // A word no lexicon has, labelled at random by 70 : 30: the honest confidence is about 0.7.
        var disagreeing = Enumerable.Range(1, 400).Select(i =>
            new Correction(Id(i), "zzgrmbl", i % 10 < 7 ? Painting : Carpentry));
        _classifier.Learn(disagreeing);

        var answer = _classifier.Classify("zzgrmbl");

        answer.Category.ShouldBe(Painting);
        answer.Confidence.ShouldBeInRange(0.6, 0.8);
    }

    [Fact]
    public void Calibration_on_noisy_labels_matches_their_noise()
    {
        // Every fifth label is wrong: whatever the text, nobody can be right more often than in 80 of 100.
        var noisy = Enumerable.Range(0, 1_020).Select(i => TenantSentences.All[i % TenantSentences.All.Count] is var (text, category)
            ? (Text: text, Category: i % 5 == 0 ? (TradeCategory)(((int)category + 1 + (i / 5 % 7)) % 8) : category)
            : throw new InvalidOperationException()).ToList();
        _classifier.Learn(noisy.Take(680).Select((s, i) => new Correction(Id(i + 1), s.Text, s.Category)));

        var score = Score(noisy.Skip(680));

        output.WriteLine(score.ToString());
        score.CalibrationError.ShouldBeLessThan(0.06);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \t\n ")]
    [InlineData("the and of it is")]
    [InlineData("🙂🙃👍🏽")]
    [InlineData("qwxz vbnm hjkl")]
    public void A_text_that_says_nothing_is_general_and_flagged(string text)
    {
        var answer = _classifier.Classify(text);
        answer.Category.ShouldBe(General);
        answer.Uncertain.ShouldBeTrue();
    }

    [Theory]
    [InlineData("the raditor is stone cold", Hvac)]
    [InlineData("refridgerator is dead", Appliance)]
    [InlineData("cockroches everywhere", PestControl)]
    [InlineData("toillet cloged", Plumbing)]
    public void Misspelt_words_are_understood_by_their_pieces(string text, TradeCategory category) =>
        _classifier.Classify(text).Category.ShouldBe(category);

    [Fact]
    public void The_minimum_confidence_decides_what_is_flagged()
    {
        const string text = "broken kitchen thing makes noise";
        var confidence = _classifier.Classify(text).Confidence;
        new OfflineClassifier(confidence - 0.01).Classify(text).Uncertain.ShouldBeFalse();
        new OfflineClassifier(confidence + 0.01).Classify(text).Uncertain.ShouldBeTrue();
    }

    [Fact]
    public void A_correction_changes_the_next_answer_for_such_a_report()
    {
        const string text = "the dumbwaiter hoist grinds";
        _classifier.Learn(Enumerable.Range(1, 3).Select(i => new Correction(Id(i), text, General)));
        _classifier.Classify(text).Category.ShouldBe(General);

        _classifier.Learn(Enumerable.Range(10, 12).Select(i => new Correction(Id(i), text, Electrical)));
        _classifier.Classify(text).Category.ShouldBe(Electrical);
    }

    [Fact]
    public void Enough_evidence_overrules_the_lexicon()
    {
        _classifier.Classify("the radiator").Category.ShouldBe(Hvac);
        _classifier.Learn(Enumerable.Range(1, 100).Select(i => new Correction(Id(i), "the radiator", Plumbing)));
        _classifier.Classify("the radiator").Category.ShouldBe(Plumbing);
    }

    [Fact]
    public void A_correction_seen_twice_counts_once()
    {
        var twice = new OfflineClassifier(minimumConfidence: 0.6);
        Correction[] some = [new(Id(1), "the widget hums", Appliance), new(Id(2), "the widget leaks", Plumbing)];
        _classifier.Learn(some);
        twice.Learn([.. some, .. some]);
        twice.Learn(some);

        twice.Learned.ShouldBe(2);
        twice.Classify("widget").Confidence.ShouldBe(_classifier.Classify("widget").Confidence);
    }

    [Fact]
    public void A_text_of_a_million_characters_is_read_to_a_bound()
    {
        var prose = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"w{i}"))[..1_000_000];
        ReportFeatures.Of(prose).Words.Length.ShouldBeLessThanOrEqualTo(ReportFeatures.MaximumWords);
        _classifier.Classify("My toilet is clogged. " + prose).Alternatives.Count.ShouldBe(7);
        _classifier.Classify(new string('\uD800', 1_000_000)).Alternatives.Count.ShouldBe(7);
        _classifier.Classify(new string('\uFDFA', 1_000_000)).Alternatives.Count.ShouldBe(7);
        _classifier.Learn([new Correction(Id(1), prose, General)]);
        _classifier.Learned.ShouldBe(1);
    }

    [Fact]
    public void Whatever_is_written_there_are_eight_probabilities_that_add_up_to_one() =>
        Prop.ForAll<string?, string?>((title, description) =>
        {
            var answer = _classifier.Classify(Correction.TextOf(title ?? "", description ?? ""));
            var all = answer.Alternatives.Append((answer.Category, Probability: answer.Confidence)).ToList();
            return all.Select(a => a.Category).Distinct().Count() == 8
                && all.All(a => a.Probability is > 0 and < 1)
                && Math.Abs(all.Sum(a => a.Probability) - 1) < 1e-9
                && answer.Alternatives[0].Probability <= answer.Confidence;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_and_grouping_of_corrections_do_not_matter()
    {
        var corrections = Gen.Choose(0, TenantSentences.All.Count - 1).Select(i => i)
            .SelectMany(_ => Gen.Choose(0, 7), (i, category) => (Text: TenantSentences.All[i].Text, Category: (TradeCategory)category))
            .ListOf().Select(list => list.Select((c, i) => new Correction(Id(i + 1), c.Text, c.Category)).ToArray());
        var shuffled = corrections.SelectMany(list => Gen.Shuffle(list), (list, other) => (list, other));

        Prop.ForAll(shuffled.ToArbitrary(), both =>
        {
            OfflineClassifier one = new(minimumConfidence: 0.6), other = new(minimumConfidence: 0.6);
            one.Learn(both.list);
            foreach (var chunk in both.other.Chunk(3)) other.Learn(chunk);
            return TenantSentences.All.Take(10).All(s => one.Classify(s.Text).Confidence.Equals(other.Classify(s.Text).Confidence));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public async Task Readers_see_all_of_a_batch_or_nothing_while_others_learn()
    {
        var cancel = TestContext.Current.CancellationToken;
        var batch = Enumerable.Range(1, 50).Select(i => new Correction(Id(i), "gizmo", Painting)).ToList();
        var before = _classifier.Classify("gizmo").Confidence;
        var done = new OfflineClassifier(minimumConfidence: 0.6);
        done.Learn(batch);
        var after = done.Classify("gizmo").Confidence;
        using var start = new Barrier(3);

        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            start.SignalAndWait(cancel);
            return Enumerable.Range(0, 5_000).Select(_ => _classifier.Classify("gizmo").Confidence).Distinct().ToList();
        }, cancel)).ToList();
        start.SignalAndWait(cancel);
        _classifier.Learn(batch);

        foreach (var seen in await Task.WhenAll(readers))
            seen.ShouldBeSubsetOf([before, after]);
        _classifier.Classify("gizmo").Confidence.ShouldBe(after);
    }

    private ClassifierScore Score(IEnumerable<(string Text, TradeCategory Category)> sentences) => ClassifierScore.Of(
        sentences.Select(s => _classifier.Classify(s.Text) is var a ? (s.Category, a.Category, a.Confidence, a.Uncertain) : default));

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
