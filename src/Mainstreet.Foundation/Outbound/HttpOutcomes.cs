using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Time;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What an HTTP status means for a message (docs/decisions/0014).</summary>
internal static class HttpOutcomes
{
    /// <summary>No provider closes itself for longer than this by <c>Retry-After</c>.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>429 without <c>Retry-After</c>.</summary>
    private static readonly TimeSpan UnnamedPause = TimeSpan.FromSeconds(1);

    /// <summary>How providers say that the same key is being worked on at this moment.</summary>
    private static readonly string[] InProgress = ["in_progress", "in progress", "in-progress", "inprogress", "concurrent", "key_in_use", "being processed"];

    internal static Attempt Judge(int status, string? retryAfter, ReadOnlySpan<byte> body, TimeProvider clock)
    {
        var (reference, code) = Scan(body);
        if (status is >= 200 and < 300) return new Attempt(new SendResult(SendOutcome.Accepted, status, reference));
        var error = code is null ? $"answered {status}" : $"answered {status} (code {code})";
        switch (status)
        {
            case 408 or 425 or 429 or 503:
                var now = clock.GetUtcNow();
                var asked = RetryAfter.Parse(retryAfter, now, LongestPause) ?? (status == 429 ? now + UnnamedPause : null);
                // 429 speaks of our pace, not of the provider's health.
                return new Attempt(new SendResult(SendOutcome.Retry, status, Error: error, NotBefore: asked?.Cut()), Failed: status == 503, Pauses: asked is not null);
            case 409 when IsInProgress(body):
                // Only this message waits. Says nothing of the attempt that is in progress.
                return new Attempt(new SendResult(SendOutcome.Retry, status, Error: error, NotBefore: RetryAfter.Parse(retryAfter, clock.GetUtcNow(), LongestPause)?.Cut()));
            case >= 400 and < 500:
                return new Attempt(new SendResult(SendOutcome.Rejected, status, Error: error));
            case >= 300 and < 400:
                return new Attempt(new SendResult(SendOutcome.Rejected, status, Error: $"answered {status}: redirects are not followed"));
            default:
                return new Attempt(new SendResult(SendOutcome.Unknown, status, Error: error), Failed: true);
        }
    }

    /// <summary>The provider's own id and error code: <c>id</c>, <c>messageId</c> or <c>sid</c>, and <c>code</c>, at the top of a JSON object.</summary>
    internal static (string? Reference, string? Code) Scan(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2 || body.TrimStart(" \t\r\n\uFEFF"u8).IndexOf((byte)'{') != 0) return default;
        string? id = null, messageId = null, sid = null, code = null;
        // Not the final block: an answer that was cut off may still have told its id.
        var reader = new Utf8JsonReader(body.TrimStart("\uFEFF"u8), isFinalBlock: false, default);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ref var target = ref code;
                var wanted = true;
                if (reader.ValueTextEquals("id"u8)) target = ref id;
                else if (reader.ValueTextEquals("messageId"u8)) target = ref messageId;
                else if (reader.ValueTextEquals("sid"u8)) target = ref sid;
                else wanted = reader.ValueTextEquals("code"u8);
                if (!reader.Read()) break;
                if (wanted && reader.TokenType is JsonTokenType.String or JsonTokenType.Number) target = Text(ref reader);
                else if (!reader.TrySkip()) break;
            }
        }
        catch (JsonException)
        {
            // Not JSON after all: what was found before stands.
            return (id ?? messageId ?? sid, Word(code));
        }

        return (id ?? messageId ?? sid, Word(code));
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length is 0 or > 400) return null;
        if (reader.TokenType == JsonTokenType.Number) return Encoding.ASCII.GetString(reader.ValueSpan);
        try
        {
            var text = reader.GetString()!;
            return text.Length > 200 || text.Any(char.IsControl) ? null : text;
        }
        catch (InvalidOperationException)
        {
            // Ill-formed UTF-8 or half of a surrogate pair.
            return null;
        }
    }

    // Anything but a word may be an echo of what was sent.
    private static string? Word(string? code) =>
        code is { Length: <= 64 } && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? code : null;

    private static bool IsInProgress(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4_096)]);
        return Array.Exists(InProgress, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
