using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Trades.Matching;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Matching;

[Trait("kind", "db")]
public sealed class CandidateIndexTests
{
    private const double Everywhere = Geo.MaxDistanceMeters;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Rings_follow_one_another_without_gap_or_repetition(string engine)
    {
        await using var database = await MatchingDatabase.OpenAsync(engine, TestContext.Current.CancellationToken);
        Prop.ForAll(World.Any(120).ToArbitrary(), world =>
        {
            database.Replace(world.Contractors);
            var filter = new CandidateFilter(
                world.Query.Lat, world.Query.Lon, world.Query.Category, Math.Min(world.Query.RadiusMeters, Everywhere), world.Query.BusinessId,
                world.Query.Synthetic, world.Query.Cap);
            var all = new List<FoundCandidate>();
            var from = 0.0;
            for (var rings = 0; double.IsFinite(from); rings++)
            {
                rings.ShouldBeLessThan(1_000);
                var page = database.Index.ReadAsync(
                    filter, new CandidatePosition(from, all.Count, double.PositiveInfinity, world.Options.PageSize), CancellationToken.None)
                    .GetAwaiter().GetResult();
                page.LowerBoundMeters.ShouldBeGreaterThan(from);
                page.Items.ShouldAllBe(i => i.DistanceMeters >= from && i.DistanceMeters < page.LowerBoundMeters);
                page.Items.Select(i => i.DistanceMeters).ShouldBeInOrder();
                all.AddRange(page.Items);
                from = page.LowerBoundMeters;
            }
            all.Select(i => i.Contractor).ShouldBe(world.Contractors.Where(c => IsVisible(c, filter)), ignoreOrder: true);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Theory]
    [InlineData("sqlite", "trades_contractors")]
    [InlineData("postgres", "trades.contractors")]
    public async Task The_index_follows_every_change_of_a_contractor(string engine, string table)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var database = await MatchingDatabase.OpenAsync(engine, cancel);
        database.Replace([Plain(10, 20) with { TradesMask = 0b101 }]);
        async Task<int> Count(double lat, double lon, TradeCategory category) => (await database.Index.ReadAsync(
            new CandidateFilter(lat, lon, category, 1_000, null, false, 3), new CandidatePosition(0, 0, double.PositiveInfinity, 64), cancel)).Items.Count;

        (await Count(10, 20, TradeCategory.Plumbing)).ShouldBe(1);
        (await Count(10, 20, TradeCategory.Hvac)).ShouldBe(1);
        (await Count(10, 20, TradeCategory.Electrical)).ShouldBe(0);
        database.Execute($"UPDATE {table} SET lat = -33, lon = 179.999, trades = 128");
        (await Count(10, 20, TradeCategory.Plumbing)).ShouldBe(0);
        (await Count(-33, -179.999, TradeCategory.General)).ShouldBe(1);
        database.Execute($"UPDATE {table} SET status = 'Busy'");
        (await Count(-33, -179.999, TradeCategory.General)).ShouldBe(0);
        database.Execute($"UPDATE {table} SET status = 'Available', open_offers = 3");
        (await Count(-33, -179.999, TradeCategory.General)).ShouldBe(0);
        database.Execute($"UPDATE {table} SET open_offers = 2");
        (await Count(-33, -179.999, TradeCategory.General)).ShouldBe(1);
        database.Execute($"DELETE FROM {table}");
        (await Count(-33, -179.999, TradeCategory.General)).ShouldBe(0);
        if (engine == "sqlite")
        {
            using var left = database.Connection.CreateCommand();
            left.CommandText = "SELECT count(*) FROM trades_contractors_near";
            left.ExecuteScalar().ShouldBe(0L);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task It_works_inside_a_transaction_and_on_a_closed_connection(string engine)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var database = await MatchingDatabase.OpenAsync(engine, cancel);
        database.Replace([Plain(10, 20)]);
        var filter = new CandidateFilter(10, 20, TradeCategory.Plumbing, 1_000, null, false, 3);
        var start = new CandidatePosition(0, 0, double.PositiveInfinity, 64);

        await using (var transaction = await database.Connection.BeginTransactionAsync(cancel))
        {
            (await database.Index.ReadAsync(filter, start, cancel)).Items.Count.ShouldBe(1);
        }
        await database.Connection.CloseAsync();
        (await database.Index.ReadAsync(filter, start, cancel)).Items.Count.ShouldBe(1);
        database.Connection.State.ShouldBe(System.Data.ConnectionState.Closed);
    }

    [Theory]
    [InlineData("sqlite", "Sqlite")]
    [InlineData("postgres", "Postgres")]
    public async Task The_migration_goes_down_and_up_again(string engine, string folder)
    {
        await using var database = await MatchingDatabase.OpenAsync(engine, TestContext.Current.CancellationToken);
        database.Replace([Plain(1, 2)]);
        database.Execute(MatchingDatabase.Migration(folder, "down"));
        database.Execute(MatchingDatabase.Migration(folder, "up"));
        database.Replace([Plain(1, 2)]);
    }

    [Fact]
    public async Task PostgreSQL_scans_the_trades_index_by_distance_and_never_sorts()
    {
        await using var database = await MatchingDatabase.OpenAsync("postgres", TestContext.Current.CancellationToken);
        var random = new Random(3);
        database.Replace([.. Enumerable.Range(0, 100_000).Select(_ =>
        {
            var (lat, lon) = Geo.Destination(40.7, -74, random.NextDouble() * 360, 30_000 * Math.Sqrt(random.NextDouble()));
            return Plain(lat, lon) with { TradesMask = 1 << random.Next(8) };
        })]);

        foreach (var analyze in (bool[])[false, true])
        {
            if (analyze) database.Execute("ANALYZE trades.contractors");
            foreach (var category in Enum.GetValues<TradeCategory>())
            {
                foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
                {
                    foreach (var (meters, rows) in ((int, int)[])[(500, 64), (20_000, 64), (20_000, 1_360), (20_015_000, 64)])
                    {
                        var plan = Explain(database, category, mode, meters, rows);
                        var because = $"{category} {mode} {meters} m {rows} rows, analyzed {analyze}:\n{plan}";
                        plan.ShouldContain($"Index Scan using contractors_near_{(int)category}", Case.Sensitive, because);
                        plan.ShouldContain("Order By: (location <->", Case.Sensitive, because);
                        plan.ShouldNotContain("Sort", Case.Sensitive, because);
                    }
                }
            }
        }
    }

    private static string Explain(MatchingDatabase database, TradeCategory category, string mode, int meters, int rows)
    {
        using var command = database.Connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            SET plan_cache_mode = {mode};
            PREPARE near (float8, float8, float8, bool, int, uuid, int) AS {CandidateIndexPostgres.NearestSql(category)};
            EXPLAIN EXECUTE near (40.7, -74, {meters}, false, 3, NULL, {rows});
            DEALLOCATE near;
            """);
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read()) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    private static bool IsVisible(ContractorCandidate c, CandidateFilter filter) =>
        c.Status == "Available" && (c.TradesMask & ContractorCandidate.MaskOf(filter.Category)) != 0 && c.Synthetic == filter.Synthetic
        && c.OpenOffers < filter.Cap && (c.BusinessId is null || c.BusinessId == filter.BusinessId)
        && Geo.DistanceMeters(filter.Lat, filter.Lon, c.Lat, c.Lon) <= filter.MaxMeters;

    private static ContractorCandidate Plain(double lat, double lon) => new(
        Guid.NewGuid(), "Plain", lat, lon, null, 1, "Available", null, "Etc/UTC", 0, 0, 0, 0, 0, 0, false, null);
}
