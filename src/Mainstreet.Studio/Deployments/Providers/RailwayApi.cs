using System.Net.Http.Headers;
using System.Text.Json;

using Mainstreet.Studio.Deployments.Credentials;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// Railway's GraphQL (railwayapp/cli, src/gql/schema.json), and the upload that its command line uses beside it (src/controllers/upload.rs).
/// Errors come with status 200 as <c>errors[]</c>.
/// </summary>
internal sealed class RailwayApi(ProviderCalls calls, IOptions<DeploymentOptions> options)
{
    private const int DeploymentsAtOnce = 50;

    /// <summary>The <c>data</c> of the answer.</summary>
    internal async Task<JsonElement> QueryAsync(DeployWork work, string query, object variables, CancellationToken cancel)
    {
        var request = Request(work, "/graphql/v2");
        request.Content = ProviderCalls.Body(new { query, variables });
        var json = (await calls.SendAsync(request, Error, cancel)).Json();
        if (json.Member("errors").Items() is [var first, ..])
        {
            var message = first.Text("message") ?? "It did not say why.";
            throw new ProviderException(Kind(message, first), $"It refused: {message}", 200, first.Member("extensions")?.Text("code"));
        }

        return json.Member("data") ?? throw ProviderAnswer.Lacks("'data'");
    }

    /// <summary>Sends the files as one archive, which begins a deployment.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> UploadAsync(DeployWork work, byte[] archive, CancellationToken cancel)
    {
        var refs = work.Refs;
        var request = Request(work, $"/project/{refs.Project}/environment/{refs.Environment}/up?serviceId={refs.Service}&message={Uri.EscapeDataString(work.Mark)}");
        request.Content = new ByteArrayContent(archive) { Headers = { ContentType = new MediaTypeHeaderValue("application/gzip") } };
        return (await calls.SendAsync(request, Error, cancel)).Json().NeededText("deploymentId");
    }

    /// <summary>The service's deployments, newest first.</summary>
    internal async Task<IReadOnlyList<string>> DeploymentsAsync(DeployWork work, CancellationToken cancel)
    {
        const string Query = "query Deployments($input: DeploymentListInput!, $first: Int) { deployments(input: $input, first: $first) { edges { node { id createdAt } } } }";
        var data = await QueryAsync(work, Query, new
        {
            input = new { projectId = work.Refs.Project, environmentId = work.Refs.Environment, serviceId = work.Refs.Service },
            first = DeploymentsAtOnce,
        }, cancel);
        return [.. data.Member("deployments")?.Member("edges").NeededItems("'edges'")
            .Select(e => e.Member("node") ?? throw ProviderAnswer.Lacks("'node'"))
            .OrderByDescending(n => n.Text("createdAt"), StringComparer.Ordinal).Select(n => n.NeededText("id")) ?? throw ProviderAnswer.Lacks("'deployments'")];
    }

    private HttpRequestMessage Request(DeployWork work, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.RailwayUrl.TrimEnd('/') + path));
        if (work.Credentials.Kind == TokenKind.Project) request.Headers.TryAddWithoutValidation("Project-Access-Token", work.Credentials.Token);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", work.Credentials.Token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return request;
    }

    // Railway documents neither codes nor extensions; its words are what there is.
    private static ProviderFailure Kind(string message, JsonElement error)
    {
        if (message.Contains("not authorized", StringComparison.OrdinalIgnoreCase) || message.Contains("unauthorized", StringComparison.OrdinalIgnoreCase)) return ProviderFailure.Denied;
        if (message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) || message.Contains("too many requests", StringComparison.OrdinalIgnoreCase)) return ProviderFailure.Limited;
        return error.Member("extensions")?.Text("code") is "INTERNAL_SERVER_ERROR" || message.Contains("problem processing", StringComparison.OrdinalIgnoreCase)
            ? ProviderFailure.Unreachable : ProviderFailure.Refused;
    }

    private static (string? Code, string? Message) Error(JsonElement json) =>
        json.Member("errors").Items() is [var first, ..] ? (null, first.Text("message")) : (null, json.Text("message"));
}
