using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;
using NodaTime;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

[Trait("kind", "db")]
public sealed class MatcherTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_answer_is_that_of_scoring_every_contractor_there_is(string engine)
    {
        await using var database = await MatchingDatabase.OpenAsync(engine, TestContext.Current.CancellationToken);
        var (answered, stoppedEarly) = (0, 0);
        Prop.ForAll(World.Any(400).ToArbitrary(), world =>
        {
            var result = AgreesWithOracle(database, world);
            if (result.Items.Count > 0) answered++;
            if (result.Explanation.CompleteToMeters is not null) stoppedEarly++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

        // The worlds must be worth asking: most hold an answer, and a fair part is decided before the radius.
        answered.ShouldBeGreaterThan(120);
        stoppedEarly.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Both_engines_give_the_identical_list()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var postgres = await MatchingDatabase.OpenAsync("postgres", cancel);
        await using var sqlite = await MatchingDatabase.OpenAsync("sqlite", cancel);
        Prop.ForAll(World.Any(400).ToArbitrary(), world =>
        {
            postgres.Replace(world.Contractors);
            sqlite.Replace(world.Contractors);
            Rank(postgres, world).Items.ShouldBe(Rank(sqlite, world).Items);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_crowded_city_is_answered_from_its_nearest_part(string engine)
    {
        await using var database = await MatchingDatabase.OpenAsync(engine, TestContext.Current.CancellationToken);
        var random = new Random(7);
        var city = Enumerable.Range(0, 20_000).Select(i =>
        {
            var (lat, lon) = Geo.Destination(40.7, -74, random.NextDouble() * 360, 20_000 * Math.Sqrt(random.NextDouble()));
            return Plain(lat, lon) with { RatingSum = 9 * random.Next(3, 6), RatingCount = 9, OffersReceived = 20, OffersAccepted = random.Next(10, 20) };
        }).ToList();
        database.Replace(city);
        var world = new World(city, new MatchingOptions(), Query(40.7, -74, 20_000));

        var result = Rank(database, world);

        result.Items.Select(i => i.ContractorId).ShouldBe(Oracle(world).Select(o => o.Id));
        result.Explanation.Candidates.Count.ShouldBeLessThan(6_000);
        result.Explanation.CompleteToMeters.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Thousands_on_one_spot_are_all_considered(string engine)
    {
        await using var database = await MatchingDatabase.OpenAsync(engine, TestContext.Current.CancellationToken);
        var crowd = Enumerable.Range(0, 3_000).Select(_ => Plain(51.5, -0.1)).ToList();
        database.Replace(crowd);
        var world = new World(crowd, new MatchingOptions(), Query(51.5, -0.1, 10));

        var result = Rank(database, world);

        result.Explanation.Candidates.Count.ShouldBe(3_000);
        result.Items.Select(i => i.ContractorId).ShouldBe(Oracle(world).Select(o => o.Id));
    }

    [Fact]
    public async Task The_explanation_says_what_became_of_everybody_and_survives_storage()
    {
        await using var database = await MatchingDatabase.OpenAsync("sqlite", TestContext.Current.CancellationToken);
        var near = Plain(40.70, -74);
        var busier = Plain(40.72, -74) with { ActiveJobs = 2 };
        var gone = Plain(40.70, -74);
        var homely = Plain(40.80, -74) with { ServiceRadiusMeters = 1_000 };
        var asleep = Plain(40.71, -74) with { WorkingHours = """{"monday":[{"from":"08:00","to":"17:00"}]}""" };
        var broken = Plain(40.71, -74) with { WorkingHours = "[]" };
        List<ContractorCandidate> crowd = [near, busier, gone, homely, asleep, broken];
        database.Replace(crowd);
        var query = Query(40.7, -74, 20_000) with { Limit = 1, Excluded = [gone.Id] };

        var result = Rank(database, new World(crowd, new MatchingOptions(), query));
        var stored = MatchExplanation.FromJson(result.Explanation.ToJson());

        var reasons = stored.Candidates.ToDictionary(c => c.ContractorId, c => c.Reason);
        reasons.ShouldBe(new Dictionary<Guid, MatchReason>
        {
            [near.Id] = MatchReason.Chosen,
            [busier.Id] = MatchReason.Outranked,
            [gone.Id] = MatchReason.Excluded,
            [homely.Id] = MatchReason.OutsideServiceRadius,
            [asleep.Id] = MatchReason.NotWorking,
            [broken.Id] = MatchReason.WorkingHoursUnreadable,
        }, ignoreOrder: true);
        stored.Candidates.ShouldBe(result.Explanation.Candidates);
        stored.Replay().ShouldBe([near.Id]);
        stored.ToJson().ShouldBe(result.Explanation.ToJson());
    }

    [Fact]
    public async Task A_question_without_sense_is_refused()
    {
        await using var database = await MatchingDatabase.OpenAsync("sqlite", TestContext.Current.CancellationToken);
        foreach (var query in (MatchQuery[])[Query(91, 0, 1), Query(0, 181, 1), Query(double.NaN, 0, 1), Query(0, 0, -1),
            Query(0, 0, double.NaN), Query(0, 0, double.PositiveInfinity), Query(0, 0, 1) with { Limit = 0 }])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => Rank(database, new World([], new MatchingOptions(), query)));
        }
    }

    private static MatchResult AgreesWithOracle(MatchingDatabase database, World world)
    {
        database.Replace(world.Contractors);
        var result = Rank(database, world);
        var expected = Oracle(world);
        result.Items.Select(i => (i.ContractorId, i.DistanceMeters, i.Score))
            .ShouldBe(expected.Select(e => (e.Id, e.Meters, e.Score)));
        result.Explanation.Replay().ShouldBe(expected.Select(e => e.Id));
        result.Explanation.Candidates.Select(c => c.ContractorId).ShouldBeUnique();

        // Complete up to where it says it is.
        var complete = result.Explanation.CompleteToMeters;
        var considered = result.Explanation.Candidates.Select(c => c.ContractorId).ToHashSet();
        Visible(world).Where(c => complete is null || Meters(world, c) < complete).ShouldAllBe(c => considered.Contains(c.Id));
        return result;
    }

    private static MatchResult Rank(MatchingDatabase database, World world) =>
        new Matcher(database.Index, new Scoring(world.Options)).RankAsync(world.Query, CancellationToken.None).GetAwaiter().GetResult();

    private static double Meters(World world, ContractorCandidate c) =>
        Geo.DistanceMeters(world.Query.Lat, world.Query.Lon, c.Lat, c.Lon);

    private static IEnumerable<ContractorCandidate> Visible(World world) => world.Contractors.Where(c =>
        c.Status == "Available" && (c.TradesMask & ContractorCandidate.MaskOf(world.Query.Category)) != 0
        && c.Synthetic == world.Query.Synthetic && c.OpenOffers < world.Query.Cap
        && (c.BusinessId is null || c.BusinessId == world.Query.BusinessId)
        && Meters(world, c) <= world.Query.RadiusMeters);

    private static List<(Guid Id, double Meters, double Score)> Oracle(World world)
    {
        var scoring = new Scoring(world.Options);
        return [.. Visible(world)
            .Where(c => !world.Query.Excluded.Contains(c.Id))
            .Where(c => Meters(world, c) <= (c.ServiceRadiusMeters ?? world.Options.DefaultServiceRadiusMeters))
            .Where(c => c.WorkingHours is null
                || WorkingHours.Read(c.WorkingHours, c.TimeZone).Value?.IsWorking(Instant.FromDateTimeOffset(world.Query.At)) == true)
            .Select(c => (c.Id, Meters: Meters(world, c),
                Score: scoring.Score(scoring.Breakdown(world.Query.Seed, c.Id, Meters(world, c), ScoreInputs.Of(c)))))
            .OrderByDescending(c => c.Score).ThenBy(c => c.Meters).ThenBy(c => c.Id)
            .Take(world.Query.Limit)];
    }

    private static ContractorCandidate Plain(double lat, double lon) => new(
        Guid.NewGuid(), "Plain", lat, lon, null, 1, "Available", null, "America/New_York", 0, 0, 0, 0, 0, 0, false, null);

    private static MatchQuery Query(double lat, double lon, double radius) => new(
        lat, lon, TradeCategory.Plumbing, radius, 20, new Guid("0197a000-0000-7000-8000-0000000000aa"), World.Noon, null, false, [], 3);
}
