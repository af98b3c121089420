using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

using Mainstreet.Foundation.Web;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// One request to a provider and its answer, judged. Nothing is repeated here: a step that failed is run again from its beginning, which
/// looks for what the first try may have left.
/// </summary>
internal sealed class ProviderCalls : IDisposable
{
    /// <summary>What is read of an answer at most.</summary>
    private const int MaxAnswerBytes = 8_000_000;

    private readonly HttpMessageInvoker _http;
    private readonly DeploymentOptions _options;
    private readonly TimeProvider _clock;

    public ProviderCalls(IOptions<DeploymentOptions> options, TimeProvider clock)
    {
        (_options, _clock) = (options.Value, clock);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            // A token goes to the provider and nowhere else.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 64,
        });
    }

    /// <summary>Sends and disposes the request.</summary>
    /// <param name="request">Whole, with its credentials.</param>
    /// <param name="errors">Reads the provider's code and message from an answer that says no.</param>
    /// <param name="cancel">The caller's.</param>
    /// <exception cref="ProviderException">Anything but a 2xx answer.</exception>
    internal async Task<ProviderAnswer> SendAsync(HttpRequestMessage request, Func<JsonElement, (string? Code, string? Message)> errors, CancellationToken cancel)
    {
        using var sent = request;
        request.Headers.TryAddWithoutValidation("User-Agent", "mainstreet");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // What is long takes longer: 100 kB a second is little.
        limit.CancelAfter(_options.CallTimeout + TimeSpan.FromSeconds((request.Content?.Headers.ContentLength ?? 0) / 100_000));
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            var body = await ReadAsync(response, limit.Token);
            return (int)response.StatusCode is >= 200 and < 300 ? new ProviderAnswer((int)response.StatusCode, body) : throw Judge(response, body, errors);
        }
        catch (OperationCanceledException exception) when (!cancel.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFailure.Unreachable, "No answer in time.", inner: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // Own words: exception texts may hold addresses.
            throw new ProviderException(ProviderFailure.Unreachable, Explain(exception), inner: exception);
        }
    }

    /// <summary>JSON with its length, which not every proxy does without.</summary>
    internal static HttpContent Body(object value) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Json.Wire)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var whole = new MemoryStream();
        var buffer = new byte[16_384];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (whole.Length + read > MaxAnswerBytes) throw new ProviderException(ProviderFailure.Unreadable, "The answer is too long.", (int)response.StatusCode);
            whole.Write(buffer, 0, read);
        }

        return whole.ToArray();
    }

    private ProviderException Judge(HttpResponseMessage response, byte[] body, Func<JsonElement, (string? Code, string? Message)> errors)
    {
        var status = (int)response.StatusCode;
        var (code, message) = body.Length == 0 ? default : Try(body, errors);
        var said = message is null ? $"It answered {status}{(code is null ? "" : $" ({code})")}." : $"It answered {status}{(code is null ? "" : $" ({code})")}: {message}";
        var kind = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => ProviderFailure.Limited,
            // Netlify answers empty 401s at random (answers.netlify.com topic 3309): only one that says why is believed at once.
            HttpStatusCode.Unauthorized => body.Length == 0 ? ProviderFailure.Unreachable : ProviderFailure.Denied,
            HttpStatusCode.Forbidden => ProviderFailure.Denied,
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 => ProviderFailure.Unreachable,
            >= HttpStatusCode.InternalServerError => ProviderFailure.Unreachable,
            >= HttpStatusCode.BadRequest => ProviderFailure.Refused,
            _ => ProviderFailure.Refused,
        };
        return new ProviderException(kind, said, status, code, kind is ProviderFailure.Limited or ProviderFailure.Unreachable ? Pauses.Of(response, body, _clock.GetUtcNow()) : null);
    }

    private static (string? Code, string? Message) Try(byte[] body, Func<JsonElement, (string? Code, string? Message)> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return errors(document.RootElement);
        }
        catch (JsonException)
        {
            // A proxy's page, say: the status alone is told.
            return default;
        }
    }

    private static string Explain(Exception exception) => (exception as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The host name is not known.",
        HttpRequestError.ConnectionError => "No connection could be made.",
        HttpRequestError.SecureConnectionError => "The TLS handshake failed.",
        HttpRequestError.InvalidResponse => "The answer is not HTTP.",
        _ => "The connection was lost.",
    };
}
