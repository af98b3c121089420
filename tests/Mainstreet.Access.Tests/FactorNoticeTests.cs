using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

/// <summary>Whoever changes what an account is guarded by cannot do it behind the owner's back.</summary>
[Trait("kind", "db")]
public sealed partial class FactorNoticeTests
{
    private const string Phone = "+14155550123";

    [Theory, EachEngine]
    public async Task The_owner_is_told_of_an_authenticator_its_codes_and_its_end(Engine engine)
    {
        var box = new Postbox();
        await using var street = await Guarded.StartAsync(engine, box.Register);
        var pat = await street.Host.EnterAsync();
        var app = await street.EnrolAsync(pat);
        await ToldAsync(street, box, pat, "An authenticator app was added to Mainstreet");

        using var anew = street.Host.Client();
        (await SecondFactorTests.CompleteAsync(anew, await street.ChallengeAsync(pat.Email), app.RecoveryCodes[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ToldAsync(street, box, pat, "A recovery code for Mainstreet was used");
        box.Last.Text.ShouldNotContain(app.RecoveryCodes[0]);

        using var mine = street.Host.Client(pat.AccessToken);
        (await mine.PostAsync("/v1/auth/2fa/totp/recovery-codes", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ToldAsync(street, box, pat, "New recovery codes for Mainstreet");
        box.Last.Text.ShouldMatch(@"^\d{4}-\d\d-\d\d \d\d:\d\d UTC: ");

        await (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { code = "000000" })).ShouldBeProblemAsync(401, "invalid_code");
        street.Clock.Advance(TimeSpan.FromSeconds(60));
        (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { code = app.Code() })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ToldAsync(street, box, pat, "The authenticator app was removed from Mainstreet");
        box.Messages.Count.ShouldBe(4);
        box.Messages.ShouldAllBe(m => m.To == pat.Email && m.Text.Contains("forgot", StringComparison.OrdinalIgnoreCase));
        (await street.AuditAsync(pat.Id)).Count(a => a == "second-factor.notice-sent").ShouldBe(4);
    }

    [Theory, EachEngine]
    public async Task The_owner_is_told_of_a_phone_and_of_what_the_operator_takes_off(Engine engine)
    {
        var box = new Postbox { Texts = true };
        await using var street = await Guarded.StartAsync(engine, box.Register);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        await PhoneAsync();
        await ToldAsync(street, box, pat, "A phone was added to Mainstreet");

        street.Clock.Advance(TimeSpan.FromSeconds(31));
        (await client.PostAsync("/v1/auth/step-up/sms", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await client.PostAsJsonAsync("/v1/auth/2fa/sms/disable", new { code = CodeIn(box.Last.Text) })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ToldAsync(street, box, pat, "The phone was removed from Mainstreet");

        street.Clock.Advance(TimeSpan.FromSeconds(31));
        await PhoneAsync();
        await ToldAsync(street, box, pat, "A phone was added to Mainstreet");
        await ResetAsync();
        await ToldAsync(street, box, pat, "The second factor for Mainstreet was taken off");
        // Again there is nothing to take off, and nothing to tell.
        var before = box.Tries;
        await ResetAsync();
        await street.Host.WrittenAsync();
        box.Tries.ShouldBe(before);
        box.Messages.Where(m => m.To != Phone).ShouldAllBe(m => m.To == pat.Email);

        async Task ResetAsync()
        {
            await using var scope = street.Host.Services.CreateAsyncScope();
            (await scope.ServiceProvider.GetRequiredService<IAdministrators>().ResetSecondFactorAsync(pat.Email, CancellationToken.None)).Value.ShouldBe(pat.Id);
        }

        async Task PhoneAsync()
        {
            var sent = await client.PostAsJsonAsync("/v1/auth/2fa/sms", new { phone = Phone });
            sent.StatusCode.ShouldBe(HttpStatusCode.Accepted, await sent.Content.ReadAsStringAsync());
            (await client.PostAsJsonAsync("/v1/auth/2fa/sms/verify", new { code = CodeIn(box.Last.Text) })).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory, EachEngine]
    public async Task Nobody_is_written_to_at_an_address_that_is_not_confirmed(Engine engine)
    {
        var box = new Postbox();
        await using var street = await Guarded.StartAsync(engine, box.Register);
        var pat = await street.Host.EnterAsync();
        // In Development a new account's address counts as confirmed.
        await using (var db = await street.Host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync())
            (await db.Accounts.Where(a => a.Id == pat.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, false))).ShouldBe(1);
        var app = await street.EnrolAsync(pat);
        await street.Host.WrittenAsync();
        box.Tries.ShouldBe(0);
        (await street.AuditAsync(app.User.Id)).ShouldContain("totp.enabled");
    }

    private static async Task ToldAsync(Guarded street, Postbox box, SignedIn user, string subject)
    {
        await street.Host.WrittenAsync();
        box.Last.Subject.ShouldBe(subject);
        box.Last.To.ShouldBe(user.Email);
    }

    private static string CodeIn(string text) => Digits().Match(text).Value;

    [GeneratedRegex("[0-9]{6}")]
    private static partial Regex Digits();
}
