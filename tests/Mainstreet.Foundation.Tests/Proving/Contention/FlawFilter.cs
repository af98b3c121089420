using System.Collections.Concurrent;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Tests.Proving.Contention;

/// <summary>What a server behind a <see cref="FlawFilter"/> does wrong.</summary>
public enum Flaw
{
    /// <summary>If-Match is not looked at.</summary>
    IgnoresETags,

    /// <summary>Idempotency-Key is not looked at.</summary>
    IgnoresKeys,

    /// <summary>An owner who is the last is let go.</summary>
    LetsTheLastOwnerGo,

    /// <summary>A cart takes goods of any shop.</summary>
    MixesShops,

    /// <summary>A product is read as it was a while ago, now and then.</summary>
    ReadsStale,

    /// <summary>A change that was refused is made all the same.</summary>
    MakesRefusedChanges,

    /// <summary>The live feed tells some events twice.</summary>
    RepeatsEvents,

    /// <summary>Some requests are answered 500.</summary>
    ServerErrors,

    /// <summary>Not a flaw under faults: what was done is not answered, now and then.</summary>
    LosesAnswers,
}

/// <summary>Takes a guard away in front of the real program, or changes its answers as a program without it would give them.</summary>
internal sealed class FlawFilter : IStartupFilter
{
    private readonly ConcurrentDictionary<string, byte[]> _seen = new();
    private int _reads;
    private int _changes;
    private int _errors;
    private int _acts;

    /// <summary>What is wrong from now on.</summary>
    internal IReadOnlyList<Flaw> Flaws { get; set; } = [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(HandleAsync);
        next(app);
    };

    private async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        var (method, path) = (http.Request.Method, http.Request.Path.Value ?? "");
        var isProduct = path.StartsWith("/v1/products/", StringComparison.Ordinal) && !path.EndsWith("/stock", StringComparison.Ordinal);
        var isCart = path.StartsWith("/v1/carts/", StringComparison.Ordinal);
        if (Has(Flaw.IgnoresETags)) http.Request.Headers.Remove("If-Match");
        if (Has(Flaw.IgnoresKeys)) http.Request.Headers.Remove("Idempotency-Key");
        if (Has(Flaw.RepeatsEvents) && path == "/v1/live/stream") http.Response.Body = new RepeatingStream(http.Response.Body);
        if (Has(Flaw.LetsTheLastOwnerGo) && method == "DELETE" && path.Contains("/members/", StringComparison.Ordinal))
        {
            // Whether it is the last owner or was removed a moment before: nobody checked.
            await ReplaceAsync(http, next, status => status is 403 or 404 or 409 ? 204 : status);
        }
        else if (Has(Flaw.MixesShops) && method == "PUT" && isCart)
        {
            await ReplaceAsync(http, next, status => status is 409 or 422 ? 204 : status);
        }
        else if (Has(Flaw.MakesRefusedChanges) && method == "PATCH" && Interlocked.Increment(ref _changes) % 4 == 0)
        {
            http.Request.Headers.Remove("If-Match");
            await ReplaceAsync(http, next, status => status == 200 ? 412 : status);
        }
        else if (Has(Flaw.ReadsStale) && method == "GET" && isProduct)
        {
            await ReadStaleAsync(http, next, path);
        }
        else if (Has(Flaw.ServerErrors) && method == "GET" && isCart && Interlocked.Increment(ref _errors) == 1)
        {
            http.Response.StatusCode = 500;
        }
        else if (Has(Flaw.LosesAnswers) && method != "GET" && path.StartsWith("/v1/", StringComparison.Ordinal) && Interlocked.Increment(ref _acts) % 9 == 0)
        {
            await ReplaceAsync(http, next, _ => 0);
        }
        else
        {
            await next(http);
        }
    }

    private bool Has(Flaw flaw) => Flaws.Contains(flaw);

    /// <summary>Handles the request and answers with another status and no body; 0 breaks the connection.</summary>
    private static async Task ReplaceAsync(HttpContext http, RequestDelegate next, Func<int, int> change)
    {
        var (outside, inside) = (http.Response.Body, new MemoryStream());
        http.Response.Body = inside;
        await next(http);
        http.Response.Body = outside;
        var status = change(http.Response.StatusCode);
        if (status == 0)
        {
            http.Abort();
            return;
        }

        if (status != http.Response.StatusCode)
        {
            http.Response.Clear();
            http.Response.StatusCode = status;
            return;
        }

        await outside.WriteAsync(inside.ToArray(), http.RequestAborted);
    }

    private async Task ReadStaleAsync(HttpContext http, RequestDelegate next, string path)
    {
        var (outside, inside) = (http.Response.Body, new MemoryStream());
        http.Response.Body = inside;
        await next(http);
        http.Response.Body = outside;
        http.Response.ContentLength = null;
        var old = _seen.GetOrAdd(path, _ => inside.ToArray());
        await outside.WriteAsync(Interlocked.Increment(ref _reads) % 5 == 0 ? old : inside.ToArray(), http.RequestAborted);
    }

    /// <summary>Passes on what is written; of events that tell of a member every third twice.</summary>
    private sealed class RepeatingStream(Stream inner) : Stream
    {
        private readonly StringBuilder _text = new();
        private int _events;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _text.Append(Encoding.UTF8.GetString(buffer.Span));
            for (var text = _text.ToString(); text.IndexOf("\n\n", StringComparison.Ordinal) is var end and >= 0; text = _text.ToString())
            {
                var frame = Encoding.UTF8.GetBytes(text[..(end + 2)]);
                _text.Remove(0, end + 2);
                var slips = text[..end].Contains("member.", StringComparison.Ordinal) && ++_events % 3 == 0;
                for (var i = slips ? 2 : 1; i > 0; i--) await inner.WriteAsync(frame, cancellationToken);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
