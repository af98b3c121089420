using System.Globalization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Demo;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Demo;

[Trait("kind", "unit")]
public class DemoBoroughsTests
{
    [Fact]
    public void There_are_five_of_simple_shape() =>
        DemoBoroughs.All.ShouldAllBe(b => b.Area.Shape.IsValid && b.Area.Shape.NumPoints <= 41);

    [Fact]
    public void They_do_not_overlap()
    {
        foreach (var (name, area) in DemoBoroughs.All)
        {
            foreach (var (otherName, other) in DemoBoroughs.All)
            {
                if (name != otherName) area.Shape.Intersection(other.Shape).Area.ShouldBe(0, 1e-12, $"{name} and {otherName}");
            }
        }
    }

    [Theory]
    [InlineData("Manhattan", 40.7580, -73.9855)]
    [InlineData("Brooklyn", 40.6602, -73.9690)]
    [InlineData("Queens", 40.7498, -73.8448)]
    [InlineData("Bronx", 40.8506, -73.8770)]
    [InlineData("Staten Island", 40.5834, -74.1496)]
    public void Well_known_places_lie_in_their_borough(string name, double latitude, double longitude) =>
        DemoBoroughs.All.Where(b => b.Area.Covers(latitude, longitude)).Select(b => b.Name).ShouldBe([name]);

    [Fact]
    public async Task Complaints_lie_in_the_borough_that_they_name()
    {
        var path = FindComplaints();
        if (path is null) Assert.Skip("shared/data/trades/complaints.csv is not beside this checkout (MAINSTREET_SHARED names another place).");
        await using var file = File.OpenRead(path);
        var cancel = TestContext.Current.CancellationToken;
        var opened = await CsvRows.OpenAsync(file, ["borough", "latitude", "longitude"], new(), cancel);
        var boroughs = DemoBoroughs.All.ToDictionary(b => b.Name, b => b.Area, StringComparer.OrdinalIgnoreCase);
        var counts = new Dictionary<string, (int All, int Inside)>(StringComparer.OrdinalIgnoreCase);
        await foreach (var row in opened.Value!.ReadAsync(cancel))
        {
            row.Ok.ShouldBeTrue();
            if (row["latitude"] is not { Length: > 0 } latitude) continue;
            var borough = row["borough"]!;
            var isInside = boroughs[borough].Covers(
                double.Parse(latitude, CultureInfo.InvariantCulture), double.Parse(row["longitude"]!, CultureInfo.InvariantCulture));
            var (all, inside) = counts.GetValueOrDefault(borough);
            counts[borough] = (all + 1, inside + (isInside ? 1 : 0));
        }
        counts.Count.ShouldBe(5);
        foreach (var (name, (all, inside)) in counts) (inside / (double)all).ShouldBeGreaterThanOrEqualTo(0.97, name);
    }

    private static string? FindComplaints()
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } named) roots.Add(named);
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent) roots.Add(Path.Combine(at.FullName, "shared"));
        return roots.Select(r => Path.Combine(r, "data", "trades", "complaints.csv")).FirstOrDefault(File.Exists);
    }
}
