using System.Net;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Trades.Tests.Proof;

/// <summary>What a <see cref="FlawedServer"/> does wrong.</summary>
public enum Flaw
{
    None,
    TwoWinners,
    LoserIsTold200,
    ServerError,
    WinsAfterExpiry,
    WrongCode,
    StaleRead,
    AuditLosesAnAct,
    AuditTellsAnActTwice,
    FeedHasAGap,
    FeedRepeats,
    StoreForgetsTheWinner,
    WinnerIsNotKnownAgain,
    LeavesOffersOpen,

    /// <summary>Not a flaw under faults: now and then 503 with Retry-After, before or after the act took effect.</summary>
    Restarts,
}

/// <summary>
/// The contract of Trades in memory behind one lock, on a real socket, with one flaw planted: what the proof must find.
/// </summary>
internal sealed class FlawedServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Flaw _flaw;
    private readonly Dictionary<string, (Guid Account, Guid Contractor, string Password)> _byEmail = [];
    private readonly Dictionary<string, Guid> _byToken = [];
    private readonly Dictionary<Guid, Guid> _contractorOf = [];
    private readonly Dictionary<Guid, FlawedTicket> _tickets = [];
    private readonly Dictionary<string, (int Status, JsonObject Body)> _replays = [];
    private readonly List<(long Offset, string Frame)> _feed = [];
    private WebApplication? _app;
    private int _requests;
    private bool _planted;

    private FlawedServer(Flaw flaw) => _flaw = flaw;

    internal Uri Address { get; private set; } = null!;

    internal static async Task<FlawedServer> StartAsync(Flaw flaw)
    {
        var server = new FlawedServer(flaw);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        server._app = builder.Build();
        server.Map(server._app);
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single());
        return server;
    }

    public async ValueTask DisposeAsync() => await _app!.DisposeAsync();

    /// <summary>True for the first time that the flaw can show, so that one slip among thousands has to be found.</summary>
    internal bool Slips(Flaw flaw)
    {
        if (_flaw != flaw || _planted) return false;
        _planted = true;
        return true;
    }

    internal void Tell(FlawedTicket ticket, string type)
    {
        var offset = _feed.Count + 1L;
        if (type == "ticket.accepted" && Slips(Flaw.FeedHasAGap)) offset++;
        var data = new JsonObject { ["ticketId"] = ticket.Id, ["status"] = ticket.Status, ["contractorId"] = ticket.Holder, ["version"] = ticket.Version };
        var message = new JsonObject { ["topic"] = "business:1", ["offset"] = offset, ["type"] = type, ["at"] = DateTimeOffset.UtcNow, ["data"] = data };
        var frame = $"id: {_feed.Count + 1}\nevent: message\ndata: {message.ToJsonString()}\n\n";
        _feed.Add((offset, frame));
        if (type == "ticket.accepted" && Slips(Flaw.FeedRepeats)) _feed.Add((offset, frame));
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/health", () => new { status = "ok", version = "flawed 1" });
        app.MapPost("/v1/auth/register", (JsonObject body) =>
        {
            lock (_gate) _byEmail[(string)body["email"]!] = (Guid.CreateVersion7(), Guid.CreateVersion7(), (string)body["password"]!);
            return Results.StatusCode(201);
        });
        app.MapPost("/v1/auth/login", (JsonObject body) =>
        {
            lock (_gate)
            {
                var (account, contractor, _) = _byEmail[(string)body["email"]!];
                var token = Guid.CreateVersion7().ToString();
                _byToken[token] = account;
                _contractorOf[account] = contractor;
                return Results.Ok(new { accessToken = token, refreshToken = token, expiresIn = 900, account = new { id = account } });
            }
        });
        app.MapPost("/v1/businesses", () => Results.Json(new { id = Guid.CreateVersion7() }, statusCode: 201));
        app.MapPut("/v1/contractors/me", (HttpContext http) => new { contractorId = _contractorOf[Caller(http)] });
        app.MapGet("/v1/offers", (HttpContext http) => new { items = Enumerable.Repeat(1, _flaw == Flaw.LeavesOffersOpen ? 1 : 0) });
        app.MapPost("/v1/tickets", (HttpContext http) => Act(http, caller =>
        {
            var ticket = new FlawedTicket(this);
            _tickets[ticket.Id] = ticket;
            ticket.Record("ticket.created", caller, "submitted");
            return (201, ticket.View());
        }));
        app.MapGet("/v1/tickets/{id:guid}", (Guid id) =>
        {
            lock (_gate)
            {
                var view = _tickets[id].View();
                if (_tickets[id] is { Repeats: >= 2, Status: "accepted" } && _flaw == Flaw.StaleRead) (view["status"], view["contractorId"]) = ("offered", null);
                return Results.Json(view);
            }
        });
        app.MapGet("/v1/tickets/{id:guid}/history", (Guid id) =>
        {
            lock (_gate) return Results.Json(new JsonObject { ["items"] = new JsonArray([.. _tickets[id].History.Select(h => (JsonNode)h.DeepClone())]) });
        });
        app.MapPost("/v1/tickets/{id:guid}/{act}", (Guid id, string act, HttpContext http, JsonObject? body) =>
            Act(http, caller => _tickets[id].Do(act, caller, _contractorOf[caller], body)));
        app.MapGet("/v1/live/stream", Stream);
    }

    private IResult Act(HttpContext http, Func<Guid, (int Status, JsonObject Body)> act)
    {
        lock (_gate)
        {
            var restarting = _flaw == Flaw.Restarts && ++_requests % 7 == 0;
            if (restarting && _requests % 2 == 0) return Away(http);
            if (_requests > 0 && Slips(Flaw.ServerError)) return Results.StatusCode(500);
            if (_flaw == Flaw.ServerError) _requests++;
            var key = http.Request.Headers["Idempotency-Key"].ToString();
            if (key.Length == 0 || !_replays.TryGetValue(key, out var answer)) answer = act(Caller(http));
            if (key.Length > 0 && answer.Status < 300) _replays[key] = answer;
            return restarting ? Away(http) : Results.Json(answer.Body.DeepClone(), statusCode: answer.Status);
        }
    }

    private static IResult Away(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "0";
        return Results.StatusCode(503);
    }

    private Guid Caller(HttpContext http) => _byToken[http.Request.Headers.Authorization.ToString()["Bearer ".Length..]];

    private async Task Stream(HttpContext http)
    {
        var next = int.TryParse(http.Request.Headers["Last-Event-ID"], out var last) ? last : _feed.Count;
        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync($"id: {next}\nevent: state\ndata: {{\"business:1\":{{\"recovered\":true,\"offset\":{next}}}}}\n\n", http.RequestAborted);
        while (!http.RequestAborted.IsCancellationRequested)
        {
            string[] frames;
            lock (_gate) frames = [.. _feed.Skip(next).Select(f => f.Frame)];
            next += frames.Length;
            foreach (var frame in frames) await http.Response.WriteAsync(frame, http.RequestAborted);
            await Task.Delay(5, http.RequestAborted);
        }
    }
}
