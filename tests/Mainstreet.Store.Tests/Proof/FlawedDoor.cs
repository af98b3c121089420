using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Store.Tests.Proof;

/// <summary>What a <see cref="FlawedDoor"/> does wrong.</summary>
public enum Flaw
{
    /// <summary>The shelf holds one piece more than was said.</summary>
    Oversells,

    /// <summary>Who comes too late is told something else.</summary>
    WrongRefusal,

    /// <summary>All that is told of the first payment is confirmed and thrown away.</summary>
    SwallowsTellings,

    /// <summary>Forged tellings are confirmed.</summary>
    ConfirmsForgeries,

    /// <summary>A webhook that comes a second time is refused.</summary>
    RefusesRepeats,

    /// <summary>The ledger shows its newest entry twice.</summary>
    RepeatsEntries,

    /// <summary>Refunds are made twice.</summary>
    RefundsTwice,

    /// <summary>The provider knows of no capture.</summary>
    ForgetsCaptures,

    /// <summary>The shop lists an order that nobody made.</summary>
    InventsOrders,

    /// <summary>Strangers see what members see.</summary>
    ShowsStrangers,

    /// <summary>One request is answered 500.</summary>
    ServerError,

    /// <summary>What was done is not answered, now and then.</summary>
    LosesAnswers,
}

/// <summary>A server that is right, behind a door that is not: passes everything on but for its flaws, which the proof must find.</summary>
internal sealed partial class FlawedDoor : IAsyncDisposable
{
    private static readonly string[] Passed = ["Authorization", "Idempotency-Key", "X-Razorpay-Signature", "x-razorpay-event-id", "Last-Event-ID"];
    private readonly HttpClient _inside;
    private readonly HashSet<Flaw> _flaws;
    private readonly ConcurrentDictionary<string, bool> _events = new();
    private WebApplication? _app;
    private string? _member;
    private string? _swallowed;
    private int _errors;
    private int _acts;
    private int _orders;

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
        if (await PretendAsync(http, method, path, body)) return;
        if (_flaws.Contains(Flaw.Oversells) && path == "/v1/products" && body.Contains("rarity", StringComparison.Ordinal))
            body = body.Replace("\"onHand\":2", "\"onHand\":3", StringComparison.Ordinal);
        using var answer = await _inside.SendAsync(Copy(http, method, path, body), HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        if (_flaws.Contains(Flaw.RefundsTwice) && path.EndsWith("/refunds", StringComparison.Ordinal) && answer.IsSuccessStatusCode)
        {
            using var again = Copy(http, method, path, body);
            again.Headers.Remove("Idempotency-Key");
            using var second = await _inside.SendAsync(again, http.RequestAborted);
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        if (answer.Headers.RetryAfter is { } retry) http.Response.Headers.RetryAfter = retry.ToString();
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            await StreamAsync(await answer.Content.ReadAsStreamAsync(http.RequestAborted), http);
            return;
        }

        var text = await answer.Content.ReadAsStringAsync(http.RequestAborted);
        if (_flaws.Contains(Flaw.LosesAnswers) && method == "POST" && IsAct(path)
            && (path == "/v1/orders" ? Interlocked.Increment(ref _orders) % 4 == 0 : Interlocked.Increment(ref _acts) % 7 == 0))
        {
            http.Abort();
            return;
        }

        if (http.Response.StatusCode != 204) await http.Response.WriteAsync(Change(http, path, text), http.RequestAborted);
    }

    private HttpRequestMessage Copy(HttpContext http, string method, string path, string body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path + http.Request.QueryString);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var name in Passed)
        {
            if (http.Request.Headers.TryGetValue(name, out var value)) request.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        if (!_flaws.Contains(Flaw.ShowsStrangers)) return request;
        if (http.Request.Headers.Authorization.ToString() is ['B', 'e', ..] member) _member = member;
        else if (method == "GET" && path.StartsWith("/v1/products/", StringComparison.Ordinal)) request.Headers.TryAddWithoutValidation("Authorization", _member);
        return request;
    }

    /// <summary>Answers without asking.</summary>
    private async Task<bool> PretendAsync(HttpContext http, string method, string path, string body)
    {
        if (_flaws.Contains(Flaw.ServerError) && path == "/v1/carts" && Interlocked.Increment(ref _errors) == 3)
        {
            http.Response.StatusCode = 500;
            return true;
        }

        if (!path.StartsWith("/v1/payments/razorpay/", StringComparison.Ordinal)) return false;
        if (_flaws.Contains(Flaw.RefusesRepeats) && http.Request.Headers["x-razorpay-event-id"].ToString() is { Length: > 0 } told && !_events.TryAdd(told, true))
        {
            http.Response.StatusCode = 409;
            return true;
        }

        if (!_flaws.Contains(Flaw.SwallowsTellings) || ProviderOrder().Match(body) is not { Success: true, Value: var order }) return false;
        Interlocked.CompareExchange(ref _swallowed, order, null);
        if (_swallowed != order) return false;
        await http.Response.CompleteAsync();
        return true;
    }

    private string Change(HttpContext http, string path, string text)
    {
        if (_flaws.Contains(Flaw.WrongRefusal) && path == "/v1/orders") text = text.Replace("out_of_stock", "sold_out", StringComparison.Ordinal);
        if (_flaws.Contains(Flaw.ConfirmsForgeries) && http.Response.StatusCode == 401 && path.StartsWith("/v1/payments/razorpay/", StringComparison.Ordinal)) http.Response.StatusCode = 200;
        if (_flaws.Contains(Flaw.ForgetsCaptures) && path.StartsWith("/simulator/razorpay/v1/orders/", StringComparison.Ordinal))
            text = text.Replace("\"captured\":true", "\"captured\":false", StringComparison.Ordinal);
        if (_flaws.Contains(Flaw.RepeatsEntries) && path == "/v1/loyalty/ledger") return WithCopy(text, false);
        return _flaws.Contains(Flaw.InventsOrders) && path == "/v1/orders" && http.Request.Method == "GET" ? WithCopy(text, true) : text;
    }

    /// <summary>The list with its first item once more, under a name of its own where that is wanted.</summary>
    private static string WithCopy(string text, bool renamed)
    {
        var page = JsonNode.Parse(text)!;
        if (page["items"]!.AsArray() is not { Count: > 0 } items) return text;
        var copy = items[0]!.DeepClone();
        if (renamed) copy["id"] = Guid.CreateVersion7().ToString();
        items.Add(copy);
        return page.ToJsonString();
    }

    private static bool IsAct(string path) =>
        path.StartsWith("/v1/orders", StringComparison.Ordinal) || path.StartsWith("/v1/payments", StringComparison.Ordinal) || path.StartsWith("/v1/carts", StringComparison.Ordinal)
        || path.StartsWith("/simulator/razorpay/pay/order_", StringComparison.Ordinal);

    private static async Task StreamAsync(Stream from, HttpContext http)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went away.
        }
    }

    [GeneratedRegex("order_[A-Za-z0-9]{14}")]
    private static partial Regex ProviderOrder();
}
