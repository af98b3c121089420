using System.Net;
using System.Net.Http.Headers;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// A body that knows whether it began to leave. Until then the service cannot have acted on the request: headers alone,
/// with a length that never came, are nothing to a server.
/// </summary>
internal abstract class OutboundContent : HttpContent
{
    internal bool Started { get; private set; }

    protected abstract Task WriteAsync(Stream stream, CancellationToken cancel);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        return WriteAsync(stream, cancellationToken);
    }

    /// <summary>Bytes that are there already.</summary>
    internal sealed class Bytes : OutboundContent
    {
        private readonly ReadOnlyMemory<byte> _bytes;

        internal Bytes(ReadOnlyMemory<byte> bytes, MediaTypeHeaderValue type)
        {
            _bytes = bytes;
            Headers.ContentType = type;
        }

        protected override Task WriteAsync(Stream stream, CancellationToken cancel) => stream.WriteAsync(_bytes, cancel).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return true;
        }
    }

    /// <summary>Somebody else's body, watched.</summary>
    internal sealed class Watched : OutboundContent
    {
        private readonly HttpContent _inner;

        internal Watched(HttpContent inner)
        {
            _inner = inner;
            foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task WriteAsync(Stream stream, CancellationToken cancel) => _inner.CopyToAsync(stream, cancel);

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
