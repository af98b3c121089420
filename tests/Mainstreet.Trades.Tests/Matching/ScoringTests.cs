using System.ComponentModel.DataAnnotations;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

[Trait("kind", "unit")]
public sealed class ScoringTests
{
    private static readonly Guid Seed = new("0197a000-0000-7000-8000-0000000000aa");
    private static readonly Guid Someone = new("0197a000-0000-7000-8000-0000000000bb");

    private static readonly Gen<ScoreInputs> Inputs =
        from ratings in Gen.Choose(0, 200)
        from stars in Gen.Choose(1, 5)
        from offered in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(0, 500)), (1, Gen.Choose(9_900, 20_000)))
        from accepted in Gen.Choose(0, offered)
        from jobs in Gen.Choose(0, 5)
        from open in Gen.Choose(0, 5)
        select new ScoreInputs(ratings * stars, ratings, offered, accepted, jobs, open);

    private static readonly Gen<MatchingOptions> Options =
        from weights in Gen.Choose(0, 100).ArrayOf(5)
        from scale in Gen.Choose(1, 100_000)
        from prior in Gen.Choose(0, 100)
        from strength in Gen.Choose(1, 100)
        select new MatchingOptions
        {
            DistanceWeight = (weights[0] + 1) / 101.0, PerformanceWeight = weights[1] / 100.0, AcceptanceWeight = weights[2] / 100.0,
            LoadWeight = weights[3] / 100.0, ExplorationWeight = weights[4] / 100.0, DistanceScaleMeters = scale,
            PriorAcceptance = prior / 100.0, PriorAcceptanceWeight = strength / 2.0, PriorRating = 1 + prior / 25.0,
        };

    [Fact]
    public void Parts_and_score_lie_between_0_and_1_and_under_the_ceiling() =>
        Prop.ForAll(Options.ToArbitrary(), Inputs.ToArbitrary(), Gen.Choose(0, 20_000_000).Two().ToArbitrary(), (options, inputs, draw) =>
        {
            var scoring = new Scoring(options);
            var (meters, who) = draw;
            var id = new Guid(who, 0, 0, new byte[8]);
            var parts = scoring.Breakdown(Seed, id, meters, inputs);
            var score = scoring.Score(parts);
            foreach (var part in (double[])[parts.Distance, parts.Performance, parts.Acceptance, parts.Load, parts.Exploration])
                part.ShouldBeInRange(0, 1);
            score.ShouldBeInRange(0, 1 + 1e-12);
            score.ShouldBeLessThan(scoring.Ceiling(meters));
            scoring.Ceiling(meters + 1).ShouldBeLessThanOrEqualTo(scoring.Ceiling(meters));
            var reach = scoring.Reach(score);
            if (double.IsFinite(reach)) scoring.Ceiling(reach + 1).ShouldBeLessThanOrEqualTo(score + 1e-9);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Nobody_loses_by_coming_nearer_a_better_rating_an_accepted_offer_or_less_work() =>
        Prop.ForAll(Options.ToArbitrary(), Inputs.ToArbitrary(), Gen.Choose(1, 100_000).ToArbitrary(), (options, inputs, meters) =>
        {
            var scoring = new Scoring(options);
            double Of(ScoreInputs i, double at) => scoring.Score(scoring.Breakdown(Seed, Someone, at, i));
            var score = Of(inputs, meters);
            Of(inputs, meters * 0.9).ShouldBeGreaterThanOrEqualTo(score);
            Of(inputs with { RatingSum = inputs.RatingSum + 5, RatingCount = inputs.RatingCount + 1 }, meters).ShouldBeGreaterThanOrEqualTo(score - 1e-12);
            Of(inputs with { ActiveJobs = inputs.ActiveJobs + 1 }, meters).ShouldBeLessThanOrEqualTo(score);
            Of(inputs with { OpenOffers = inputs.OpenOffers + 1 }, meters).ShouldBeLessThanOrEqualTo(score);
            if (inputs.OffersAccepted < inputs.OffersReceived)
                Of(inputs with { OffersAccepted = inputs.OffersAccepted + 1 }, meters).ShouldBeGreaterThanOrEqualTo(score);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void The_parts_follow_their_formulas()
    {
        var parts = new Scoring(new MatchingOptions()).Breakdown(Seed, Someone, 5_000, new ScoreInputs(45, 10, 16, 10, 1, 2));
        parts.Distance.ShouldBe(0.36787944117144233, 1e-15);       // 1/e at one scale
        parts.Performance.ShouldBe(((4 * 5 + 45) / 15.0 - 1) / 4, 1e-15);
        parts.Acceptance.ShouldBe((10 + 0.5 * 4) / (16 + 4), 1e-15);
        parts.Load.ShouldBe(0.25);
        parts.Exploration.ShouldBe(Scoring.UnitHash(Seed, Someone) / Math.Sqrt(17), 1e-15);
    }

    [Fact]
    public void Exploration_is_fixed_by_its_ids_and_even_over_many()
    {
        // Pinned: stored explanations are recomputed with it.
        Scoring.UnitHash(Seed, Someone).ShouldBe(PinnedHash);
        Scoring.UnitHash(Someone, Seed).ShouldNotBe(PinnedHash);

        var tenths = new int[10];
        for (var i = 0; i < 100_000; i++) tenths[(int)(Scoring.UnitHash(Seed, new Guid(i, 0, 0, new byte[8])) * 10)]++;
        tenths.ShouldAllBe(n => n > 9_600 && n < 10_400);
    }

    [Fact]
    public void Impossible_counters_do_no_harm()
    {
        var parts = new Scoring(new MatchingOptions()).Breakdown(Seed, Someone, 0, new ScoreInputs(-5, -1, -3, 9, -1, int.MinValue));
        parts.Acceptance.ShouldBe(0.5);
        parts.Load.ShouldBe(1);
        new Scoring(new MatchingOptions()).Breakdown(Seed, Someone, 0, new ScoreInputs(900, 1, 0, 0, int.MaxValue, int.MaxValue))
            .ShouldSatisfyAllConditions(p => p.Performance.ShouldBe(1), p => p.Load.ShouldBeGreaterThan(0));
    }

    [Fact]
    public void Ties_go_to_the_nearer_then_to_the_smaller_id()
    {
        Scoring.Compare(0.5, 10, Seed, 0.4, 1, Someone).ShouldBeLessThan(0);
        Scoring.Compare(0.5, 1, Someone, 0.5, 10, Seed).ShouldBeLessThan(0);
        Scoring.Compare(0.5, 1, Seed, 0.5, 1, Someone).ShouldBeLessThan(0);
        Scoring.Compare(0.5, 1, Seed, 0.5, 1, Seed).ShouldBe(0);
    }

    [Fact]
    public void Wrong_options_are_all_reported_at_once()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Trades:Matching:DistanceScaleMeters"] = "0",
            ["Trades:Matching:PriorRating"] = "6",
            ["Trades:Matching:PageSize"] = "0",
        }).Build();
        var services = new ServiceCollection();
        services.AddOptions<MatchingOptions>().Bind(settings.GetSection(MatchingOptions.Section));
        services.AddSingleton<IValidateOptions<MatchingOptions>, MatchingOptionsValidator>();
        using var provider = services.BuildServiceProvider();

        var failure = Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IOptions<MatchingOptions>>().Value);

        failure.Failures.Count().ShouldBe(3);
        var none = new MatchingOptions { DistanceWeight = 0, PerformanceWeight = 0, AcceptanceWeight = 0, LoadWeight = 0, ExplorationWeight = 0 };
        new MatchingOptionsValidator().Validate(null, none).Failed.ShouldBeTrue();
        new MatchingOptionsValidator().Validate(null, new MatchingOptions()).Succeeded.ShouldBeTrue();
        none.Validate(new ValidationContext(none)).ShouldHaveSingleItem();
    }

    private const double PinnedHash = 0.7484122335491711;   // computed apart from this code
}
