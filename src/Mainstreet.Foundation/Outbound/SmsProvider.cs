using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// Text messages by <c>POST /2010-04-01/Accounts/{sid}/Messages.json</c> (twilio.com/docs/messaging/api/message-resource). Twilio takes no
/// idempotency key for messages: a send whose outcome is unknown may have been taken.
/// </summary>
internal sealed partial class SmsProvider : Provider
{
    private static readonly MediaTypeHeaderValue FormType = new("application/x-www-form-urlencoded");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _url;
    private readonly string _authorization;
    private readonly string _fixed;
    private readonly string? _receiptUrl;
    private readonly string[] _tokens;

    internal SmsProvider(string name, ProviderOptions options, Circuit circuit, OutboundMetrics metrics, TimeProvider clock)
        : base(name, "sms", options, false, circuit, metrics, clock)
    {
        _url = new Uri($"{options.EffectiveUrl.TrimEnd('/')}/2010-04-01/Accounts/{options.User}/Messages.json");
        _http = HttpExchange.Client(options.Concurrency, Timeout);
        _authorization = WebhookProvider.Basic(options.User!, options.Password);
        _receiptUrl = options.ReceiptUrl;
        _tokens = [.. new[] { options.Password, options.PreviousSecret }.OfType<string>()];
        _fixed = (MessagingService().IsMatch(options.From!) ? "MessagingServiceSid=" : "From=") + Uri.EscapeDataString(options.From!)
            + (_receiptUrl is null ? "" : "&StatusCallback=" + Uri.EscapeDataString(_receiptUrl));
    }

    public override ReceiptCheck CheckReceipt(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        if (_receiptUrl is null) return ReceiptCheck.NotConfigured;
        // A signed address with a query would need the request's own; ours has none but what the operator wrote.
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span))
            .SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? ""))).ToList();
        return TwilioSignature.Verify(_tokens, _receiptUrl, form, headers[TwilioSignature.Header]) == SignatureVerdict.Valid
            ? ReceiptCheck.Valid : ReceiptCheck.Invalid;
    }

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    protected override string? Refuse(OutboundMessage message) =>
        message.To is null || !E164().IsMatch(message.To) ? "the phone number is not in E.164 form" : message.Text.Length == 0 ? "the text is empty" : null;

    protected override ValueTask<Attempt> AttemptAsync(OutboundMessage message, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url);
        request.Headers.TryAddWithoutValidation("Authorization", _authorization);
        request.Headers.TryAddWithoutValidation("User-Agent", "mainstreet");
        if (HonoursKeys) request.Headers.TryAddWithoutValidation("Idempotency-Key", message.IdempotencyKey);
        request.Content = new OutboundContent.Bytes(
            Encoding.ASCII.GetBytes($"To={Uri.EscapeDataString(message.To!)}&{_fixed}&Body={Uri.EscapeDataString(WellFormed(message.Text))}"), FormType);
        return HttpExchange.SendAsync(_http, request, Timeout, 0, Clock, cancel);
    }

    /// <summary>Half of a surrogate pair, which no encoding can carry, becomes the replacement character.</summary>
    internal static string WellFormed(string text)
    {
        var span = text.AsSpan();
        for (var rest = span; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done) return string.Concat(text.EnumerateRunes());
            rest = rest[used..];
        }

        return text;
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();

    [GeneratedRegex("^MG[0-9a-fA-F]{32}$")]
    private static partial Regex MessagingService();
}
