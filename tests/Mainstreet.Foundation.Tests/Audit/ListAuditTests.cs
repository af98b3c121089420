using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Audit;

[Trait("kind", "db")]
public sealed class ListAuditTests
{
    [Theory, EachEngine]
    public async Task Pages_join_to_the_whole_trail_newest_first(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var admin = await AdminAsync(app);
        await WriteAsync(app, 25);
        var all = await CollectAsync(admin.Http, "/v1/audit?limit=200");
        all.Count.ShouldBeGreaterThanOrEqualTo(75);
        all.Select(r => r.At).ShouldBe(all.Select(r => r.At).OrderDescending());
        (await CollectAsync(admin.Http, "/v1/audit?limit=7")).ShouldBe(all);
    }

    [Theory, EachEngine]
    public async Task Filters_by_stream_actor_and_time(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var admin = await AdminAsync(app);
        await WriteAsync(app, 10);
        var one = await CollectAsync(admin.Http, "/v1/audit?stream=thing:b&limit=3");
        one.Select(r => r.Seq).ShouldBe(Enumerable.Range(1, 10).Reverse());
        (await CollectAsync(admin.Http, $"/v1/audit?actor={Actor:D}&limit=4")).Count.ShouldBe(30);
        (await CollectAsync(admin.Http, "/v1/audit?resource=thing:b&limit=4")).Count.ShouldBe(10);
        (await CollectAsync(admin.Http, "/v1/audit?resource=thing&limit=4")).Count.ShouldBe(30, "side streams of a thing carry its name and a colon");
        (await CollectAsync(admin.Http, "/v1/audit?resource=thin%25&limit=4")).ShouldBeEmpty();
        var middle = Uri.EscapeDataString(one[5].At.ToString("O"));
        (await CollectAsync(admin.Http, $"/v1/audit?stream=thing:b&from={middle}")).Select(r => r.Seq).ShouldBe([10, 9, 8, 7, 6, 5]);
        (await CollectAsync(admin.Http, $"/v1/audit?stream=thing:b&to={middle}")).Select(r => r.Seq).ShouldBe([4, 3, 2, 1]);
        var item = await ReadAsync(admin.Http, "/v1/audit?stream=thing:a&limit=1");
        item.GetProperty("items")[0].GetProperty("detail").GetProperty("n").GetInt32().ShouldBe(10);
        item.GetProperty("items")[0].GetProperty("hash").GetString()!.Length.ShouldBe(64);
    }

    [Fact]
    public async Task Only_administrators_may_read_and_bad_questions_are_400()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite);
        (await app.Http.GetAsync("/v1/audit", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var customer = await TestUser.RegisterAsync(app);
        (await customer.Http.GetAsync("/v1/audit", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var admin = await AdminAsync(app);
        foreach (var query in new[] { "limit=0", "limit=201", "limit=x", "cursor=%21", "cursor=AAAA", "actor=x", "from=yesterday", "cursor=OTk5OTk5OTk5OTk5OTk5OTk5OSAxIHg" })
        {
            var answer = await admin.Http.GetAsync($"/v1/audit?{query}", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, query);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }
    }

    private static readonly Guid Actor = Guid.Parse("01890000-0000-7000-8000-000000000001");

    private sealed record Row(string Stream, int Seq, DateTimeOffset At);

    private static async Task WriteAsync(TestApp app, int each)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
        for (var i = 1; i <= each; i++)
        {
            foreach (var stream in new[] { "thing:a", "thing:b", "thing:c" })
                await db.AuditAsync(new AuditEntry(stream, Actor, "thing.moved", Detail: new { N = i }), TestContext.Current.CancellationToken);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private static async Task<List<Row>> CollectAsync(HttpClient http, string path)
    {
        var rows = new List<Row>();
        string? cursor = null;
        do
        {
            var page = await ReadAsync(http, cursor is null ? path : $"{path}&cursor={cursor}");
            rows.AddRange(page.GetProperty("items").EnumerateArray().Select(i =>
                new Row(i.GetProperty("stream").GetString()!, i.GetProperty("seq").GetInt32(), i.GetProperty("at").GetDateTimeOffset())));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return rows;
    }

    private static async Task<JsonElement> ReadAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    private static async Task<TestUser> AdminAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        const string email = "admin@example.test";
        (await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, "Admin", TestUser.Password, TestContext.Current.CancellationToken))
            .Ok.ShouldBeTrue();
        return await TestUser.SignInAsync(app, email, TestUser.Password);
    }
}
