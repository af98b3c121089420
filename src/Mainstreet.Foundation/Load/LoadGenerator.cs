using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;

using Mainstreet.Foundation.Time;

namespace Mainstreet.Foundation.Load;

/// <summary>
/// Starts requests at their intended instants and times each from that instant to its last byte, so that a server that stalls is charged for everybody who
/// would have come meanwhile (no coordinated omission). It shares the machine with the server, so a request costs it little: one thread starts
/// them, connections are kept, bodies are rendered beforehand and answers are read past.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    /// <summary>More than this many unanswered requests are not begun but counted as failed.</summary>
    internal const int MostInFlight = 8_000;

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private readonly IReadOnlyList<Uri> _targets;
    private readonly IReadOnlyList<LoadAct> _acts;
    private readonly int[] _bounds;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = MostInFlight,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
    });

    private PhaseTally? _running;
    private long _runningUntil;
    private int _inFlight;
    private int _turn;

    /// <param name="targets">Asked in turn.</param>
    /// <param name="acts">What to ask, by weight.</param>
    /// <param name="patience">A request without an answer after this long is given up and counted as failed.</param>
    /// <param name="seed">Decides instants and requests.</param>
    /// <param name="clock">Monotonic time.</param>
    internal LoadGenerator(IReadOnlyList<Uri> targets, IReadOnlyList<LoadAct> acts, TimeSpan patience, int seed, TimeProvider clock)
    {
        (_targets, _acts, _patience, _clock, _random) = (targets, acts, patience, clock, new Random(seed));
        _bounds = new int[acts.Count];
        for (int i = 0, sum = 0; i < acts.Count; i++) _bounds[i] = sum += acts[i].Weight;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Requests begun and not yet answered or given up.</summary>
    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Runs one phase. Its last requests may still be under way at the end: see <see cref="DrainAsync"/>.</summary>
    internal async Task RunAsync(LoadPlan plan, PhaseTally tally, CancellationToken cancel)
    {
        var began = _clock.GetTimestamp();
        Volatile.Write(ref _runningUntil, began + (long)(tally.Phase.Length.TotalSeconds * _clock.TimestampFrequency));
        Volatile.Write(ref _running, tally);
        try
        {
            if (plan.Closed is { } connections) await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => LoopAsync(plan, tally, began, cancel)));
            else await Task.Factory.StartNew(() => Start(plan, tally, began, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            Volatile.Write(ref _running, null);
        }
    }

    /// <summary>Waits until every request was answered or given up.</summary>
    internal async Task DrainAsync(CancellationToken cancel)
    {
        while (InFlight > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), _clock, cancel);
    }

    private void Start(LoadPlan plan, PhaseTally tally, long began, CancellationToken cancel)
    {
        var deadline = new Deadline(_patience);
        foreach (var intended in plan.Starts(tally.Phase, _random))
        {
            for (long now; (now = Since(began)) < intended;) Pause.For(Math.Min(intended - now, 50_000));
            if (cancel.IsCancellationRequested) return;
            tally.Lag.Record(Since(began) - intended);
            var act = Pick();
            if (InFlight >= MostInFlight)
            {
                tally.Count(act, intended, 0, "not begun: too many unanswered", 0);
                continue;
            }

            // Runs on this thread until its bytes are with the kernel.
            _ = SendAsync(tally, act, act.Next(_random), began, intended, deadline.At(intended));
        }

        for (long left; (left = (long)tally.Phase.Length.TotalMicroseconds - Since(began)) > 0 && !cancel.IsCancellationRequested;) Pause.For(Math.Min(left, 50_000));
    }

    private async Task LoopAsync(LoadPlan plan, PhaseTally tally, long began, CancellationToken cancel)
    {
        await Task.Yield();
        var deadline = new Deadline(_patience);
        while (!cancel.IsCancellationRequested && Since(began) is var now && now < tally.Phase.Length.TotalMicroseconds)
        {
            LoadAct act;
            LoadRequest request;
            TimeSpan think;
            lock (_random)
            {
                act = Pick();
                request = act.Next(_random);
                think = plan.Think * -Math.Log(1 - _random.NextDouble());
            }

            await SendAsync(tally, act, request, began, now, deadline.At(now));
            if (think > TimeSpan.Zero) await Task.Delay(think, _clock, cancel);
        }
    }

    private LoadAct Pick()
    {
        var drawn = _random.Next(_bounds[^1]);
        var index = Array.BinarySearch(_bounds, drawn + 1);
        return _acts[index < 0 ? ~index : index];
    }

    private long Since(long began) => (long)_clock.GetElapsedTime(began).TotalMicroseconds;

    private async Task SendAsync(PhaseTally tally, LoadAct act, LoadRequest request, long began, long intended, CancellationToken deadline)
    {
        Interlocked.Increment(ref _inFlight);
        var (status, outcome) = (0, "");
        try
        {
            using var message = Render(request);
            using var answer = await _http.SendAsync(message, deadline);
            await answer.Content.CopyToAsync(Stream.Null, deadline);
            status = (int)answer.StatusCode;
            outcome = status.ToString(CultureInfo.InvariantCulture);
        }
        catch (OperationCanceledException)
        {
            outcome = "no answer in time";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            outcome = failure.GetBaseException() is SocketException socket ? $"connection: {socket.SocketErrorCode}" : $"connection: {failure.GetType().Name}";
        }

        tally.Count(act, intended, status, outcome, Since(began) - intended);
        if (status is >= 200 and < 300 && _clock.GetTimestamp() <= Volatile.Read(ref _runningUntil)) Volatile.Read(ref _running)?.CountDone();
        Interlocked.Decrement(ref _inFlight);
    }

    private HttpRequestMessage Render(LoadRequest request)
    {
        var target = _targets[(int)((uint)Interlocked.Increment(ref _turn) % (uint)_targets.Count)];
        var message = new HttpRequestMessage(request.Method, new Uri(target, request.Path));
        if (request.Account?.Authorization is { } authorization) message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (request.Page) message.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (request.Once) message.Headers.TryAddWithoutValidation("Idempotency-Key", _clock.NewId().ToString());
        if (request.Body.Length > 0) message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = JsonType } };
        return message;
    }

    /// <summary>One timer for all requests that begin in the same tenth of a second: a timer for each would cost more than the rest.</summary>
    private sealed class Deadline(TimeSpan patience)
    {
        private const long Slot = 100_000;
        private long _slot = -1;
        private CancellationToken _token;

        internal CancellationToken At(long microseconds)
        {
            if (microseconds / Slot == _slot) return _token;
            _slot = microseconds / Slot;
            // Not disposed: its requests may outlive the phase; the timer lets go of it.
            return _token = new CancellationTokenSource(patience).Token;
        }
    }
}
