using System.Net;
using System.Net.Http.Json;
using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class RegisterTests
{
    [Theory, EachEngine]
    public async Task An_account_registers_signs_in_and_reads_itself(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();

        var registered = await client.PostAsJsonAsync("/v1/auth/register",
            new { email = " Pat@Example.test ", password = AccessHost.Password, displayName = "Pat Doe", role = "contractor" });
        registered.StatusCode.ShouldBe(HttpStatusCode.Created);
        var account = await registered.JsonAsync();
        account.GetProperty("email").GetString().ShouldBe("Pat@Example.test");
        account.GetProperty("roles")[0].GetString().ShouldBe("contractor");

        var login = await client.PostAsJsonAsync("/v1/auth/login", new { email = "pat@EXAMPLE.test", password = AccessHost.Password });
        login.StatusCode.ShouldBe(HttpStatusCode.OK);
        var pair = await login.JsonAsync();
        pair.GetProperty("expiresIn").GetInt32().ShouldBe(900);
        pair.GetProperty("account").GetProperty("id").GetGuid().ShouldBe(account.GetProperty("id").GetGuid());

        using var signedIn = host.Client(pair.GetProperty("accessToken").GetString());
        var me = await (await signedIn.GetAsync("/v1/auth/me")).JsonAsync();
        me.GetProperty("displayName").GetString().ShouldBe("Pat Doe");
        me.GetProperty("memberships").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_second_account_of_the_same_email_is_refused_also_in_a_race(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => client.PostAsJsonAsync("/v1/auth/register",
            new { email = i % 2 == 0 ? "twin@example.test" : "TWIN@example.test", password = AccessHost.Password, displayName = "Twin", role = "customer" })));

        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var answer in answers.Where(a => a.StatusCode != HttpStatusCode.Created)) await answer.ShouldBeProblemAsync(409, "email_taken");
    }

    [Theory]
    [InlineData("""{"email":"nobody","password":"Correct-Horse-7","displayName":"Pat","role":"customer"}""", "email")]
    [InlineData("""{"email":"a@b.test","password":"short1A","displayName":"Pat","role":"customer"}""", "password")]
    [InlineData("""{"email":"a@b.test","password":"no-capital-or-digit","displayName":"Pat","role":"customer"}""", "password")]
    [InlineData("""{"email":"a@b.test","password":"Correct-Horse-7","displayName":"  ","role":"customer"}""", "displayName")]
    [InlineData("""{"email":"a@b.test","password":"Correct-Horse-7","displayName":"Pat","role":"admin"}""", "role")]
    [InlineData("""{"email":"a@b.test","password":"Correct-Horse-7","displayName":"Pat","role":"agent"}""", "role")]
    [InlineData("""{"email":"a@b.test","password":"Correct-Horse-7","displayName":"Pat","role":"owner"}""", "role")]
    [InlineData("""{"email":"a@b.test","password":"Correct-Horse-7","displayName":"Pat"}""", null)]
    [InlineData("""{"email":"a@b.test","password":42,"displayName":"Pat","role":"customer"}""", "password")]
    [InlineData("""{"email":"a@b.test","password":null,"displayName":"Pat","role":"customer"}""", null)]
    [InlineData("""{"email":"a\u0000@b.test","password":"Correct-Horse-7","displayName":"Pat","role":"customer"}""", "email")]
    [InlineData("""{"email":""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public async Task A_bad_body_is_a_400_that_names_the_field_and_stores_nothing(string body, string? field)
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();

        var answer = await client.PostAsync("/v1/auth/register", new StringContent(body, Encoding.UTF8, "application/json"));

        var problem = await answer.ShouldBeProblemAsync(400, "invalid_request");
        if (field is not null) problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
        await using var connection = await database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM access_accounts";
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_password_of_more_than_256_characters_is_refused()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();
        var answer = await client.PostAsJsonAsync("/v1/auth/register",
            new { email = "a@b.test", password = "Aa1" + new string('x', 254), displayName = "Pat", role = "customer" });
        await answer.ShouldBeProblemAsync(400, "invalid_request");
    }

    [Theory, EachEngine]
    public async Task One_address_opens_so_many_accounts_an_hour(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, clock, "Production", ("Access:RegistrationsPerAddressPerHour", "4"));
        using var office = host.Client(address: "192.0.2.1");
        using var home = host.Client(address: "192.0.2.2");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => AskAsync(office)));
        answers.Count(a => a.StatusCode == HttpStatusCode.Created).ShouldBeLessThanOrEqualTo(4);
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.Created || a.StatusCode == HttpStatusCode.TooManyRequests);
        // What was refused at once with others is given back: one by one the bound is met exactly.
        for (var opened = answers.Count(a => a.StatusCode == HttpStatusCode.Created); opened < 4; opened++) (await AskAsync(office)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var full = await AskAsync(office);
        await full.ShouldBeProblemAsync(429, "too_many_registrations");
        full.Headers.RetryAfter.ShouldNotBeNull();
        var form = new Dictionary<string, string>
        {
            ["email"] = "pat@example.test", ["password"] = AccessHost.Password, ["displayName"] = "Pat", ["role"] = "customer",
            ["__RequestVerificationToken"] = (await office.GetStringAsync("/test/antiforgery")).Trim('"'),
        };
        (await office.PostAsync("/register", new FormUrlEncodedContent(form))).Headers.Location!.OriginalString.ShouldStartWith("/register?error=too_many_registrations&retryAfter=");
        (await AskAsync(home)).StatusCode.ShouldBe(HttpStatusCode.Created);
        clock.Advance(TimeSpan.FromHours(1));
        (await AskAsync(office)).StatusCode.ShouldBe(HttpStatusCode.Created);

        Task<HttpResponseMessage> AskAsync(HttpClient client) => client.PostAsJsonAsync("/v1/auth/register",
            new { email = $"{Guid.CreateVersion7():N}@example.test", password = AccessHost.Password, displayName = "Pat", role = "customer" });
    }
}
