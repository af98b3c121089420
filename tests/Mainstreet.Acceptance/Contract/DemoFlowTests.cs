using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Contract;

[Trait("kind", "db")]
public sealed class DemoFlowTests(ITestOutputHelper output)
{
    private const string Password = "Mainstreet-demo-1";

    [Theory, EachEngine]
    public async Task On_the_demo_street_a_ticket_goes_from_report_to_rating(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var started = TimeProvider.System.GetTimestamp();
        var tenant = await TestUser.SignInAsync(app, "tenant1@demo.test", Password);
        var agent = await TestUser.SignInAsync(app, "agent1@demo.test", Password);
        var report = await tenant.PostAsync("/v1/tickets", new
        {
            title = "Kitchen sink leaks", description = "Water drips from the pipe under the sink.", location = new { lat = 40.7305, lon = -73.9910 }, priority = "high",
        });
        var id = report.GetProperty("id").GetGuid();
        report.GetProperty("trade").GetProperty("category").GetString().ShouldBe("plumbing");
        await agent.PostAsync($"/v1/tickets/{id}/triage", new { category = "plumbing" });
        var ranked = (await agent.PostAsync("/v1/matching/search", new { location = new { lat = 40.7305, lon = -73.9910 }, category = "plumbing", radiusMeters = 60_000, limit = 50 })).GetProperty("items");
        ranked.GetArrayLength().ShouldBeGreaterThan(0);
        var wave = await agent.PostAsync($"/v1/tickets/{id}/offers", new { contractorIds = ranked.EnumerateArray().Take(3).Select(m => m.GetProperty("contractorId").GetGuid()) });
        var asked = wave.GetProperty("offers").EnumerateArray().Select(o => o.GetProperty("contractorId").GetGuid()).ToHashSet();
        (await agent.GetAsync($"/v1/matching/explain/{id}")).GetRawText().ShouldContain(asked.First().ToString());

        TestUser? worker = null;
        for (var i = 1; i <= 50 && worker is null; i++)
        {
            var candidate = await TestUser.SignInAsync(app, string.Create(CultureInfo.InvariantCulture, $"contractor{i}@demo.test"), Password);
            if (asked.Contains((await candidate.GetAsync("/v1/contractors/me")).GetProperty("contractorId").GetGuid())) worker = candidate;
        }

        worker.ShouldNotBeNull();
        (await worker.PostAsync($"/v1/tickets/{id}/accept", new { })).GetProperty("status").GetString().ShouldBe("accepted");
        await worker.PostAsync($"/v1/tickets/{id}/start", new { });
        await worker.PostAsync($"/v1/tickets/{id}/complete", new { note = "New seal.", price = new { amount = 9_900, currency = "USD" } });
        (await tenant.PostAsync($"/v1/tickets/{id}/rating", new { stars = 5 })).GetProperty("status").GetString().ShouldBe("closed");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: report to rating in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s"));
        (await tenant.GetAsync($"/v1/tickets/{id}/history")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("action").GetString()).ShouldBe(
            ["ticket.created", "ticket.triaged", "ticket.offered", "ticket.accepted", "ticket.started", "ticket.completed", "ticket.rated"]);
    }
}
