using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>Vercel's HTTP: bearer token, <c>teamId</c> in the query, errors as <c>{"error":{"code","message"}}</c>.</summary>
internal sealed class VercelApi(ProviderCalls calls, IOptions<DeploymentOptions> options)
{
    private const int LinesAtOnce = 100;

    internal Task<ProviderAnswer> SendAsync(DeployWork work, HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        var request = Request(work, method, path);
        if (body is not null) request.Content = ProviderCalls.Body(body);
        return calls.SendAsync(request, Error, cancel);
    }

    internal async Task UploadAsync(DeployWork work, DeploymentFile file, byte[] content, CancellationToken cancel)
    {
        var request = Request(work, HttpMethod.Post, "/v2/files");
        request.Headers.TryAddWithoutValidation("x-vercel-digest", file.Sha1);
        request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        await calls.SendAsync(request, Error, cancel);
    }

    /// <summary>Lines of the build that were not read before. A log that cannot be read stands in nobody's way.</summary>
    internal async Task<(IReadOnlyList<LogLine> Lines, string? From)> LogAsync(DeployWork work, CancellationToken cancel)
    {
        var from = work.Refs.LogFrom;
        var since = from is null ? "" : $"&since={from}";
        JsonElement answer;
        try
        {
            answer = (await SendAsync(work, HttpMethod.Get, $"/v3/deployments/{work.Refs.Deployment}/events?direction=forward&builds=1&limit={LinesAtOnce}{since}", null, cancel)).Json();
        }
        catch (ProviderException)
        {
            return ([], from);
        }

        var lines = new List<LogLine>();
        var last = long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0;
        foreach (var line in ((JsonElement?)answer).Items())
        {
            if (line.Member("created") is { ValueKind: JsonValueKind.Number } at && at.TryGetDouble(out var created)) last = Math.Max(last, (long)created + 1);
            if ((line.Member("payload")?.Text("text") ?? line.Text("text")) is { Length: > 0 } text) lines.Add(new LogLine(LogLine.Theirs, work.Clean(text.TrimEnd())));
        }

        return (lines, last == 0 ? from : last.ToString(CultureInfo.InvariantCulture));
    }

    private HttpRequestMessage Request(DeployWork work, HttpMethod method, string path)
    {
        if (work.Credentials.Team.Length > 0) path += $"{(path.Contains('?') ? '&' : '?')}teamId={Uri.EscapeDataString(work.Credentials.Team)}";
        var request = new HttpRequestMessage(method, new Uri(options.Value.VercelUrl.TrimEnd('/') + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", work.Credentials.Token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return request;
    }

    private static (string? Code, string? Message) Error(JsonElement json) =>
        json.Member("error") is { } error ? (error.Text("code"), error.Text("message")) : default;
}
