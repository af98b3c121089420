using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Mainstreet.Foundation.Outbound;

/// <summary>One HTTP request and answer, judged.</summary>
internal static class HttpExchange
{
    /// <summary>What is read of a provider's answer at most.</summary>
    internal const int MaxAnswerBytes = 65_536;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connections to one service. The address comes from the operator, so none is forbidden; where it leads is not left to the
    /// service: redirects are not followed. No trace headers leave the house.
    /// </summary>
    internal static HttpMessageInvoker Client(int concurrency, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = concurrency,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = timeout < ConnectTimeout ? timeout : ConnectTimeout,
        MaxResponseHeadersLength = 32,
        MaxResponseDrainSize = MaxAnswerBytes,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
    });

    /// <summary>Sends the request and reads the answer up to a limit. The request is disposed.</summary>
    /// <param name="http">The service's connections.</param>
    /// <param name="request">Its content, if any, is an <see cref="OutboundContent"/>.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="keep">Bytes of the answer to hand back; 0 when only its verdict is wanted.</param>
    /// <param name="clock">For <c>Retry-After</c>.</param>
    /// <param name="cancel">The caller's.</param>
    /// <exception cref="OperationCanceledException">The caller gave up before the body left.</exception>
    internal static async ValueTask<Attempt> SendAsync(
        HttpMessageInvoker http, HttpRequestMessage request, TimeSpan timeout, int keep, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        using var sent = request;
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            return await JudgeAsync(response, keep, clock, limit.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && !Left(request))
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            if (!Left(request)) return new Attempt(new SendResult(SendOutcome.Retry, Error: "no connection in time"), Failed: true);
            // Given up by the caller, most often at shutdown: that says nothing of the service.
            return cancel.IsCancellationRequested
                ? new Attempt(new SendResult(SendOutcome.Unknown, Error: "given up while waiting for the answer"))
                : new Attempt(new SendResult(SendOutcome.Unknown, Error: $"no answer within {timeout.TotalSeconds:0.###} s"), Failed: true);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return new Attempt(new SendResult(NeverLeft(exception) || !Left(request) ? SendOutcome.Retry : SendOutcome.Unknown, Error: Explain(exception)), Failed: true);
        }
    }

    private static async ValueTask<Attempt> JudgeAsync(HttpResponseMessage response, int keep, TimeProvider clock, CancellationToken cancel)
    {
        var most = keep > 0 ? keep : MaxAnswerBytes;
        var expected = response.Content.Headers.ContentLength;
        if (expected == 0) return HttpOutcomes.Judge((int)response.StatusCode, RetryAfterOf(response), [], clock) with { Body = keep > 0 ? [] : null };
        // One more than allowed shows that there is more; one more than announced shows the end.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(expected ?? 4_096, most) + 1);
        try
        {
            var (length, whole) = (0, false);
            try
            {
                using var stream = await response.Content.ReadAsStreamAsync(cancel);
                while (length <= most)
                {
                    if (length == buffer.Length) buffer = Grow(buffer, length);
                    var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
                    whole = read == 0;
                    if (whole) break;
                    length += read;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // The status has come, and it is the verdict; what the body would have added is lost.
                whole = false;
            }

            length = Math.Min(length, most);
            var attempt = HttpOutcomes.Judge((int)response.StatusCode, RetryAfterOf(response), buffer.AsSpan(0, length), clock);
            if (keep == 0) return attempt;
            return whole || attempt.Result.Outcome != SendOutcome.Accepted
                ? attempt with { Body = buffer.AsSpan(0, length).ToArray() }
                : attempt with { Result = attempt.Result with { Outcome = SendOutcome.Unknown, Error = "the answer was cut off or too long" } };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static string? RetryAfterOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;

    // A request without a body counts as gone as soon as it was handed over.
    private static bool Left(HttpRequestMessage request) => request.Content is not OutboundContent content || content.Started;

    private static bool NeverLeft(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    // Own words: exception texts may hold addresses that carry secrets.
    private static string Explain(Exception exception) => (exception as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host name is not known",
        HttpRequestError.ConnectionError => $"cannot connect{Socket(exception)}",
        HttpRequestError.SecureConnectionError => "the TLS handshake failed",
        HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
        HttpRequestError.InvalidResponse => "the answer is not HTTP",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers are too long",
        _ => $"the connection was lost{Socket(exception)}",
    };

    private static string Socket(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket) return $" ({socket.SocketErrorCode})";
        }

        return "";
    }
}
