using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Access;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Tests.Configuration;
using Mainstreet.Store;
using Mainstreet.Studio;
using Mainstreet.Testing;
using Mainstreet.Trades;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Features;

/// <summary>Functions that an operator pauses, in the running program.</summary>
public sealed class FeatureTests
{
    [Theory, EachEngine]
    [Trait("kind", "db")]
    public async Task Each_function_is_paused_and_goes_on_without_a_restart(Engine engine)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mainstreet-features-{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        try
        {
            await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["SettingsFile"] = file });
            var somebody = await TestUser.RegisterAsync(app);
            foreach (var (feature, call, otherwise) in Calls(app, somebody))
            {
                (await CodeAsync(await call())).ShouldBe(otherwise, feature.Name);
                Write(file, feature, "false");
                Look(app);
                using (var refused = await call())
                {
                    refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, feature.Name);
                    refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(90));
                    (await CodeAsync(refused)).ShouldBe("feature_off");
                }

                var health = (await app.Host.Services.GetRequiredService<HealthReport>().AllAsync(TestContext.Current.CancellationToken)).Single(p => p.Name == "features").Health;
                health.Message.ShouldBe($"not on for everybody: {feature.Name}");
                health.Figures![char.ToLowerInvariant(feature.Name[0]) + feature.Name[1..]].ShouldBe("false");

                Write(file, feature, "true");
                Look(app);
                (await CodeAsync(await call())).ShouldBe(otherwise, feature.Name);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("kind", "db")]
    public async Task A_device_keeps_an_order_that_was_not_taken()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Features:StoreOrders"] = "false" });
        var somebody = await TestUser.RegisterAsync(app);
        var cart = Guid.CreateVersion7();
        var device = Guid.CreateVersion7();
        (await CodeAsync(await PostAsync(somebody.Http, "/v1/shop/mutations", new { clientId = device, mutationId = 1, accountId = somebody.Id, place = Order() }))).ShouldBe("feature_off");
        // Nothing was noted of the first: its number is still free.
        using var next = await PostAsync(somebody.Http, "/v1/shop/mutations",
            new { clientId = device, mutationId = 1, accountId = somebody.Id, set = new { cartId = cart, productId = Guid.CreateVersion7(), quantity = 0 } });
        next.StatusCode.ShouldBe(HttpStatusCode.OK, await next.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("kind", "unit")]
    public void A_percentage_is_kept_from_call_to_call_and_grows_only()
    {
        var people = Enumerable.Range(0, 20_000).Select(_ => Guid.CreateVersion7().ToString()).ToList();
        var before = new HashSet<string>();
        foreach (var (text, share) in new[] { ("0%", 0.0), ("0.5%", 0.005), ("25%", 0.25), ("60%", 0.6), ("100%", 1.0) })
        {
            var on = people.Where(p => FeatureShare.Parse(text).Includes("StoreOrders", p)).ToHashSet();
            ((double)on.Count / people.Count).ShouldBe(share, 0.02);
            on.SetEquals(people.Where(p => FeatureShare.Parse(text).Includes("StoreOrders", p))).ShouldBeTrue();
            before.IsSubsetOf(on).ShouldBeTrue("a larger share only adds");
            before = on;
        }

        var quarter = FeatureShare.Parse("25%");
        var both = people.Count(p => quarter.Includes("StoreOrders", p) && quarter.Includes("TradesTickets", p));
        ((double)both / people.Count).ShouldBe(0.0625, 0.02, "the shares of two functions have nothing to do with each other");
    }

    [Theory]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("100%", "true")]
    [InlineData("0%", "false")]
    [InlineData("12.5%", "12.5%")]
    [InlineData("0.01%", "0.01%")]
    [InlineData("101%", null)]
    [InlineData("-1%", null)]
    [InlineData("25", null)]
    [InlineData("", null)]
    [InlineData("half", null)]
    [Trait("kind", "unit")]
    public void A_share_is_read(string text, string? expected)
    {
        if (expected is null) Should.Throw<FormatException>(() => FeatureShare.Parse(text));
        else FeatureShare.Parse(text).ToString().ShouldBe(expected);
    }

    [Fact]
    [Trait("kind", "unit")]
    public async Task Shares_are_shown_and_wrong_ones_refused()
    {
        var (_, output, _) = await CommandLine.RunAsync("config", "show", "--Features:StoreOrders=12.5%");
        output.Split('\n').Single(l => l.StartsWith("Features:StoreOrders ", StringComparison.Ordinal)).ShouldMatch(@"12\.5%\s+command line");
        var (code, _, error) = await CommandLine.RunAsync("config", "check", "--Features:StoreOrders=some");
        code.ShouldBe(78);
        error.ShouldContain("must be true, false or a percentage");
    }

    [Theory]
    [InlineData("StoreOrder", "Features:StoreOrders")]
    [InlineData("RetryAfterSecond", "Features:RetryAfterSeconds")]
    [InlineData("Shop", null)]
    [Trait("kind", "unit")]
    public async Task A_slip_in_a_name_is_told_once_and_with_the_nearest_of_all_modules(string typed, string? nearest)
    {
        var (code, output, _) = await CommandLine.RunAsync("config", "check", "--json", "--environment=Development", $"--Features:{typed}=50");
        code.ShouldBe(0, output);
        var warning = JsonDocument.Parse(output).RootElement.GetProperty("warnings").EnumerateArray().ShouldHaveSingleItem();
        warning.GetProperty("key").GetString().ShouldBe($"Features:{typed}");
        if (nearest is null) output.ShouldNotContain("Features:StoreOrders");
        else warning.ToString().ShouldContain(nearest);
    }

    [Fact]
    [Trait("kind", "db")]
    public async Task A_pause_of_a_module_that_a_process_does_not_load_asks_it_for_no_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"mainstreet-features-{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        try
        {
            await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["SettingsFile"] = file, ["Modules"] = "trades" });
            Write(file, StoreFeatures.Orders, "false");
            Look(app);
            app.Host.Services.GetRequiredService<SettingsWatch>().State.NeedRestart.ShouldBeEmpty();
            app.Host.Services.GetRequiredService<FeatureSwitches>().All().Select(f => f.Key).ShouldBe(["Registration", "TradesTickets"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("kind", "db")]
    public async Task A_function_that_no_module_registered_cannot_be_asked_for()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Modules"] = "trades" });
        Should.Throw<InvalidOperationException>(() => app.Host.Services.GetRequiredService<FeatureSwitches>().Refusal(StoreFeatures.Orders, "somebody"));
    }

    private static IEnumerable<(Feature Feature, Func<Task<HttpResponseMessage>> Call, string Otherwise)> Calls(TestApp app, TestUser somebody)
    {
        yield return (AccessFeatures.Registration, () => PostAsync(app.Http, "/v1/auth/register",
            new { email = somebody.Email, password = TestUser.Password, displayName = "Twice", role = "customer" }), "email_taken");
        yield return (TradesFeatures.Tickets, () => PostAsync(somebody.Http, "/v1/tickets",
            new { title = "Leak", description = "Under the sink", location = new { lat = 1.0, lon = 1.0 }, propertyId = Guid.CreateVersion7() }), "property_not_found");
        yield return (StoreFeatures.Orders, () => PostAsync(somebody.Http, "/v1/orders", Order()), "cart_not_found");
        yield return (StudioFeatures.Publishing, () => PostAsync(somebody.Http, $"/v1/projects/{Guid.CreateVersion7()}/deployments", new { target = "local" }), "project_not_found");
        yield return (StudioFeatures.Assistant, () => PostAsync(somebody.Http, "/v1/ai/chat", new { projectId = Guid.CreateVersion7(), prompt = "Which files are there?" }), "project_not_found");
    }

    private static object Order() => new
    {
        cartId = Guid.CreateVersion7(), address = new { line1 = "1 Main Street", city = "Pune", postalCode = "411001", country = "IN" }, payment = new { method = "cod" },
    };

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body) => http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    private static void Write(string file, Feature feature, string value)
    {
        File.WriteAllText(file + ".new", $$"""{ "Features": { "{{feature.Name}}": {{value}}, "RetryAfterSeconds": 90 } }""");
        File.Move(file + ".new", file, overwrite: true);
    }

    private static void Look(TestApp app)
    {
        var watch = app.Host.Services.GetRequiredService<SettingsWatch>();
        watch.Look();
        watch.State.Rejected.ShouldBeNull();
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : text;
    }
}
