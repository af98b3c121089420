using System.Net;

namespace Mainstreet.Testing;

/// <summary>One frame of a server-sent stream. A comment has an empty event and its text as data.</summary>
public sealed record LiveFrame(string? Id, string Event, string Data);

/// <summary>A reader of <c>/v1/live/stream</c>, as the browser's <c>EventSource</c> reads it.</summary>
public sealed class LiveStreamClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private LiveStreamClient(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    public HttpStatusCode Status => _response.StatusCode;

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>The last id received: what a browser sends as <c>Last-Event-ID</c>.</summary>
    public string? LastEventId { get; private set; }

    /// <param name="http">Carries the server's address and the credentials.</param>
    /// <param name="topics">Topics to follow.</param>
    /// <param name="lastEventId">Where to go on.</param>
    public static async Task<LiveStreamClient> OpenAsync(HttpClient http, IEnumerable<string> topics, string? lastEventId = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/live/stream?topics={string.Join(',', topics)}");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        return new LiveStreamClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next frame or comment; <c>null</c> at the end of the stream.</summary>
    /// <exception cref="TimeoutException">None came in 20 s.</exception>
    public async Task<LiveFrame?> NextAsync()
    {
        string? id = null, name = null, data = null, comment = null;
        while (await ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                if (comment is not null) return new LiveFrame(null, "", comment);
                if (data is null) continue;
                if (id is not null) LastEventId = id;
                return new LiveFrame(id, name ?? "message", data);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            switch (colon < 0 ? line : line[..colon])
            {
                case "": comment = value; break;
                case "id": id = value; break;
                case "event": name = value; break;
                case "data": data = data is null ? value : data + "\n" + value; break;
            }
        }

        return null;
    }

    /// <summary>The whole body: for answers that are no stream.</summary>
    public Task<string> ReadBodyAsync() => _reader.ReadToEndAsync();

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> ReadLineAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
