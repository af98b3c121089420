using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class ProofReportTests
{
    private static readonly Invariant Kept = new("made.kept", "Kept.");
    private static readonly Invariant Broken = new("made.broken", "Never <b>mixed</b> & matched.");
    private static readonly Invariant Untried = new("made.untried", "Nobody looked.");

    [Fact]
    public void Verdicts_keep_the_first_twenty_counter_examples_and_count_all()
    {
        var verdicts = new Verdicts([Broken]);
        for (var i = 0; i < 30; i++) verdicts.Break(Broken, $"example {i}");
        var result = verdicts.Results.ShouldHaveSingleItem();
        (result.Broken, result.CounterExamples.Count, result.Holds).ShouldBe((30, 20, false));
    }

    [Fact]
    public void An_invariant_that_nothing_tried_does_not_hold() =>
        new Verdicts([Untried]).Results.ShouldHaveSingleItem().Holds.ShouldBeFalse();

    [Theory]
    [InlineData(0.50, 5)]
    [InlineData(0.95, 10)]
    [InlineData(0.01, 1)]
    public void Percentiles_are_observed_values(double share, double expected) =>
        Latency.At([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], share).ShouldBe(expected);

    [Fact]
    public void The_page_stands_alone_and_escapes_what_it_shows()
    {
        var html = HtmlReport.Write(Report());
        html.ShouldContain("<svg");
        html.ShouldContain("prefers-color-scheme:dark");
        html.ShouldContain("made.broken");
        html.ShouldContain("&lt;script&gt;");
        foreach (var outside in new[] { "<script", "<link", "src=", "href=", "@import", "url(" }) html.ShouldNotContain(outside);
        html.ShouldNotContain("NaN");
    }

    [Fact]
    public void The_page_is_the_same_in_any_culture()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        var report = Report();
        var expected = HtmlReport.Write(report);
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
            HtmlReport.Write(report).ShouldBe(expected);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void The_text_names_verdicts_latencies_and_answers()
    {
        var text = TextReport.Write(Report());
        text.ShouldContain("BROKEN made.broken");
        text.ShouldContain("holds  made.kept");
        text.ShouldContain("409 ticket_already_taken: 50");
        text.ShouldContain("p99");
    }

    private static ProofReport Report()
    {
        var verdicts = new Verdicts([Kept, Broken]);
        verdicts.Hold(Kept);
        verdicts.Break(Broken, "<script>alert(1)</script>");
        return new ProofReport
        {
            Name = "made",
            Run = new ProofRun([new Uri("http://one.test")], 42, TimeProvider.System),
            StartedAt = DateTimeOffset.UnixEpoch,
            Took = TimeSpan.FromSeconds(2),
            Results = verdicts.Results,
            Operations = [.. Enumerable.Range(1, 100).Select(i => new Operation(
                i, i, 1, "racer", 0, "accept", "k", i * 1000, i * 1000 + i * 400, i % 2 == 0 ? 200 : 409, i % 2 == 0 ? null : "ticket_already_taken", new Dictionary<string, string>()))],
            Figures = [new("Tickets", "1")],
        };
    }
}
