using System.Net;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Tests.Proof;

/// <summary>What a <see cref="FlawedDoor"/> does wrong.</summary>
public enum Flaw
{
    /// <summary>Creates forget their Idempotency-Key.</summary>
    ForgetsKeys,

    /// <summary>One request is answered 500.</summary>
    ServerError,

    /// <summary>Deletions are confirmed and not made.</summary>
    IgnoresDeletes,

    /// <summary>Pauses are confirmed and not made.</summary>
    IgnoresPauses,

    /// <summary>Skip means sendLate.</summary>
    WrongPolicy,

    /// <summary>Cancellations are confirmed and not made.</summary>
    IgnoresCancels,

    /// <summary>Now and then what was sent shows as queued.</summary>
    StatusGoesBack,
}

/// <summary>A server that is right, behind a door that is not: passes everything on but for its flaws, which the proof must find.</summary>
internal sealed class FlawedDoor : IAsyncDisposable
{
    private readonly HttpClient _inside;
    private readonly HashSet<Flaw> _flaws;
    private WebApplication? _app;
    private int _sentShown;
    private int _errors;

    private FlawedDoor(Uri server, Flaw[] flaws)
    {
        _inside = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server };
        _flaws = [.. flaws];
    }

    internal Uri Address { get; private set; } = null!;

    internal static async Task<FlawedDoor> OpenAsync(Uri server, params Flaw[] flaws)
    {
        var door = new FlawedDoor(server, flaws);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        door._app = builder.Build();
        door._app.Run(door.PassAsync);
        await door._app.StartAsync();
        door.Address = new Uri(door._app.Urls.Single());
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        _inside.Dispose();
    }

    private async Task PassAsync(HttpContext http)
    {
        var (method, path) = (http.Request.Method, http.Request.Path.Value!);
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync(http.RequestAborted);
        if (await PretendAsync(http, method, path)) return;
        body = Change(body);
        using var request = new HttpRequestMessage(new HttpMethod(method), path + http.Request.QueryString);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var name in new[] { "Authorization", "Idempotency-Key" })
        {
            if (name == "Idempotency-Key" && path == "/v1/recipients" && _flaws.Contains(Flaw.ForgetsKeys)) continue;
            if (http.Request.Headers.TryGetValue(name, out var value)) request.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        using var answer = await _inside.SendAsync(request, http.RequestAborted);
        var text = await answer.Content.ReadAsStringAsync(http.RequestAborted);
        if (_flaws.Contains(Flaw.StatusGoesBack) && path == "/v1/messages" && text.Contains("\"status\":\"sent\"", StringComparison.Ordinal) && Interlocked.Increment(ref _sentShown) % 5 == 0)
            text = text.Replace("\"status\":\"sent\"", "\"status\":\"queued\"", StringComparison.Ordinal);
        http.Response.StatusCode = (int)answer.StatusCode;
        if (answer.Headers.RetryAfter is { } retry) http.Response.Headers.RetryAfter = retry.ToString();
        if (http.Response.StatusCode == 204) return;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Answers without asking.</summary>
    private async Task<bool> PretendAsync(HttpContext http, string method, string path)
    {
        if (_flaws.Contains(Flaw.IgnoresDeletes) && method == "DELETE")
        {
            http.Response.StatusCode = 204;
            return true;
        }

        if (_flaws.Contains(Flaw.ServerError) && path == "/v1/messages" && Interlocked.Increment(ref _errors) == 3)
        {
            http.Response.StatusCode = 500;
            return true;
        }

        if (!_flaws.Contains(Flaw.IgnoresCancels) || !path.EndsWith("/cancel", StringComparison.Ordinal)) return false;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync("{}", http.RequestAborted);
        return true;
    }

    private string Change(string body)
    {
        if (_flaws.Contains(Flaw.IgnoresPauses))
            body = body.Replace("\"paused\":true", "\"paused\":false", StringComparison.Ordinal).Replace("\"birthdayPaused\":true", "\"birthdayPaused\":false", StringComparison.Ordinal);
        return _flaws.Contains(Flaw.WrongPolicy) ? body.Replace("\"misfire\":\"skip\"", "\"misfire\":\"sendLate\"", StringComparison.Ordinal) : body;
    }
}
