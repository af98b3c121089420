using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Overload;

/// <summary>The HTTP server, with <see cref="Door{TContext}"/> between it and the program.</summary>
internal sealed class GuardedServer(IServer inner, Admission admission, OverloadMetrics metrics, TimeProvider clock, IOptions<OverloadOptions> options) : IServer
{
    public IFeatureCollection Features => inner.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => inner.StartAsync(new Door<TContext>(application, admission, metrics, clock, options.Value), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public void Dispose() => inner.Dispose();
}

/// <summary>
/// Lets requests in or refuses them on the thread that has read them, before anything is made for them: no context, no span, no log scope. A refusal so waits for a
/// thread once, and not again at each step; who is let in goes to the end of the pool's queue, so that those at the door come first.
/// </summary>
internal sealed class Door<TContext>(IHttpApplication<TContext> inner, Admission admission, OverloadMetrics metrics, TimeProvider clock, OverloadOptions options)
    : IHttpApplication<Door<TContext>.Entry>
    where TContext : notnull
{
    private readonly Refusal _refusal = new(options, metrics, clock);

    public Entry CreateContext(IFeatureCollection contextFeatures)
    {
        // A connection's requests follow one another, so they share one.
        var kept = contextFeatures as IHostContextContainer<Entry>;
        var entry = kept?.HostContext ?? new Entry();
        if (kept is not null) kept.HostContext = entry;
        entry.Begin(contextFeatures);
        if (OverloadProtection.UrgencyOf(contextFeatures.GetRequiredFeature<IHttpRequestFeature>()) is { } urgency)
        {
            if (!admission.TryEnter(urgency))
            {
                entry.Refused = urgency;
                return entry;
            }

            entry.Permit = new Permit(admission, urgency, clock);
            entry.Set(entry.Permit);
        }

        try
        {
            entry.Inner = inner.CreateContext(entry);
            return entry;
        }
        catch
        {
            entry.Permit?.Dispose();
            throw;
        }
    }

    public Task ProcessRequestAsync(Entry context) => context.Refused is { } urgency ? _refusal.AnswerAsync(context, urgency) : LetInAsync(context);

    public void DisposeContext(Entry context, Exception? exception)
    {
        if (context.Refused is null) inner.DisposeContext(context.Inner!, exception);
        context.End();
    }

    private async Task LetInAsync(Entry context)
    {
        using var permit = context.Permit;
        await default(EndOfTheQueue);
        await inner.ProcessRequestAsync(context.Inner!);
    }

    /// <summary>A request at the door or inside: the server's features, and room for the host's context, which is used again by the connection's next request.</summary>
    internal sealed class Entry : IFeatureCollection, IHostContextContainer<TContext>
    {
        private IFeatureCollection? _features;

        /// <summary>The kind of one that was refused.</summary>
        internal Urgency? Refused { get; set; }

        internal Permit? Permit { get; set; }

        internal TContext? Inner { get; set; }

        TContext? IHostContextContainer<TContext>.HostContext { get; set; }

        public bool IsReadOnly => Features.IsReadOnly;

        public int Revision => Features.Revision;

        private IFeatureCollection Features => _features ?? throw new ObjectDisposedException(nameof(Entry), "The request is over.");

        public object? this[Type key]
        {
            get => Features[key];
            set => Features[key] = value;
        }

        public TFeature? Get<TFeature>() => Features.Get<TFeature>();

        public void Set<TFeature>(TFeature? instance) => Features.Set(instance);

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => Features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        internal void Begin(IFeatureCollection features) => (_features, Refused, Permit, Inner) = (features, null, null, default);

        internal void End() => (_features, Permit, Inner) = (null, null, default);
    }
}

/// <summary>The answer to a request that is not let in, by hand: it must cost next to nothing, for there are many of them when there is least to spend.</summary>
internal sealed class Refusal(OverloadOptions options, OverloadMetrics metrics, TimeProvider clock)
{
    private readonly string _retryAfter = options.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal Task AnswerAsync(IFeatureCollection features, Urgency urgency)
    {
        var began = clock.GetTimestamp();
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        var id = RequestObservation.IdOf(request.Headers, clock);
        var body = Encoding.UTF8.GetBytes(
            $"{{\"type\":\"{Problem.TypeOf("overloaded")}\",\"title\":\"More is asked of this server than it can do. Try again.\",\"status\":503,\"code\":\"overloaded\",\"traceId\":\"{id}\"}}");
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.ContentType = "application/problem+json";
        response.Headers.ContentLength = body.Length;
        response.Headers.RetryAfter = _retryAfter;
        response.Headers.CacheControl = "no-store";
        response.Headers[RequestObservation.Header] = id;
        metrics.Refused(urgency, request.Method, clock.GetElapsedTime(began));
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body).AsTask();
    }
}

/// <summary>A place inside, given back once: at the end of the request, however it ends, or before.</summary>
internal sealed class Permit(Admission admission, Urgency urgency, TimeProvider clock) : IDisposable
{
    private readonly long _began = clock.GetTimestamp();
    private int _left;

    internal void LeaveEarly()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) admission.Leave(urgency, null);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0) admission.Leave(urgency, clock.GetElapsedTime(_began));
    }
}

/// <summary>Awaited, it goes on behind all work that waits for a thread now. (<see cref="Task.Yield"/> may go on before it.)</summary>
[SuppressMessage("Performance", "CA1815", Justification = "An awaiter is never compared.")]
internal readonly struct EndOfTheQueue : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public EndOfTheQueue GetAwaiter() => this;

    public void GetResult()
    {
        // Nothing comes of waiting.
    }

    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static go => go(), continuation, preferLocal: false);

    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);
}
