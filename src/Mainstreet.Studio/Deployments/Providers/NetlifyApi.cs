using System.Net.Http.Headers;
using System.Text.Json;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>Netlify's HTTP: bearer token, errors as <c>{"code","message"}</c>.</summary>
internal sealed class NetlifyApi(ProviderCalls calls, IOptions<DeploymentOptions> options)
{
    internal Task<ProviderAnswer> SendAsync(DeployWork work, HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        var request = Request(work, method, path);
        if (body is not null) request.Content = ProviderCalls.Body(body);
        return calls.SendAsync(request, Error, cancel);
    }

    internal Task UploadAsync(DeployWork work, DeploymentFile file, byte[] content, CancellationToken cancel)
    {
        // Each segment by itself: an encoded slash would be part of a name.
        var path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
        var request = Request(work, HttpMethod.Put, $"/deploys/{work.Refs.Deployment}/files/{path}");
        request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        return calls.SendAsync(request, Error, cancel);
    }

    private HttpRequestMessage Request(DeployWork work, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(options.Value.NetlifyUrl.TrimEnd('/') + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", work.Credentials.Token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return request;
    }

    private static (string? Code, string? Message) Error(JsonElement json) => (json.Text("code"), json.Text("message"));
}
