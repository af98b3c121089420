using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Mail;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Foundation.Outbound;

/// <summary>How a provider is spoken to.</summary>
public enum ProviderKind
{
    /// <summary>JSON by HTTP POST, signed as Standard Webhooks say.</summary>
    Webhook,

    /// <summary>E-mail through a relay.</summary>
    Smtp,

    /// <summary>Text messages through an API like Twilio's.</summary>
    Sms,
}

/// <summary>The providers of one module, preferred first: a section such as <c>Occasions:Providers</c>.</summary>
public sealed class ProviderList : List<ProviderOptions>;

/// <summary>One provider. Environment names: <c>Occasions__Providers__0__Url</c>.</summary>
public sealed partial class ProviderOptions : IValidatableObject
{
    /// <summary>Unique in its list: 1 to 40 of <c>a-z 0-9 -</c>. Default: kind and number, <c>webhook1</c>.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,39}$", ErrorMessage = "must be 1 to 40 of a-z, 0-9 and '-'")]
    public string? Name { get; set; }

    /// <summary><c>webhook</c> (default), <c>smtp</c> or <c>sms</c>.</summary>
    public ProviderKind Kind { get; set; }

    /// <summary>
    /// <c>https://host/path</c> of a webhook; <c>smtp://host:587</c> (STARTTLS) or <c>smtps://host:465</c>; base address of an SMS API,
    /// default <c>https://api.twilio.com</c>. The operator's own word: it may well be an address inside the network.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>User of SMTP or of HTTP basic authentication; account SID of an SMS API.</summary>
    public string? User { get; set; }

    /// <summary>Password of <see cref="User"/>; auth token of an SMS API.</summary>
    [Secret]
    public string? Password { get; set; }

    /// <summary>Bearer token that a webhook gets in <c>Authorization</c>.</summary>
    [Secret]
    public string? Token { get; set; }

    /// <summary>Key that webhooks and their receipts are signed with: <c>whsec_</c> and Base64, or any text of 16 characters or more.</summary>
    [Secret, MinLength(16)]
    public string? Secret { get; set; }

    /// <summary>The key before <see cref="Secret"/>: still accepted, and signed with too, while both sides change over. For SMS: the auth token before.</summary>
    [Secret, MinLength(16)]
    public string? PreviousSecret { get; set; }

    /// <summary>Sender: <c>Corner Shop &lt;hello@example.com&gt;</c>; a phone number, sender name or messaging service SID (<c>MG...</c>) of SMS.</summary>
    public string? From { get; set; }

    /// <summary>Where an SMS API reports delivery, as it sees the address. Default: none, no reports are asked for.</summary>
    [Url]
    public string? ReceiptUrl { get; set; }

    /// <summary>A repeated <c>Idempotency-Key</c> has no second effect there. Default true for a webhook, else false.</summary>
    public bool? HonoursKeys { get; set; }

    /// <summary>Longest time of one attempt, in seconds. Default 10.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Most messages a second of one process; 0 (default) for no limit.</summary>
    [Range(0.0, 1_000_000.0)]
    public double RatePerSecond { get; set; }

    /// <summary>Messages (and connections) in flight at once, of one process. Default 100.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 100;

    /// <summary>When the provider is left alone.</summary>
    public BreakerOptions Breaker { get; set; } = new();

    internal string EffectiveUrl => Url ?? (Kind == ProviderKind.Sms ? "https://api.twilio.com" : "");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var address = Uri.TryCreate(EffectiveUrl, UriKind.Absolute, out var uri) ? uri : null;
        string[] schemes = Kind == ProviderKind.Smtp ? ["smtp", "smtps"] : ["https", "http"];
        if (address is null || !schemes.Contains(address.Scheme) || address.Host.Length == 0)
            yield return new ValidationResult($"must be set to an address that begins with {schemes[0]}:// or {schemes[1]}://", [nameof(Url)]);
        else if (address.UserInfo.Length > 0)
            yield return new ValidationResult("must hold no user or password: set User and Password", [nameof(Url)]);

        if (Password is not null && string.IsNullOrEmpty(User)) yield return new ValidationResult("must be set beside Password", [nameof(User)]);
        if (Token is not null && User is not null) yield return new ValidationResult("must not be set beside User", [nameof(Token)]);
        if (Kind != ProviderKind.Webhook && Token is not null) yield return new ValidationResult("is for webhooks only", [nameof(Token)]);
        foreach (var (name, value) in new[] { (nameof(User), User), (nameof(Password), Password), (nameof(Token), Token), (nameof(From), From) })
        {
            if (value is not null && value.Any(char.IsControl)) yield return new ValidationResult("must hold no control characters", [name]);
        }

        if (Token is not null && !Token.All(char.IsAscii)) yield return new ValidationResult("must be ASCII", [nameof(Token)]);
        foreach (var (name, secret) in new[] { (nameof(Secret), Secret), (nameof(PreviousSecret), PreviousSecret) })
        {
            if (secret is not null && !WebhookSignature.TryKey(secret, out _)) yield return new ValidationResult("must be Base64 after whsec_", [name]);
        }

        foreach (var error in KindErrors()) yield return error;
    }

    private IEnumerable<ValidationResult> KindErrors()
    {
        switch (Kind)
        {
            case ProviderKind.Smtp when !MailAddress.TryCreate(From, out var from) || MailMessageText.Address(from.Address) is null:
                yield return new ValidationResult("must be an e-mail address, with or without a name before it", [nameof(From)]);
                break;
            case ProviderKind.Sms:
                if (User is null || !Sid().IsMatch(User)) yield return new ValidationResult("must be the account's SID", [nameof(User)]);
                if (string.IsNullOrEmpty(Password)) yield return new ValidationResult("must be the account's auth token", [nameof(Password)]);
                if (string.IsNullOrWhiteSpace(From)) yield return new ValidationResult("must be a phone number, sender name or messaging service SID", [nameof(From)]);
                break;
        }
    }

    /// <summary>True for this machine.</summary>
    internal static bool IsLoopback(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    // Goes into the path of the API.
    [GeneratedRegex("^[A-Za-z0-9]{1,64}$")]
    private static partial Regex Sid();
}

/// <summary>When a breaker opens, and for how long.</summary>
public sealed class BreakerOptions
{
    /// <summary>How far back calls are looked at, in seconds. Short, so that good minutes before do not hide an outage. Default 1.</summary>
    [Range(0.5, 600.0)]
    public double WindowSeconds { get; set; } = 1;

    /// <summary>Fewest calls in the window before it is judged. Default 5.</summary>
    [Range(2, 100_000)]
    public int MinimumCalls { get; set; } = 5;

    /// <summary>Share of them that must have failed. Default 0.5.</summary>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How long the first break lasts, in seconds; doubles with every probe that fails. Default 1.</summary>
    [Range(0.1, 3_600.0)]
    public double BreakSeconds { get; set; } = 1;

    /// <summary>Longest break, in seconds. Default 30.</summary>
    [Range(0.1, 86_400.0)]
    public double LongestBreakSeconds { get; set; } = 30;
}
