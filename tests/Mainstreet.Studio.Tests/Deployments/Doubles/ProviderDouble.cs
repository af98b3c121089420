using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Mainstreet.Studio.Tests.Deployments.Contracts;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Studio.Tests.Deployments.Doubles;

/// <summary>
/// A provider in this process: keeps what it is given, fails as it is told, and holds every request and every answer against the provider's
/// public document where that is at hand.
/// </summary>
internal abstract class ProviderDouble(IContract? contract) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Tenant> _tenants = new();
    private WebApplication? _app;

    protected sealed record Reply(int Status, JsonNode? Body = null);

    internal Uri Address { get; private set; } = null!;

    /// <summary>Answers outside the document are deliberate: a fault is no answer that a provider promises.</summary>
    internal bool Checks => contract is not null;

    protected abstract string BasePath { get; }

    internal Tenant For(string token) => _tenants.GetOrAdd(token, t => new Tenant(t));

    internal async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging(l => l.SetMinimumLevel(LogLevel.None));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + BasePath);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    /// <summary>What a request is about, in the words of <see cref="Fault.Point"/>.</summary>
    protected abstract string PointOf(DoubleCall call);

    protected abstract Reply Answer(Tenant tenant, DoubleCall call);

    protected abstract JsonNode Error(int status, string message);

    protected static Queue<string> Script(Tenant tenant, params string[] usual) => new(tenant.States.Count > 0 ? tenant.States : usual);

    private async Task HandleAsync(HttpContext http)
    {
        var call = await ReadAsync(http);
        var token = call.Headers.GetValueOrDefault("Project-Access-Token") ?? call.Headers.GetValueOrDefault("Authorization")?["Bearer ".Length..];
        if (token is null)
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync(Error(401, "Not Authorized").ToJsonString());
            return;
        }

        var tenant = For(token);
        var point = PointOf(call);
        Enter(tenant, point);
        try
        {
            foreach (var wrong in contract?.CheckRequest(call) ?? []) tenant.Violations.Enqueue(wrong);
            var fault = tenant.Next(point);
            if (fault is { Kind: FaultKind.Drop or FaultKind.Hang or FaultKind.Status })
            {
                await FailAsync(http, tenant, point, call, fault);
                return;
            }

            Reply reply;
            lock (tenant.Gate) reply = Answer(tenant, call);
            await SendAsync(http, tenant, point, call, reply, fault);
        }
        finally
        {
            if (point == "upload") Interlocked.Decrement(ref tenant.UploadsNow);
        }
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Vercel and Netlify name files by their SHA-1.")]
    private protected static string Sha1(byte[] content) => Convert.ToHexStringLower(SHA1.HashData(content));

    private static async Task FailAsync(HttpContext http, Tenant tenant, string point, DoubleCall call, Fault fault)
    {
        tenant.Calls.Enqueue((point, call, fault.Kind == FaultKind.Status ? fault.Status : 0));
        switch (fault.Kind)
        {
            case FaultKind.Drop:
                http.Abort();
                return;
            case FaultKind.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
        }

        http.Response.StatusCode = fault.Status;
        foreach (var (name, value) in fault.Headers ?? []) http.Response.Headers[name] = value;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(fault.Body);
    }

    private async Task SendAsync(HttpContext http, Tenant tenant, string point, DoubleCall call, Reply reply, Fault? fault)
    {
        var body = reply.Body is null ? [] : Encoding.UTF8.GetBytes(reply.Body.ToJsonString());
        foreach (var wrong in tenant.TellsOtherStates && point == "status" ? [] : contract?.CheckAnswer(call, reply.Status, body) ?? []) tenant.Violations.Enqueue(wrong);
        tenant.Calls.Enqueue((point, call, reply.Status));
        if (fault?.Kind == FaultKind.LoseAnswer)
        {
            http.Abort();
            return;
        }

        if (fault?.Kind == FaultKind.Garbage) body = "<html>Bad gateway</html>"u8.ToArray();
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        if (fault?.Kind == FaultKind.CutAnswer)
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        if (body.Length > 0) await http.Response.Body.WriteAsync(body);
    }

    private static void Enter(Tenant tenant, string point)
    {
        if (point != "upload") return;
        Interlocked.Increment(ref tenant.Uploads);
        var now = Interlocked.Increment(ref tenant.UploadsNow);
        lock (tenant.Gate) tenant.MostUploadsAtOnce = Math.Max(tenant.MostUploadsAtOnce, now);
    }

    private async Task<DoubleCall> ReadAsync(HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        // As it was sent: percent-encoded.
        var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = raw.Split('?')[0][BasePath.Length..];
        return new DoubleCall(
            http.Request.Method, path, http.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()), http.Request.ContentType, body.ToArray(),
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }
}
