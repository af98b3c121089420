using System.Net;
using System.Net.Http.Json;

using Mainstreet.Access.Data;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class EmailConfirmationTests
{
    private static Task<HttpResponseMessage> SendAsync(HttpClient client) => client.PostAsync("/v1/auth/email/confirmation", null);

    private static Task<HttpResponseMessage> ConfirmAsync(HttpClient client, string token) => client.PostAsJsonAsync("/v1/auth/email/confirm", new { token });

    private static async Task<bool> ConfirmedAsync(AccessHost host, Guid account) =>
        (await host.Services.GetRequiredService<IAccounts>().FindAsync(account, CancellationToken.None))!.EmailConfirmed;

    private static Task<AccessHost> StartAsync(TestDatabase database, Postbox box, AdjustableClock? clock = null, params (string, string)[] settings) =>
        AccessHost.StartAsync(database, clock, "Production", box.Register, settings);

    [Theory, EachEngine]
    public async Task Accepting_an_invitation_confirms_nothing(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, environment: "Production");
        var eve = await host.EnterAsync("victim@example.test");
        using var client = host.Client(eve.AccessToken);
        var founded = await (await client.PostAsJsonAsync("/v1/businesses", new { name = "Front" })).JsonAsync();
        var invited = await (await client.PostAsJsonAsync($"/v1/businesses/{founded.GetProperty("id").GetGuid()}/members", new { email = eve.Email, role = "agent" })).JsonAsync();
        (await client.PostAsJsonAsync("/v1/businesses/invitations/accept", new { token = invited.GetProperty("token").GetString() })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ConfirmedAsync(host, eve.Id)).ShouldBeFalse();
    }

    [Theory, EachEngine]
    public async Task A_token_that_went_to_the_address_confirms_it_for_its_account_alone(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, null, ("Access:PublicUrl", "https://street.example/"));
        var (pat, eve) = (await host.EnterAsync(), await host.EnterAsync());
        using var client = host.Client(pat.AccessToken);
        using var thief = host.Client(eve.AccessToken);
        using var stranger = host.Client();
        await (await SendAsync(stranger)).ShouldBeProblemAsync(401, "unauthenticated");
        (await SendAsync(client)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        box.Last.To.ShouldBe(pat.Email);
        box.Last.Text.ShouldContain($"https://street.example/confirm-email?token={box.LastToken}");
        await (await ConfirmAsync(stranger, box.LastToken)).ShouldBeProblemAsync(401, "unauthenticated");
        await (await ConfirmAsync(thief, box.LastToken)).ShouldBeProblemAsync(400, "invalid_token");
        await (await ConfirmAsync(client, box.LastToken[..^4] + "AAAA")).ShouldBeProblemAsync(400, "invalid_token");
        await (await ConfirmAsync(client, "made-up")).ShouldBeProblemAsync(400, "invalid_token");
        (await ConfirmedAsync(host, pat.Id)).ShouldBeFalse();

        (await ConfirmAsync(client, box.LastToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ConfirmAsync(client, box.LastToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ConfirmedAsync(host, pat.Id)).ShouldBeTrue();
        (await ConfirmedAsync(host, eve.Id)).ShouldBeFalse();
        await (await SendAsync(client)).ShouldBeProblemAsync(409, "email_confirmed");
        (await host.AuditAsync(pat.Id)).TakeLast(2).ShouldBe(["email.confirmation-sent", "email.confirmed"]);
    }

    [Theory, EachEngine]
    public async Task A_token_ends_after_a_day_and_with_the_address(Engine engine)
    {
        var (box, clock) = (new Postbox(), new AdjustableClock());
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, clock);
        var pat = await host.EnterAsync();
        using var client = host.Client(pat.AccessToken);
        (await SendAsync(client)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        box.Last.Text.ShouldNotContain("http");
        var first = box.LastToken;
        await using (var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync())
        {
            await db.InTransactionAsync(cancel => db.Accounts.Where(a => a.Id == pat.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.NormalizedEmail, "other@example.test"), cancel), CancellationToken.None);
            await (await ConfirmAsync(client, first)).ShouldBeProblemAsync(400, "invalid_token");
            await db.InTransactionAsync(cancel => db.Accounts.Where(a => a.Id == pat.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.NormalizedEmail, pat.Email), cancel), CancellationToken.None);
        }

        clock.Advance(TimeSpan.FromHours(24));
        using var later = host.Client((await host.LoginAsync(pat.Email)).AccessToken);
        await (await ConfirmAsync(later, first)).ShouldBeProblemAsync(400, "invalid_token");
        (await SendAsync(later)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await ConfirmAsync(later, box.LastToken)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory, EachEngine]
    public async Task Messages_are_bounded_by_account_and_by_client(Engine engine)
    {
        var (box, clock) = (new Postbox(), new AdjustableClock());
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, clock, ("Access:EmailConfirmationsPerAddressPerHour", "4"));
        var (pat, sam) = (await host.EnterAsync(), await host.EnterAsync());
        using var client = host.Client(pat.AccessToken);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(client)));
        answers.Count(a => a.StatusCode == HttpStatusCode.Accepted).ShouldBeLessThanOrEqualTo(3);
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Accepted || a.StatusCode == HttpStatusCode.TooManyRequests);
        // What was refused at once with others is given back: one by one the bound is met exactly.
        while (box.Messages.Count < 3) (await SendAsync(client)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var full = await SendAsync(client);
        await full.ShouldBeProblemAsync(429, "too_many_messages");
        full.Headers.RetryAfter.ShouldNotBeNull();
        using var other = host.Client(sam.AccessToken);
        (await SendAsync(other)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await (await SendAsync(other)).ShouldBeProblemAsync(429, "too_many_messages");
        using var elsewhere = host.Client(sam.AccessToken, "192.0.2.9");
        (await SendAsync(elsewhere)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        box.Messages.Count.ShouldBe(5);
    }

    [Theory, EachEngine]
    public async Task Without_a_provider_or_for_a_synthetic_account_nothing_is_sent_and_failures_are_told(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box);
        await using var silent = await AccessHost.StartAsync(database, environment: "Production");
        var pat = await host.EnterAsync();
        using var client = host.Client(pat.AccessToken);
        using var unheard = silent.Client(pat.AccessToken);
        await (await SendAsync(unheard)).ShouldBeProblemAsync(503, "email_unavailable");
        box.Answer = SendOutcome.Rejected;
        await (await SendAsync(client)).ShouldBeProblemAsync(422, "email_rejected");
        box.Answer = SendOutcome.NotTried;
        await (await SendAsync(client)).ShouldBeProblemAsync(503, "email_failed");
        using var made = host.Client((await host.EnterAsync(synthetic: true)).AccessToken);
        await (await SendAsync(made)).ShouldBeProblemAsync(503, "email_unavailable");
        box.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Opening_the_link_confirms_nothing_and_its_button_does()
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await StartAsync(database, box);
        var pat = await host.EnterAsync();
        using var browser = host.Client();
        await browser.PostFormAsync("/sign-in", ("email", pat.Email), ("password", AccessHost.Password));
        (await browser.GetStringAsync("/account")).ShouldContain("is not confirmed");
        (await browser.PostFormAsync("/account/email/confirmation")).Headers.Location!.OriginalString.ShouldBe("/account?mailed=1");
        (await browser.GetStringAsync($"/confirm-email?token={box.LastToken}")).ShouldContain(box.LastToken);
        (await ConfirmedAsync(host, pat.Id)).ShouldBeFalse();
        (await browser.PostFormAsync("/account/email/confirm", ("token", "made-up"))).Headers.Location!.OriginalString.ShouldBe("/account?problem=invalid_token");
        (await browser.PostFormAsync("/account/email/confirm", ("token", box.LastToken))).Headers.Location!.OriginalString.ShouldBe("/account?done=1");
        (await ConfirmedAsync(host, pat.Id)).ShouldBeTrue();
        (await browser.GetStringAsync("/account")).ShouldContain("is confirmed");
    }

    [Theory, EachEngine]
    public async Task Whoever_runs_the_program_confirms_by_hand(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, environment: "Production");
        var pat = await host.EnterAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var administrators = scope.ServiceProvider.GetRequiredService<IAdministrators>();
        (await administrators.ConfirmEmailAsync(pat.Email.ToUpperInvariant(), CancellationToken.None)).Value.ShouldBe(pat.Id);
        (await administrators.ConfirmEmailAsync("nobody@example.test", CancellationToken.None)).Problem!.Code.ShouldBe("not_found");
        (await ConfirmedAsync(host, pat.Id)).ShouldBeTrue();
        (await host.AuditAsync(pat.Id)).ShouldContain("email.confirmed");
    }
}
