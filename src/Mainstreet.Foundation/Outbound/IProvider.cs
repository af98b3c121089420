using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Outbound;

/// <summary>One message for one address.</summary>
/// <param name="IdempotencyKey">
/// The same for every attempt at the same effect; sent as <c>Idempotency-Key</c> where the provider takes one, and an e-mail's Message-ID
/// follows from it. 1 to 200 characters of visible ASCII.
/// </param>
/// <param name="To">E-mail address or E.164 number; may be null for a webhook. An address that is none is Rejected without a call.</param>
/// <param name="Subject">One line; used by e-mail, and by webhooks in their body.</param>
/// <param name="Text">Plain text.</param>
/// <param name="ReplyTo">Where answers go to instead of the sender, by e-mail only; what is no address is left out.</param>
/// <param name="Attachments">Files, by e-mail only; at most a few, each of at most some megabytes.</param>
/// <param name="Fields">Further members of a webhook's JSON body, by camelCase name: text, numbers, truth values, ids, instants, or what serialises to JSON.</param>
public sealed record OutboundMessage(
    string IdempotencyKey, string? To, string? Subject, string Text, IReadOnlyDictionary<string, object?>? Fields = null,
    string? ReplyTo = null, IReadOnlyList<OutboundAttachment>? Attachments = null);

/// <param name="Name">A file name; letters, digits, dots, dashes and underscores of ASCII are kept.</param>
/// <param name="ContentType">Such as <c>application/pdf</c>.</param>
public sealed record OutboundAttachment(string Name, string ContentType, ReadOnlyMemory<byte> Content);

/// <summary>What one attempt came to.</summary>
public enum SendOutcome
{
    /// <summary>The provider took the message.</summary>
    Accepted,

    /// <summary>The provider refused it for good (bad address, bad content); another attempt there is useless.</summary>
    Rejected,

    /// <summary>The provider did certainly not take it, but may later (connection refused, 429, 503).</summary>
    Retry,

    /// <summary>Nobody can know whether the provider took it (time-out after the request was sent, connection lost, 500, 502, 504).</summary>
    Unknown,

    /// <summary>No attempt was made: breaker open, rate limit, or the provider asked for a pause.</summary>
    NotTried,
}

/// <param name="Outcome">What the attempt came to.</param>
/// <param name="StatusCode">HTTP or SMTP status, where there was one.</param>
/// <param name="Reference">The provider's own id of the message, for receipts.</param>
/// <param name="Error">One sentence for operators; no secrets, no address, no message text. Null when accepted.</param>
/// <param name="NotBefore">
/// With <see cref="SendOutcome.Retry"/> and <see cref="SendOutcome.NotTried"/>: when the provider may be asked again, if known. By the
/// container's <see cref="TimeProvider"/>, to the microsecond: a caller with a clock of its own takes the difference.
/// </param>
public sealed record SendResult(
    SendOutcome Outcome, int? StatusCode = null, string? Reference = null, string? Error = null, DateTimeOffset? NotBefore = null);

/// <summary>What the signature of a delivery report says.</summary>
public enum ReceiptCheck
{
    /// <summary>Nothing to check it with is configured (no secret; for SMS no receipt address): believe nothing.</summary>
    NotConfigured,

    /// <summary>Made by the provider. The same report may come again.</summary>
    Valid,

    /// <summary>No signature, a wrong one, or (webhook) older than five minutes.</summary>
    Invalid,
}

/// <summary>
/// An outside company (or the operator's own relay) that delivers on one channel. One call is one attempt: retries over time
/// belong to the caller's own table. Time-out, breaker, rate limit, metrics and health are inside.
/// </summary>
public interface IProvider
{
    /// <summary>From the configuration; unique.</summary>
    string Name { get; }

    /// <summary><c>webhook</c>, <c>email</c> or <c>sms</c>.</summary>
    string Channel { get; }

    /// <summary>A repeated <c>Idempotency-Key</c> has no second effect there.</summary>
    bool HonoursKeys { get; }

    /// <summary>Messages in flight at once that the provider is given at most.</summary>
    int Concurrency { get; }

    /// <summary>Null when the provider may be tried now; else when it may be tried again (breaker open, asked to pause). Clock as in <see cref="SendResult"/>.</summary>
    DateTimeOffset? ClosedUntil { get; }

    /// <summary>One attempt, or none when the provider is closed or out of tokens. Never waits for either.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the message began to leave. Cancelled later, the outcome is Unknown.</exception>
    Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel);

    /// <summary>Checks a delivery report's signature: Standard Webhooks for a webhook, <c>X-Twilio-Signature</c> for SMS; e-mail has none.</summary>
    /// <param name="headers">Of the report's request.</param>
    /// <param name="body">Its bytes as received.</param>
    ReceiptCheck CheckReceipt(IHeaderDictionary headers, ReadOnlyMemory<byte> body) => ReceiptCheck.NotConfigured;
}

/// <summary>The configured providers, in order of preference.</summary>
public interface IProviders
{
    IReadOnlyList<IProvider> All { get; }

    /// <summary>Providers of a channel, preferred first; empty when none is configured.</summary>
    IReadOnlyList<IProvider> For(string channel);

    IProvider? Find(string name);
}
