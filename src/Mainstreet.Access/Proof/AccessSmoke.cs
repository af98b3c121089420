using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>The main path of Access: an account from its opening to its signing out.</summary>
internal sealed class AccessSmoke : ISmokePath
{
    private static readonly string[] CustomerOnly = ["customer"];

    public string Name => "access";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        var person = AccessVisitor.NewPerson();
        var registered = await walk.SendAsync("register", HttpMethod.Post, $"/v1/auth/register", nobody,
            new { email = person.Email, password = person.Password, displayName = "Synthetic visitor", role = "customer", synthetic = true }, 201,
            a => a.Is("displayName", "Synthetic visitor").Is("roles", CustomerOnly).Id());
        await walk.RefusedAsync("register: not twice", 409, "email_taken", HttpMethod.Post, $"/v1/auth/register", nobody,
            new { email = person.Email, password = person.Password, displayName = "Synthetic visitor", role = "customer", synthetic = true }, registered);
        await walk.RefusedAsync("register: not as a king", 400, "invalid_request", HttpMethod.Post, $"/v1/auth/register", nobody, new { email = "nobody", password = "x", displayName = "", role = "king" });
        await walk.RefusedAsync("sign in: not with another password", 401, "invalid_credentials", HttpMethod.Post, $"/v1/auth/login", nobody, new { email = person.Email, password = "Another-1" }, registered);
        var held = await walk.SendAsync("sign in", HttpMethod.Post, $"/v1/auth/login", nobody, new { email = person.Email, password = person.Password }, 200,
            a => a.Is("account.id", registered.Value).Number("expiresIn") > 0 ? AccessVisitor.Read(a.Json) : throw new ProofException("the token is stale already"), registered);
        await walk.StepAsync("who am I", () => AskMeAsync(walk, held, 200, a => a.Is("id", registered.Value)));
        await walk.RefusedAsync("refresh: not with any word", 401, "invalid_refresh_token", HttpMethod.Post, $"/v1/auth/refresh", nobody, new { refreshToken = "synthetic" });
        var fresh = await walk.StepAsync("refresh", async () =>
        {
            var renewed = AccessVisitor.Read((await walk.AskAsync(HttpMethod.Post, $"/v1/auth/refresh", nobody, new { refreshToken = held.Value.Refresh })).Answered(200).Is("account.id", registered.Value).Json);
            return renewed.Refresh != held.Value.Refresh ? renewed : throw new ProofException("the refresh token was not exchanged");
        });
        await walk.StepAsync("who am I still", () => AskMeAsync(walk, fresh, 200, a => a.Is("id", registered.Value)));
        await walk.StepAsync("sign out", async () => (await walk.AskAsync(HttpMethod.Post, $"/v1/auth/logout", nobody, new { refreshToken = fresh.Value.Refresh })).Empty());
        await walk.StepAsync("locked out", async () =>
        {
            // Another replica hears of it a moment later.
            var answers = new List<int>();
            await new AccessVisitor(walk.Client, walk.Run).ExpectOutAsync([fresh.Value.Access], TimeSpan.FromSeconds(1), (_, status) => answers.Add(status), cancel);
            if (answers.Exists(s => s != 401)) throw new ProofException($"answered {string.Join(", ", answers)}, not 401");
            return await AskMeAsync(walk, fresh, 401, a => a.Problem(401, "unauthenticated"));
        });
        await walk.RefusedAsync("another password: not with any word", 400, "invalid_token", HttpMethod.Post, $"/v1/auth/password/reset", nobody, new { token = "synthetic", newPassword = person.Password });
        await walk.RefusedAsync("another password: not for no address", 400, "invalid_request", HttpMethod.Post, $"/v1/auth/password/forgotten", nobody, new { email = "nobody" });
        await walk.RefusedAsync("a second step that nobody began", 401, "invalid_challenge", HttpMethod.Post, $"/v1/auth/login/2fa", nobody, new { challenge = "synthetic", code = "000000" });
    }

    private static async Task<SmokeAnswer> AskMeAsync(SmokeWalk walk, SmokeResult<HeldTokens> held, int status, Func<SmokeAnswer, SmokeAnswer> check) =>
        check((await walk.AskAsync(HttpMethod.Get, $"/v1/auth/me", SmokeWalk.Nobody, headers: new Dictionary<string, string> { ["Authorization"] = $"Bearer {held.Value.Access}" })).Answered(status));
}
