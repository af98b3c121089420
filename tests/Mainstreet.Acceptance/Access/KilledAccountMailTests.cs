using System.Text.RegularExpressions;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Access;

/// <summary>The program is killed between a message to an account's owner and its own record of it.</summary>
[Trait("kind", "recovery")]
public sealed partial class KilledAccountMailTests
{
    private const string Another = "Another-long-1";

    [Theory, EachEngine]
    public async Task What_was_asked_for_comes_again_and_sets_one_password(Engine engine)
    {
        await using var mail = new MailServer();
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        var settings = new Dictionary<string, string?>
        {
            ["Access:Providers:0:Name"] = "relay", ["Access:Providers:0:Kind"] = "smtp", ["Access:Providers:0:Url"] = mail.Url, ["Access:Providers:0:From"] = "street@example.test",
        };
        TestUser pat;
        await using (var armed = await ServerProcess.StartAsync(database, Failpoints.BeforeJobCommit, settings))
        {
            pat = await Person.RegisterAsync(armed.Address);
            using var http = Person.ClientOf(armed.Address);
            (await http.TryAsync(HttpMethod.Post, "/v1/auth/password/forgotten", new { email = pat.Email })).Status.ShouldBe(202);
            await armed.DeathAsync();
        }

        mail.Mails.Count.ShouldBe(1);
        (await SentAsync(database)).ShouldBe(0);
        await using var again = await ServerProcess.StartAsync(database, settings: settings);
        await Person.UntilAsync(async () => await SentAsync(database) == 1, TimeSpan.FromSeconds(60), () => again.Log);
        (await database.CountAsync($"SELECT count(*) FROM {database.Table("jobs")} WHERE kind = 'access.account_mail'")).ShouldBe(0);
        var tokens = mail.Mails.Select(m => Tokens().Match(m.Data).Value).ToList();
        tokens.Count.ShouldBe(2);
        using var client = Person.ClientOf(again.Address);
        var first = await client.TryAsync(HttpMethod.Post, "/v1/auth/password/reset", new { token = tokens[0], newPassword = Another });
        first.Status.ShouldBe(200, first.Body);
        (await client.TryAsync(HttpMethod.Post, "/v1/auth/password/reset", new { token = tokens[1], newPassword = TestUser.Password })).Code.ShouldBe("invalid_token");
        (await client.TryAsync(HttpMethod.Post, "/v1/auth/login", new { email = pat.Email, password = Another })).Status.ShouldBe(200);
    }

    private static Task<long> SentAsync(TestDatabase database) => database.CountAsync($"SELECT count(*) FROM {database.Table("audit")} WHERE action = 'password.reset-sent'");

    // Data Protection's text, base64url with this beginning.
    [GeneratedRegex("CfDJ8[A-Za-z0-9_-]+")]
    private static partial Regex Tokens();
}
