using System.Security.Cryptography;
using System.Text.Json;

namespace Mainstreet.Foundation.Proving;

/// <summary>
/// An account that a proof or smoke path made for itself, marked synthetic: real people never meet it. Its password is
/// random and leaves memory with the process. Or an administrator's, lent for what only those may do.
/// </summary>
public sealed class SyntheticAccount
{
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly string _password;
    private string? _refreshToken;
    private Task _renewal = Task.CompletedTask;
    private DateTimeOffset _freshUntil = DateTimeOffset.MaxValue;

    private SyntheticAccount(string name, string email, string password)
    {
        Name = name;
        Email = email;
        _password = password;
    }

    /// <summary>Short name for the record.</summary>
    public string Name { get; }

    /// <summary>What it signs in with.</summary>
    public string Email { get; }

    public Guid Id { get; private set; }

    internal string? AccessToken { get; private set; }

    /// <summary>The id that registering answered; <c>null</c> when it answered none.</summary>
    internal Guid? RegisteredAs { get; private set; }

    /// <summary>Its id, as it stands in paths.</summary>
    public override string ToString() => Id.ToString();

    /// <summary>The header of that name, made once a token.</summary>
    internal string? Authorization { get; private set; }

    /// <summary>Registers and signs in. Steps are recorded as <c>register</c> and <c>sign in</c>.</summary>
    /// <param name="client">Sends the requests.</param>
    /// <param name="name">Short name; also the display name.</param>
    /// <param name="role"><c>customer</c> or <c>contractor</c>.</param>
    /// <param name="clock">For the token's lifetime.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="ProofException">The server refused.</exception>
    public static async Task<SyntheticAccount> CreateAsync(ProofClient client, string name, string role, TimeProvider clock, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(clock);
        var account = new SyntheticAccount(
            name,
            $"proof-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@synthetic.test",
            "Aa1-" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));
        var registered = await client.SendAsync(new ProofCall("register", HttpMethod.Post, "/v1/auth/register")
        {
            Body = new { email = account.Email, password = account._password, displayName = $"Synthetic {name}", role, synthetic = true },
            Key = name,
            Once = true,
        }, cancel);
        // A registration whose first answer was lost is told that the address is taken: it is ours, so signing in decides.
        if (!registered.Ok && registered is not { Status: 409, Retried: true }) registered.Require();
        await account.SignInAsync(client, clock, cancel);
        account.RegisteredAs = registered.Ok
            ? registered.Body is { ValueKind: JsonValueKind.Object } made && made.TryGetProperty("id", out var id) && id.TryGetGuid(out var given) ? given : null
            : account.Id;
        return account;
    }

    /// <summary>Signs in with an account that exists, such as an administrator whom only an operator can make.</summary>
    /// <param name="client">Sends the requests.</param>
    /// <param name="name">Short name for the record.</param>
    /// <param name="email">Its address.</param>
    /// <param name="password">Its password.</param>
    /// <param name="clock">For the token's lifetime.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="ProofException">The server refused.</exception>
    public static async Task<SyntheticAccount> SignInAsync(
        ProofClient client, string name, string email, string password, TimeProvider clock, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(clock);
        var account = new SyntheticAccount(name, email, password);
        await account.SignInAsync(client, clock, cancel);
        return account;
    }

    /// <summary>An account by an access token that somebody lent; it is used as it is and never renewed.</summary>
    internal static SyntheticAccount Holding(string name, string accessToken) => new(name, "", "") { AccessToken = accessToken };

    /// <summary>Renews the access token when it is about to expire; callers meanwhile wait for the same renewal.</summary>
    internal Task KeepFreshAsync(ProofClient client, TimeProvider clock, CancellationToken cancel)
    {
        if (clock.GetUtcNow() < _freshUntil) return Task.CompletedTask;
        lock (_gate)
        {
            if (clock.GetUtcNow() < _freshUntil) return Task.CompletedTask;
            if (_renewal.IsCompleted) _renewal = RenewAsync(client, clock, cancel);
            return _renewal;
        }
    }

    private async Task RenewAsync(ProofClient client, TimeProvider clock, CancellationToken cancel)
    {
        var answer = await client.SendAsync(new ProofCall("refresh", HttpMethod.Post, "/v1/auth/refresh")
        {
            Body = new { refreshToken = _refreshToken },
            Key = Name,
        }, cancel);
        // A refresh whose answer was lost has spent its token: the password is the way back.
        if (answer is { Ok: true, Body: { } body }) Take(body, clock);
        else await SignInAsync(client, clock, cancel);
    }

    private async Task SignInAsync(ProofClient client, TimeProvider clock, CancellationToken cancel)
    {
        var body = (await client.SendAsync(new ProofCall("sign in", HttpMethod.Post, "/v1/auth/login")
        {
            Body = new { email = Email, password = _password },
            Key = Name,
        }, cancel)).Require();
        Take(body, clock);
        if (body.TryGetProperty("account", out var account) && account.TryGetProperty("id", out var id)) Id = id.GetGuid();
    }

    private void Take(JsonElement body, TimeProvider clock)
    {
        AccessToken = body.GetProperty("accessToken").GetString();
        Authorization = $"Bearer {AccessToken}";
        _refreshToken = body.GetProperty("refreshToken").GetString();
        var lifetime = TimeSpan.FromSeconds(body.GetProperty("expiresIn").GetDouble());
        _freshUntil = clock.GetUtcNow() + (lifetime > 2 * RefreshBefore ? lifetime - RefreshBefore : lifetime / 2);
    }
}
