using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>What Access shows without being changed: its pages, and who one is.</summary>
internal sealed class AccessReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";

    public string Name => "access";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.PageAsync("page: sign in", nobody, $"/sign-in", "Sign in", "<h1>Sign in</h1>", "name=\"password\"");
        await walk.PageAsync("page: register", nobody, $"/register", "Register", "<h1>Register</h1>", "name=\"email\"");
        await walk.PageAsync("page: one more step", nobody, $"/sign-in/code", "Sign in: code", "<h1>One more step</h1>");
        await walk.SignInNeededAsync("page: an account is not for strangers", $"/account");
        await walk.RefusedAsync("who am I, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/auth/me", nobody);
        await walk.RefusedAsync("businesses, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/businesses", nobody);

        var reader = await walk.ReaderAsync();
        var me = await walk.GetAsync("who am I", reader, $"/v1/auth/me", a => a.Says("email", "@").AtLeast("roles", 1).Id());
        await walk.GetAsync("sessions", reader, $"/v1/auth/sessions", a => a.Some("items", s => s.GetProperty("current").GetBoolean() && s.GetProperty("id").GetGuid() != Guid.Empty && s.GetProperty("kind").GetString() is "api" or "browser", "is this one"));
        await walk.GetAsync("my businesses", reader, $"/v1/businesses?limit=5", a => a.Holds(p => p.TryGetProperty("next", out _), "has no next").Each("items", b => b.GetProperty("id").GetGuid() != Guid.Empty && b.GetProperty("name").GetString()!.Length > 0, "has no id or no name"));
        await walk.GetAsync("my grants", reader, $"/v1/access/grants?limit=5", a => a.Each("items", g => g.GetProperty("permission").GetString()!.Contains('.', StringComparison.Ordinal), "has no permission").Holds(g => g.TryGetProperty("next", out _), "has no next"));
        await walk.GuardedAsync("roles", reader, $"/v1/access/roles", a => a.Some("items", r => r.GetProperty("name").GetString() == "admin" && r.GetProperty("builtIn").GetBoolean(), "is the administrators' role"));
        await walk.GuardedAsync("the relations' model", reader, $"/v1/access/model", a => a.Says("text", "schema 1.1"));
        await walk.PageAsync("page: account", reader, $"/account", "Account", "<h1>Account</h1>", "Where you are signed in");
        await walk.StepAsync("it is the same account", async () =>
        {
            var again = await walk.AskAsync(HttpMethod.Get, $"/v1/auth/me", reader);
            return again.Answered(200).Is("id", me.Value);
        });
    }
}
