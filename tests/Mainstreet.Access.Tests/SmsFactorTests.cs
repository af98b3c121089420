using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed partial class SmsFactorTests
{
    private const string Phone = "+14155550123";

    [Theory, EachEngine]
    public async Task Without_a_provider_there_are_no_text_messages(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).ShouldBeProblemAsync(409, "sms_not_configured");
        (await (await client.GetAsync("/v1/auth/2fa")).JsonAsync()).GetProperty("smsAvailable").GetBoolean().ShouldBeFalse();
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms/verify", new { code = "123456" })).ShouldBeProblemAsync(409, "sms_not_enrolled");
    }

    [Theory, EachEngine]
    public async Task A_phone_is_turned_on_with_a_code_and_then_asked_for(Engine engine)
    {
        await using var company = await TextCompany.StartAsync();
        await using var street = await Guarded.StartAsync(engine, company.Settings);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = "0123" })).ShouldBeProblemAsync(400, "invalid_request");
        var sent = await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone });
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted, await sent.Content.ReadAsStringAsync());
        (await sent.JsonAsync()).GetProperty("phone").GetString().ShouldEndWith("23");
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).ShouldBeProblemAsync(429, "too_many_messages");
        await street.Host.LoginAsync(pat.Email);
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms/verify", new { code = "000000" })).ShouldBeProblemAsync(401, "invalid_code");
        var on = await client.PostAsJsonAsync("/v1/auth/2fa/sms/verify", new { code = company.LastCode });
        (await on.JsonAsync()).GetProperty("recoveryCodes").GetArrayLength().ShouldBe(10);

        using var anew = street.Host.Client();
        var asked = await (await anew.PostAsJsonAsync("/v1/auth/login", new { email = pat.Email, password = AccessHost.Password })).ShouldBeProblemAsync(401, "second_factor_required");
        asked.GetProperty("methods").EnumerateArray().Select(m => m.GetString()).ShouldBe(["sms", "recovery"]);
        var challenge = asked.GetProperty("challenge").GetString()!;
        // The code that turned it on is spent.
        await (await SecondFactorTests.CompleteAsync(anew, challenge, company.LastCode)).ShouldBeProblemAsync(401, "invalid_code");
        street.Clock.Advance(TimeSpan.FromSeconds(31));
        (await anew.PostAsJsonAsync("/v1/auth/login/2fa/sms", new { challenge })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        company.LastTo.ShouldBe(Phone);
        var old = company.LastCode;
        street.Clock.Advance(TimeSpan.FromSeconds(31));
        (await anew.PostAsJsonAsync("/v1/auth/login/2fa/sms", new { challenge })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        // Either message may come first.
        (await SecondFactorTests.CompleteAsync(anew, challenge, old)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.AuditAsync(pat.Id)).ShouldContain("sms.enabled");

        street.Clock.Advance(TimeSpan.FromMinutes(6));
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms/disable", new { code = company.LastCode })).ShouldBeProblemAsync(401, "invalid_code");
        (await client.PostAsync("/v1/auth/step-up/sms", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.PostAsJsonAsync("/v1/auth/2fa/sms/disable", new { code = company.LastCode })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await street.Host.LoginAsync(pat.Email);
    }

    [Theory, EachEngine]
    public async Task A_company_that_is_down_is_503_and_a_number_it_refuses_422(Engine engine)
    {
        await using var company = await TextCompany.StartAsync();
        await using var street = await Guarded.StartAsync(engine, company.Settings);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        company.Status = 503;
        var failed = await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone });
        await failed.ShouldBeProblemAsync(503, "sms_failed");
        failed.Headers.RetryAfter.ShouldNotBeNull();
        company.Status = 400;
        street.Clock.Advance(TimeSpan.FromSeconds(31));
        await (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).ShouldBeProblemAsync(422, "sms_rejected");
    }

    [Theory, EachEngine]
    public async Task One_number_gets_so_many_messages_an_hour_whatever_the_accounts(Engine engine)
    {
        await using var company = await TextCompany.StartAsync();
        await using var street = await Guarded.StartAsync(engine, [.. company.Settings, ("Access:SecondFactor:SmsPerNumberPerHour", "3")]);
        for (var i = 0; i < 3; i++)
        {
            using var client = street.Host.Client((await street.Host.EnterAsync()).AccessToken);
            (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            // Refused for the account's sake: it takes none of the number's.
            await (await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).ShouldBeProblemAsync(429, "too_many_messages");
        }

        using var another = street.Host.Client((await street.Host.EnterAsync()).AccessToken);
        var full = await another.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone });
        await full.ShouldBeProblemAsync(429, "too_many_messages");
        full.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.FromMinutes(50));
        (await another.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = "+14155550199" })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        street.Clock.Advance(TimeSpan.FromHours(1));
        using var later = street.Host.Client((await street.Host.EnterAsync()).AccessToken);
        (await later.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone })).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    /// <summary>An API like Twilio's on loopback.</summary>
    private sealed partial class TextCompany : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<(string To, string Body)> _messages = new();

        private TextCompany(WebApplication app) => _app = app;

        internal int Status { get; set; } = 201;

        internal string LastTo => _messages.Last().To;

        internal string LastCode => Digits().Match(_messages.Last().Body).Value;

        internal (string Key, string Value)[] Settings =>
        [
            ("Access:Providers:0:Kind", "sms"), ("Access:Providers:0:Url", _app.Urls.First()), ("Access:Providers:0:User", "AC0123456789abcdef0123456789abcdef"),
            ("Access:Providers:0:Password", "a-token-of-the-test"), ("Access:Providers:0:From", "+14155550100"),
        ];

        internal static async Task<TextCompany> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var company = new TextCompany(app);
            app.MapPost("/2010-04-01/Accounts/{sid}/Messages.json", async (HttpContext http) =>
            {
                var form = await http.Request.ReadFormAsync();
                if (company.Status != 201) return Results.StatusCode(company.Status);
                company._messages.Enqueue((form["To"].ToString(), form["Body"].ToString()));
                return Results.Json(new { sid = "SM1" }, statusCode: 201);
            }).DisableAntiforgery();
            await app.StartAsync();
            return company;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        [GeneratedRegex("[0-9]{6}")]
        private static partial Regex Digits();
    }
}
