using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

[Trait("kind", "db")]
public sealed class JobAlertTests(CareersApps apps)
{
    [Theory, EachEngine]
    public async Task The_account_is_told_once_of_each_new_posting_that_fits(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (admin, user, word) = (await JobFixture.AdminAsync(app), await TestUser.RegisterAsync(app), JobFixture.Word());
        var id = (await user.PostAsync("/v1/jobs/searches", new { q = word, location = "Pune", name = "Bread" })).GetProperty("id").GetGuid();
        await using var live = await LiveClient.ConnectAsync(app.Address, user.AccessToken);
        await live.SubscribeAsync($"user:{user.Id}");
        await admin.ImportAsync($"id,title,location\n0,Baker {word},Pune\n", "text/csv", word);
        (await NextAsync(live)).GetProperty("jobs")[0].GetProperty("title").GetString().ShouldBe($"Baker {word}");

        await admin.ImportAsync($"id,title,location\n0,Baker {word},Pune\n1,Cook {word},Pune\n2,Cook {word},London\n3,Cook,Pune\n", "text/csv", word);
        var told = await NextAsync(live);
        (told.GetProperty("searchId").GetGuid(), told.GetProperty("name").GetString(), told.Count("count")).ShouldBe((id, "Bread", 1));
        told.GetProperty("jobs")[0].GetProperty("title").GetString().ShouldBe($"Cook {word}");

        // A change and a second source are no news; one that comes later is.
        await admin.ImportAsync($"id,title,location,salary\n1,Cook {word},Pune,₹20000 a month\n", "text/csv", word);
        await admin.ImportAsync($"id,title,location\n9,Cook {word},Pune\n", "text/csv", word + "-b");
        await admin.ImportAsync("id,title,location\n" + string.Concat(Enumerable.Range(10, 25).Select(i => $"{i},Job {i} {word},Pune\n")), "text/csv", word);
        var many = await NextAsync(live);
        // Of the second source's Cook nothing says that the company is the same: that is another job.
        if (many.Count("count") == 1) many = await NextAsync(live);
        (many.Count("count"), many.GetProperty("jobs").GetArrayLength()).ShouldBe((25, 20));
    }

    [Theory, EachEngine]
    public async Task Searches_are_kept_listed_and_removed_by_their_account_alone(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (user, other) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++) made.Add((await user.PostAsync("/v1/jobs/searches", new { q = $"baker {i}", workplace = new[] { "remote", "remote" }, byEmail = true })).GetProperty("id").GetGuid());
        var again = await user.SendJsonAsync(HttpMethod.Post, "/v1/jobs/searches", """{"seniority":["senior"],"location":"Pune"}""", ("Idempotency-Key", "s1"));
        var replayed = await user.SendJsonAsync(HttpMethod.Post, "/v1/jobs/searches", """{"seniority":["senior"],"location":"Pune"}""", ("Idempotency-Key", "s1"));
        replayed.Body.GetProperty("id").GetGuid().ShouldBe(again.Body.GetProperty("id").GetGuid());
        again.Body.GetProperty("name").GetString().ShouldBe("Pune, senior");

        var first = await user.GetAsync("/v1/jobs/searches?limit=4");
        var rest = await user.GetAsync($"/v1/jobs/searches?limit=4&cursor={first.GetProperty("next").GetString()}");
        first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Count().ShouldBe(6);
        first.GetProperty("items")[0].GetProperty("workplace").GetArrayLength().ShouldBe(1);
        (await other.GetAsync("/v1/jobs/searches")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.SendAsync(HttpMethod.Get, $"/v1/jobs/searches/{made[0]}")).Status.ShouldBe(404);
        (await other.SendAsync(HttpMethod.Delete, $"/v1/jobs/searches/{made[0]}")).Status.ShouldBe(404);
        (await user.SendAsync(HttpMethod.Get, $"/v1/jobs/searches/{made[0]}")).Status.ShouldBe(200);
        (await user.SendAsync(HttpMethod.Delete, $"/v1/jobs/searches/{made[0]}")).Status.ShouldBe(204);
        (await user.SendAsync(HttpMethod.Delete, $"/v1/jobs/searches/{made[0]}")).Status.ShouldBe(404);
        foreach (var bad in new[] { "{}", """{"q":" "}""", """{"q":5}""", """{"q":"a","payMin":-1,"currency":"EUR"}""", """{"q":"a","payMin":1}""", """{"q":"a","company":[null]}""", """{"q":"a","name":""}""", """{"workplace":["moon"]}""", $$"""{"q":"{{new string('x', 201)}}"}""", "[]", "" })
            (await user.SendJsonAsync(HttpMethod.Post, "/v1/jobs/searches", bad)).Status.ShouldBe(400, bad);
        (await app.Http.GetAsync("/v1/jobs/searches")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Theory, EachEngine]
    public async Task Mail_goes_out_once_a_search_and_never_twice_when_nobody_knows(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        await rig.TakeAsync("feed", "", [new() { Id = "1", Title = "Baker", Place = "Pune", Url = "https://a.example/1" }, new() { Id = "2", Title = "Cook", Place = "Pune" }]);
        var ids = await rig.InDbAsync(db => db.Postings.OrderBy(p => p.Title).Select(p => p.Id).ToListAsync());
        var (told, silent, unconfirmed) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var accounts = new Accounts(new AccountInfo(told, "told@example.test", true, "Told", false), new AccountInfo(silent, "silent@example.test", true, "Silent", false), new AccountInfo(unconfirmed, "un@example.test", false, "Un", false));
        var search = await KeepAsync(rig, told, true);
        await KeepAsync(rig, silent, false);
        await KeepAsync(rig, unconfirmed, true);
        await HitAsync(rig, ids[0]);
        await HitAsync(rig, ids[1]);

        var mail = new Mailbox(SendOutcome.Retry, SendOutcome.Accepted);
        await RunAsync();
        mail.Sent.Count.ShouldBe(1);
        await RunAsync();
        mail.Sent.Count.ShouldBe(1, "not before the wait is over");
        await rig.InDbAsync(db => db.InTransactionAsync(token => db.JobAlerts.ExecuteUpdateAsync(row => row.SetProperty(a => a.NotBefore, a => a.CreatedAt), token), CancellationToken.None));
        await RunAsync();
        await RunAsync();
        mail.Sent.Select(m => m.To).ShouldBe(["told@example.test", "told@example.test"]);
        mail.Sent.Select(m => m.IdempotencyKey).Distinct().Count().ShouldBe(1);
        (mail.Sent[0].Subject, mail.Sent[0].Text.Contains("https://a.example/1", StringComparison.Ordinal)).ShouldBe(("2 new jobs for “Baking”", true));
        (await rig.InDbAsync(db => db.JobAlerts.Where(a => a.SearchId == search).Select(a => a.State).SingleAsync())).ShouldBe(AlertState.Sent);

        // A line that breaks after the text went out.
        await rig.TakeAsync("feed", "", [new() { Id = "3", Title = "Driver", Place = "Pune" }]);
        await HitAsync(rig, await rig.InDbAsync(db => db.Postings.Where(p => p.Title == "Driver").Select(p => p.Id).SingleAsync()));
        mail = new Mailbox(SendOutcome.Unknown);
        await RunAsync();
        await RunAsync();
        mail.Sent.Count.ShouldBe(1);
        (await rig.InDbAsync(db => db.JobAlerts.CountAsync(a => a.SearchId == search && a.State == AlertState.Unknown))).ShouldBe(1);

        async Task RunAsync() => await rig.InDbAsync<object?>(async db =>
        {
            await new MailJobAlerts(db, accounts, mail, Options.Create(new JobsOptions()), TimeProvider.System, NullLogger<MailJobAlerts>.Instance).RunAsync(CancellationToken.None);
            return null;
        });
    }

    private static Task<Guid> KeepAsync(JobRig rig, Guid account, bool byEmail) => rig.InDbAsync(async db =>
    {
        var search = new SavedJobSearch { Id = Guid.CreateVersion7(), AccountId = account, Name = "Baking", Query = "{}", ByEmail = byEmail, CreatedAt = DateTimeOffset.UnixEpoch };
        db.JobSearches.Add(search);
        await db.SaveChangesAsync();
        return search.Id;
    });

    private static Task<int> HitAsync(JobRig rig, Guid posting) => rig.InDbAsync(async db =>
    {
        foreach (var search in await db.JobSearches.ToListAsync()) db.JobSearchHits.Add(new JobSearchHit { SearchId = search.Id, PostingId = posting, At = DateTimeOffset.UnixEpoch });
        return await db.SaveChangesAsync();
    });

    private static async Task<JsonElement> NextAsync(LiveClient live)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var received = await live.Events.ReadAsync(patience.Token);
            if (received.Type == "jobs.matched") return received.Data;
        }
    }

    private sealed class Accounts(params AccountInfo[] all) : IAccounts
    {
        public Task<AccountInfo?> FindAsync(Guid id, CancellationToken cancel) => Task.FromResult(Array.Find(all, a => a.Id == id));

        public Task<AccountInfo?> FindByEmailAsync(string email, CancellationToken cancel) => Task.FromResult(Array.Find(all, a => a.Email == email));
    }

    private sealed class Mailbox(params SendOutcome[] outcomes) : IProviders, IProvider
    {
        internal List<OutboundMessage> Sent { get; } = [];

        public IReadOnlyList<IProvider> All => [this];

        public string Name => "mailbox";

        public string Channel => "email";

        public bool HonoursKeys => false;

        public int Concurrency => 1;

        public DateTimeOffset? ClosedUntil => null;

        public IReadOnlyList<IProvider> For(string channel) => channel == Channel ? [this] : [];

        public IProvider? Find(string name) => this;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
        {
            Sent.Add(message);
            return Task.FromResult(new SendResult(outcomes[Math.Min(Sent.Count, outcomes.Length) - 1], Error: "test"));
        }
    }
}
