using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

/// <summary>Boards behind HTTP that lose pages, refuse and change; what comes of them.</summary>
[Trait("kind", "db")]
public sealed class SourceTests
{
    [Theory, EachEngine]
    public async Task Whole_boards_are_taken_in_and_what_is_gone_from_them_is_closed(Engine engine)
    {
        await using var boards = await Boards.StartAsync();
        await using var app = await AppAsync(engine, boards);
        var (admin, user) = (await JobFixture.AdminAsync(app), await TestUser.RegisterAsync(app));
        boards.Greenhouse["good"] = 3;
        boards.Lever["good"] = 230;
        var green = Reading(await admin.PostAsync("/v1/jobs/sources/greenhouse/read", new { }), "good");
        (green.GetProperty("complete").GetBoolean(), green.Count("found"), green.Count("expected"), green.Count("created")).ShouldBe((true, 3, 3, 3));
        var lever = Reading(await admin.PostAsync("/v1/jobs/sources/lever/read", new { }), "good");
        (lever.GetProperty("complete").GetBoolean(), lever.Count("found"), lever.Count("created")).ShouldBe((true, 230, 230));

        var found = await user.SearchAsync("q=greenhouse job 1&facets=source");
        var job = await user.GetAsync($"/v1/jobs/{found.GetProperty("items")[0].GetProperty("id").GetGuid()}");
        job.GetProperty("description").GetString()!.ShouldBe("Do this & that 1\n\n- well");
        (job.GetProperty("company").GetString(), job.GetProperty("url").GetString()).ShouldBe(("Good Company", "https://boards.greenhouse.example/good/jobs/1"));
        var remote = (await user.SearchAsync("q=lever job 7&company=Lever House")).GetProperty("items")[0];
        (remote.GetProperty("workplace").GetString(), remote.GetProperty("pay").GetProperty("yearlyMost").GetInt64()).ShouldBe(("remote", 60_000));
        (await user.GetAsync($"/v1/jobs/{remote.GetProperty("id").GetGuid()}")).GetProperty("description").GetString()!.ShouldContain("- a driving licence 7");

        boards.Greenhouse["good"] = 2;
        Reading(await admin.PostAsync("/v1/jobs/sources/greenhouse/read", new { }), "good").Count("closed").ShouldBe(1);
        (await user.SearchAsync("source=greenhouse")).Count("total").ShouldBe(2);
        (await user.GetAsync($"/v1/jobs/sources")).GetProperty("items")[0].GetProperty("boards")[0].GetProperty("found").GetInt32().ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_source_that_loses_refuses_or_lies_is_told_and_stops_no_other(Engine engine)
    {
        await using var boards = await Boards.StartAsync();
        await using var app = await AppAsync(engine, boards);
        var (admin, user) = (await JobFixture.AdminAsync(app), await TestUser.RegisterAsync(app));
        boards.Greenhouse["good"] = 5;
        boards.Lever["good"] = 120;
        await using (var scope = app.Host.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<FindJobs>().RunAsync(new FindJobs.Request("job"), admin.Id, synthetic: false, null, CancellationToken.None)).Value!.Total.ShouldBe(125);

        // 139 of 2,422: what JobSpy's users got without being told.
        boards.GreenhouseTotal = 2_422;
        boards.Greenhouse["good"] = 139;
        boards.Refuse["lever/good/100"] = 403;
        boards.Refuse["greenhouse/other"] = 429;
        boards.Refuse["lever/other/0"] = 500;
        var green = await admin.PostAsync("/v1/jobs/sources/greenhouse/read", new { });
        var (lost, limited) = (Reading(green, "good"), Reading(green, "other"));
        (lost.GetProperty("complete").GetBoolean(), lost.Count("found"), lost.Count("expected")).ShouldBe((false, 139, 2_422));
        (limited.GetProperty("complete").GetBoolean(), limited.GetProperty("problem").GetString()!.Contains("429", StringComparison.Ordinal)).ShouldBe((false, true));
        var lever = Reading(await admin.PostAsync("/v1/jobs/sources/lever/read", new { }), "good");
        (lever.GetProperty("complete").GetBoolean(), lever.Count("found")).ShouldBe((false, 100));
        lever.GetProperty("problem").GetString()!.ShouldContain("403");

        // Nothing is closed by a reading that is not complete.
        (await user.SearchAsync("source=lever")).Count("total").ShouldBe(120);
        (await user.SearchAsync("source=greenhouse")).Count("total").ShouldBe(139);

        boards.LeverRepeats = true;
        boards.Refuse.Clear();
        var moved = Reading(await admin.PostAsync("/v1/jobs/sources/lever/read", new { }), "good");
        moved.GetProperty("problem").GetString()!.ShouldContain("changed while it was read");

        await using var again = app.Host.Services.CreateAsyncScope();
        var find = again.ServiceProvider.GetRequiredService<FindJobs>();
        var before = boards.Calls;
        var answer = (await find.RunAsync(new FindJobs.Request("job", Sources: ["linkedin", "greenhouse"]), admin.Id, synthetic: false, null, CancellationToken.None)).Value!;
        answer.Readings.Single(r => r.Source == "linkedin").Problem!.ShouldContain("needs a partner key");
        boards.Calls.ShouldBe(before, "a board that was read lately is not read again");
        (await find.RunAsync(new FindJobs.Request("job", Sources: ["monster"]), admin.Id, synthetic: false, null, CancellationToken.None)).Problem!.Code.ShouldBe("invalid_request");
    }

    private static Task<TestApp> AppAsync(Engine engine, Boards boards) => TestApp.StartAsync(engine, new Dictionary<string, string?>
    {
        ["Careers:Jobs:GreenhouseUrl"] = boards.Address, ["Careers:Jobs:LeverUrl"] = boards.Address,
        ["Careers:Jobs:GreenhouseBoards:0"] = "good=Good Company", ["Careers:Jobs:GreenhouseBoards:1"] = "other", ["Careers:Jobs:LeverSites:0"] = "good=Lever House", ["Careers:Jobs:LeverSites:1"] = "other",
        ["Careers:Greenhouse:Attempts"] = "1", ["Careers:Lever:Attempts"] = "1",
    });

    private static JsonElement Reading(JsonElement answer, string board) => answer.GetProperty("readings").EnumerateArray().Single(r => r.GetProperty("board").GetString() == board);

    /// <summary>Greenhouse and Lever as far as they are read.</summary>
    private sealed class Boards(WebApplication host) : IAsyncDisposable
    {
        private int _calls;

        internal ConcurrentDictionary<string, int> Greenhouse { get; } = new();

        internal ConcurrentDictionary<string, int> Lever { get; } = new();

        /// <summary>Address without its query, with the number that is skipped: status.</summary>
        internal ConcurrentDictionary<string, int> Refuse { get; } = new();

        internal int? GreenhouseTotal { get; set; }

        internal bool LeverRepeats { get; set; }

        internal int Calls => _calls;

        internal string Address => host.Urls.First();

        internal static async Task<Boards> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var host = builder.Build();
            var boards = new Boards(host);
            host.Urls.Add("http://127.0.0.1:0");
            host.MapGet("/v1/boards/{board}/jobs", boards.GreenhouseJobs);
            host.MapGet("/v0/postings/{site}", boards.LeverPostings);
            await host.StartAsync();
            return boards;
        }

        private IResult GreenhouseJobs(string board)
        {
            Interlocked.Increment(ref _calls);
            if (Refuse.TryGetValue($"greenhouse/{board}", out var status)) return Results.StatusCode(status);
            if (!Greenhouse.TryGetValue(board, out var count)) return Results.NotFound();
            return Results.Json(new
            {
                jobs = Enumerable.Range(1, count).Select(i => new
                {
                    id = i, title = $"Greenhouse job {Name(i)} {i}", location = new { name = "Pune, IN" }, absolute_url = $"https://boards.greenhouse.example/{board}/jobs/{i}", first_published = "2026-11-01T09:00:00-05:00",
                    content = $"&lt;p&gt;Do this &amp;amp; that {i}&lt;/p&gt;&lt;ul&gt;&lt;li&gt;well&lt;/li&gt;&lt;/ul&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
                }),
                meta = new { total = GreenhouseTotal ?? count },
            });
        }

        private IResult LeverPostings(string site, int skip, int limit)
        {
            Interlocked.Increment(ref _calls);
            if (Refuse.TryGetValue($"lever/{site}/{skip}", out var status)) return Results.StatusCode(status);
            if (!Lever.TryGetValue(site, out var count)) return Results.NotFound();
            var from = LeverRepeats && skip > 0 ? skip - 1 : skip;
            return Results.Json(Enumerable.Range(0, count).Skip(from).Take(limit).Select(i => new
            {
                id = $"l{i}", text = $"Lever job {Name(i)} {i}", categories = new { location = "Austin", commitment = "Full-time" }, country = "US", description = $"<div>Work {i}</div>",
                lists = new[] { new { text = "You have", content = $"<li>a driving licence {i}</li>" } }, additional = "<p>Bye</p>", hostedUrl = $"https://jobs.lever.example/{site}/l{i}", applyUrl = $"https://jobs.lever.example/{site}/l{i}/apply",
                workplaceType = "remote", salaryRange = new { currency = "USD", interval = "per-year-salary", min = 50_000, max = 60_000 }, createdAt = 1_762_300_800_000L,
            }));
        }

        /// <summary>Titles that differ in more than a number.</summary>
        private static string Name(int i) => new(i.ToString(CultureInfo.InvariantCulture).Select(c => (char)(c - '0' + 'a')).ToArray());

        public async ValueTask DisposeAsync() => await host.DisposeAsync();
    }
}
