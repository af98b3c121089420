using System.Net;
using System.Net.Http.Json;

using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

namespace Mainstreet.Access.Tests;

/// <summary>Access alone with a clock of the test's own, and people with authenticators.</summary>
internal sealed class Guarded : IAsyncDisposable
{
    private Guarded(TestDatabase database, AdjustableClock clock, AccessHost host) => (Database, Clock, Host) = (database, clock, host);

    internal TestDatabase Database { get; }

    internal AdjustableClock Clock { get; }

    internal AccessHost Host { get; }

    internal static Task<Guarded> StartAsync(Engine engine, params (string Key, string Value)[] settings) => StartAsync(engine, null, settings);

    /// <summary>The same with services that stand for the world outside.</summary>
    internal static async Task<Guarded> StartAsync(Engine engine, Action<IServiceCollection>? with, params (string Key, string Value)[] settings)
    {
        var (database, clock) = (await AccessHost.DatabaseAsync(engine), new AdjustableClock());
        return new Guarded(database, clock, await AccessHost.StartAsync(database, clock, "Development", with, settings));
    }

    /// <summary>Somebody whose authenticator is on.</summary>
    internal async Task<Authenticator> EnrolAsync(SignedIn? user = null)
    {
        user ??= await Host.EnterAsync();
        using var client = Host.Client(user.AccessToken);
        var begun = await client.PostAsync("/v1/auth/2fa/totp", null);
        begun.StatusCode.ShouldBe(HttpStatusCode.OK);
        var json = await begun.JsonAsync();
        var secret = json.GetProperty("secret").GetString()!;
        json.GetProperty("uri").GetString().ShouldBe(
            $"otpauth://totp/Mainstreet:{Uri.EscapeDataString(user.Email)}?secret={secret}&issuer=Mainstreet&algorithm=SHA1&digits=6&period=30");
        // Nothing is asked for before a first code came.
        await Host.LoginAsync(user.Email);
        var app = new Authenticator(user, Base32.Decode(secret), Clock);
        await (await client.PostAsJsonAsync("/v1/auth/2fa/totp/verify", new { code = "12345" })).ShouldBeProblemAsync(401, "invalid_code");
        var on = await client.PostAsJsonAsync("/v1/auth/2fa/totp/verify", new { code = app.Code() });
        on.StatusCode.ShouldBe(HttpStatusCode.OK, await on.Content.ReadAsStringAsync());
        app.RecoveryCodes.AddRange((await on.JsonAsync()).GetProperty("recoveryCodes").EnumerateArray().Select(c => c.GetString()!));
        return app;
    }

    /// <summary>The password, and the challenge that it earns.</summary>
    internal async Task<string> ChallengeAsync(string email)
    {
        using var client = Host.Client();
        var answer = await client.PostAsJsonAsync("/v1/auth/login", new { email, password = AccessHost.Password });
        return (await answer.ShouldBeProblemAsync(401, "second_factor_required")).GetProperty("challenge").GetString()!;
    }

    /// <summary>What the trail says of an account, in order.</summary>
    internal Task<List<string>> AuditAsync(Guid accountId) => Host.AuditAsync(accountId);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>An authenticator app in somebody's hand.</summary>
internal sealed class Authenticator(SignedIn user, byte[] secret, TimeProvider clock)
{
    internal SignedIn User { get; } = user;

    internal byte[] Secret { get; } = secret;

    internal List<string> RecoveryCodes { get; } = [];

    /// <summary>What <see cref="Code"/> showed last.</summary>
    internal string LastCode { get; private set; } = "";

    internal string Code() => LastCode = OneTimeCodes.Hotp(Secret, OneTimeCodes.StepAt(clock.GetUtcNow()));
}
