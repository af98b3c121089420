using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Proof;

/// <summary>One effect at the double: a message that it took.</summary>
/// <param name="Key">Its <c>Idempotency-Key</c>.</param>
/// <param name="At">When, by the double's clock.</param>
/// <param name="DueAt">The body's <c>dueAt</c>; null when it has none.</param>
/// <param name="RecipientId">The body's <c>recipientId</c>; null when it has none.</param>
public sealed record Effect(string Key, DateTimeOffset At, DateTimeOffset? DueAt, Guid? RecipientId);

/// <summary>What a double took so far; the answer to a GET at it. A DELETE at it begins anew.</summary>
/// <param name="Requests">Requests that arrived.</param>
/// <param name="BodyBytes">Their bodies together.</param>
/// <param name="Effects">What it took; 0 when it remembers nothing.</param>
/// <param name="Doubles">Effects beyond the first of their key; always 0 when it honours keys.</param>
/// <param name="FirstAt">The first effect.</param>
/// <param name="LastAt">The last effect.</param>
public sealed record ProviderTally(long Requests, long BodyBytes, int Effects, int Doubles, DateTimeOffset? FirstAt, DateTimeOffset? LastAt);

/// <summary>What became of a request at the double.</summary>
public enum ArrivalFate
{
    /// <summary>No effect, and answered so or cut off.</summary>
    Refused,

    /// <summary>Taken, but its sender was not told.</summary>
    TakenUntold,

    /// <summary>Taken, now or before under the same key, and answered so.</summary>
    Answered,
}

/// <summary>One request at the double.</summary>
/// <param name="Key">Its <c>Idempotency-Key</c>.</param>
/// <param name="At">When it arrived, by the double's clock.</param>
/// <param name="DueAt">The body's <c>dueAt</c>; null when it has none.</param>
/// <param name="RecipientId">The body's <c>recipientId</c>; null when it has none.</param>
/// <param name="Fate">What became of it.</param>
public sealed record Arrival(string Key, DateTimeOffset At, DateTimeOffset? DueAt, Guid? RecipientId, ArrivalFate Fate);

/// <summary>How the double behaves. Shares are of all requests, 0 to 1, tried in this order.</summary>
public sealed record ProviderMood
{
    /// <summary>Answered 503, without effect.</summary>
    public double Busy { get; init; }

    /// <summary>Answered 429, without effect.</summary>
    public double Throttled { get; init; }

    /// <summary>Answered 500, without effect.</summary>
    public double Failed { get; init; }

    /// <summary>Taken, but answered 500.</summary>
    public double TakenAndFailed { get; init; }

    /// <summary>Taken, but the connection is cut before the answer.</summary>
    public double TakenAndDropped { get; init; }

    /// <summary>The connection is cut, without effect.</summary>
    public double Dropped { get; init; }

    /// <summary>Answered 400, without effect.</summary>
    public double Refused { get; init; }

    /// <summary>Seconds of <c>Retry-After</c> on 429 and 503; null for no header.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Time that each request takes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Takes everything at once.</summary>
    public static ProviderMood Good { get; } = new();
}

/// <summary>
/// A provider's API on a loopback port that remembers what it took: the witness of one effect a message. It answers webhooks as
/// the contract says, honours <c>Idempotency-Key</c> or not, and can be slow, busy, faulty, or away.
/// </summary>
public sealed class ProviderDouble : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly Lock _dice = new();
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, string> _references = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Effect> _effects = new();
    private readonly ConcurrentQueue<Arrival> _arrivals = new();
    private readonly ConcurrentDictionary<string, int> _troubles = new(StringComparer.Ordinal);
    private WebApplication? _host;
    private long _requests;
    private long _bodyBytes;
    private int _refusedUntaken;

    private ProviderDouble(TimeProvider clock, int seed) => (_clock, _random) = (clock, new Random(seed));

    /// <summary>Where it listens; the same after it was away.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>A repeated key has no second effect. Default true.</summary>
    public bool HonoursKeys { get; set; } = true;

    /// <summary>May be changed at any time.</summary>
    public ProviderMood Mood { get; set; } = ProviderMood.Good;

    /// <summary>After so many troubles of its mood with one key it takes that key; null for no mercy.</summary>
    public int? MostTroubles { get; set; }

    /// <summary>Recipients whose messages are answered 400.</summary>
    public IReadOnlySet<Guid> RefusedRecipients { get; set; } = new HashSet<Guid>();

    /// <summary>Keep every request, not only effects. Default false.</summary>
    public bool KeepsArrivals { get; set; }

    /// <summary>What arrived, in order, when <see cref="KeepsArrivals"/> is on.</summary>
    public IReadOnlyCollection<Arrival> Arrivals => _arrivals;

    /// <summary>When off, nothing is remembered but counts.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>Requests that arrived.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that were answered without effect.</summary>
    public int WithoutEffect => Volatile.Read(ref _refusedUntaken);

    /// <summary>What it took, in order.</summary>
    public IReadOnlyCollection<Effect> Effects => _effects;

    /// <summary>Counts and the span of what it took.</summary>
    public ProviderTally Tally()
    {
        var effects = _effects.ToArray();
        return new(
            Requests, Interlocked.Read(ref _bodyBytes), effects.Length, effects.Length - effects.DistinctBy(e => e.Key, StringComparer.Ordinal).Count(),
            effects.Length == 0 ? null : effects.Min(e => e.At), effects.Length == 0 ? null : effects.Max(e => e.At));
    }

    /// <summary>Starts to listen.</summary>
    /// <param name="clock">For the instants of effects.</param>
    /// <param name="address">A loopback address; null for a free port.</param>
    /// <param name="seed">Decides what befalls which request.</param>
    public static async Task<ProviderDouble> StartAsync(TimeProvider clock, Uri? address = null, int seed = 1)
    {
        var provider = new ProviderDouble(clock, seed);
        if (address is not null) provider.Address = address;
        await provider.ComeBackAsync();
        return provider;
    }

    /// <summary>Stops listening: connections are refused.</summary>
    public async Task GoAwayAsync()
    {
        if (_host is not { } host) return;
        _host = null;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), _clock);
        await host.StopAsync(patience.Token);
        await host.DisposeAsync();
    }

    /// <summary>Listens again, at the same address.</summary>
    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, Address.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var host = builder.Build();
        host.Run(AnswerAsync);
        await host.StartAsync();
        Address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _host = host;
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.WriteAsJsonAsync(Tally(), http.RequestAborted);
            return;
        }

        if (HttpMethods.IsDelete(http.Request.Method))
        {
            Forget();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        Interlocked.Increment(ref _requests);
        var mood = Mood;
        var arrived = _clock.Now();
        if (mood.Delay > TimeSpan.Zero) await Task.Delay(mood.Delay, _clock, http.RequestAborted);
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var body = await ReadAsync(http.Request, http.RequestAborted);
        Interlocked.Add(ref _bodyBytes, body.Length);
        var fate = Befall(http, mood, key, body, out var answer);
        // Noted before it is answered: whoever reads the server's word for it finds it here.
        if (KeepsArrivals)
        {
            var (dueAt, recipient) = Facts(body);
            _arrivals.Enqueue(new Arrival(key, arrived, dueAt, recipient, fate));
        }

        if (answer is null) return;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = answer.Length;
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    private ArrivalFate Befall(HttpContext http, ProviderMood mood, string key, byte[] body, out byte[]? answer)
    {
        answer = null;
        if (RefusedRecipients is { Count: > 0 } refused && Facts(body).RecipientId is { } to && refused.Contains(to)) return Refuse(http, 400, null);
        var dice = ReferenceEquals(mood, ProviderMood.Good) || HasSuffered(key) ? 1 : Roll();
        if ((dice -= mood.Busy) < 0) return Refuse(http, 503, mood.RetryAfterSeconds);
        if ((dice -= mood.Throttled) < 0) return Refuse(http, 429, mood.RetryAfterSeconds);
        if ((dice -= mood.Failed) < 0) return Refuse(http, 500, null);
        if ((dice -= mood.TakenAndFailed) < 0)
        {
            Take(key, body);
            http.Response.StatusCode = 500;
            return ArrivalFate.TakenUntold;
        }

        if ((dice -= mood.TakenAndDropped) < 0)
        {
            Take(key, body);
            http.Abort();
            return ArrivalFate.TakenUntold;
        }

        if ((dice -= mood.Dropped) < 0)
        {
            http.Abort();
            return ArrivalFate.Refused;
        }

        if ((dice -= mood.Refused) < 0) return Refuse(http, 400, null);
        answer = Answers(Take(key, body));
        return ArrivalFate.Answered;
    }

    private void Forget()
    {
        _effects.Clear();
        _references.Clear();
        _arrivals.Clear();
        _troubles.Clear();
        Interlocked.Exchange(ref _requests, 0);
        Interlocked.Exchange(ref _bodyBytes, 0);
    }

    private bool HasSuffered(string key) =>
        MostTroubles is { } most && _troubles.AddOrUpdate(key, 1, static (_, troubles) => troubles + 1) > most;

    private double Roll()
    {
        lock (_dice) return _random.NextDouble();
    }

    private ArrivalFate Refuse(HttpContext http, int status, int? retryAfter)
    {
        Interlocked.Increment(ref _refusedUntaken);
        http.Response.StatusCode = status;
        if (retryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ArrivalFate.Refused;
    }

    /// <summary>Records the effect, unless the key had one and keys are honoured; answers the provider's own id.</summary>
    private string Take(string key, ReadOnlySpan<byte> body)
    {
        if (!Remembers) return "unremembered";
        var reference = $"pd_{_clock.NewId():N}";
        if (key.Length > 0 && !_references.TryAdd(key, reference) && HonoursKeys) return _references[key];
        var (dueAt, recipient) = Facts(body);
        _effects.Enqueue(new Effect(key, _clock.Now(), dueAt, recipient));
        return reference;
    }

    private static byte[] Answers(string reference) => System.Text.Encoding.ASCII.GetBytes($"{{\"id\":\"{reference}\"}}");

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, 1_048_576));
        await request.Body.CopyToAsync(body, cancel);
        return body.TryGetBuffer(out var all) && all.Count == all.Array!.Length ? all.Array : body.ToArray();
    }

    private static (DateTimeOffset? DueAt, Guid? RecipientId) Facts(ReadOnlySpan<byte> body)
    {
        DateTimeOffset? dueAt = null;
        Guid? recipient = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                if (reader.ValueTextEquals("dueAt"u8) && reader.Read() && reader.TryGetDateTimeOffset(out var at)) dueAt = at;
                else if (reader.ValueTextEquals("recipientId"u8) && reader.Read() && reader.TryGetGuid(out var id)) recipient = id;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Another's message: taken all the same.
            return (dueAt, recipient);
        }

        return (dueAt, recipient);
    }
}
