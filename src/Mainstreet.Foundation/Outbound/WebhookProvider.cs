using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// Posts <c>{"idempotencyKey","to"?,"subject"?,"text", ...fields}</c> with <c>Idempotency-Key</c>, signed when there is a secret. A field
/// named like one of these members is left out.
/// </summary>
internal sealed class WebhookProvider : Provider
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _scratch;

    private readonly HttpMessageInvoker _http;
    private readonly Uri _url;
    private readonly string? _authorization;
    private readonly byte[][] _keys;

    internal WebhookProvider(string name, ProviderOptions options, Circuit circuit, OutboundMetrics metrics, TimeProvider clock)
        : base(name, "webhook", options, true, circuit, metrics, clock)
    {
        _url = new Uri(options.EffectiveUrl);
        _http = HttpExchange.Client(options.Concurrency, Timeout);
        _authorization = options.Token is { } token ? $"Bearer {token}" : options.User is { } user ? Basic(user, options.Password) : null;
        _keys = [.. new[] { options.Secret, options.PreviousSecret }.OfType<string>()
            .Select(s => WebhookSignature.TryKey(s, out var key) ? key : throw new ArgumentException("The secret is not Base64.", nameof(options)))];
    }

    internal static string Basic(string user, string? password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    public override ReceiptCheck CheckReceipt(IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        _keys.Length == 0 ? ReceiptCheck.NotConfigured : WebhookSignature.Verify(
            _keys, headers[WebhookSignature.IdHeader], headers[WebhookSignature.TimestampHeader], headers[WebhookSignature.SignatureHeader], body.Span, Clock.GetUtcNow())
            == SignatureVerdict.Valid ? ReceiptCheck.Valid : ReceiptCheck.Invalid;

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    // Where a webhook goes is the operator's setting, so an address is not needed.
    protected override string? Refuse(OutboundMessage message) => null;

    protected override ValueTask<Attempt> AttemptAsync(OutboundMessage message, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Idempotency-Key", message.IdempotencyKey);
        headers.TryAddWithoutValidation("User-Agent", "mainstreet");
        if (_authorization is not null) headers.TryAddWithoutValidation("Authorization", _authorization);
        request.Content = new OutboundContent.Bytes(_keys.Length == 0 ? Body(message, "") : SignedBody(message, headers), JsonType);
        return HttpExchange.SendAsync(_http, request, Timeout, 0, Clock, cancel);
    }

    // What is signed is the body with id and time before it: written in one piece, sent from its middle.
    private ReadOnlyMemory<byte> SignedBody(OutboundMessage message, HttpRequestHeaders headers)
    {
        var time = Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var prefix = $"{message.IdempotencyKey}.{time}.";
        var signed = Body(message, prefix);
        headers.TryAddWithoutValidation(WebhookSignature.IdHeader, message.IdempotencyKey);
        headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, time);
        headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, string.Join(' ', _keys.Select(k => WebhookSignature.Sign(k, signed.Span))));
        return signed[prefix.Length..];
    }

    private static ReadOnlyMemory<byte> Body(OutboundMessage message, string prefix)
    {
        var (buffer, json) = _scratch ??= MakeScratch();
        buffer.ResetWrittenCount();
        Encoding.ASCII.GetBytes(prefix, buffer);
        json.Reset();
        json.WriteStartObject();
        json.WriteString("idempotencyKey"u8, message.IdempotencyKey);
        if (message.To is not null) json.WriteString("to"u8, message.To);
        if (message.Subject is not null) json.WriteString("subject"u8, message.Subject);
        json.WriteString("text"u8, message.Text);
        if (message.Fields is not null)
        {
            foreach (var (name, value) in message.Fields)
            {
                if (name is "idempotencyKey" or "to" or "subject" or "text") continue;
                json.WritePropertyName(name);
                Write(json, value);
            }
        }

        json.WriteEndObject();
        json.Flush();
        // A copy: the connection may still read it when this thread writes the next.
        return buffer.WrittenSpan.ToArray();
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) MakeScratch()
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        return (buffer, new Utf8JsonWriter(buffer, Compact));
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            default:
                JsonSerializer.Serialize(json, value, value.GetType(), Json.Wire);
                break;
        }
    }
}
