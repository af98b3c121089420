using System.IO.Compression;

namespace Mainstreet.Foundation.Photos.Png;

/// <summary>
/// Reads pixel rows from the joined IDAT chunks, filters undone. What is left in the compressed data after the last row is never
/// looked at.
/// </summary>
internal sealed class PngRows(PngHeader header, ReadOnlyMemory<byte> file, IReadOnlyList<Range> parts) : IDisposable
{
    private readonly ZLibStream _bytes = new(new JoinedParts(file, parts), CompressionMode.Decompress);
    private readonly byte[] _kind = new byte[1];

    /// <summary>Reads the next row in place; <paramref name="above"/> is the row before, zeros before the first.</summary>
    /// <returns>False when the data end early or name an unknown filter.</returns>
    /// <exception cref="InvalidDataException">The compressed data are damaged.</exception>
    internal bool Read(Span<byte> row, ReadOnlySpan<byte> above) =>
        _bytes.ReadAtLeast(_kind, 1, throwOnEndOfStream: false) == 1
        && _bytes.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) == row.Length
        && PngFilter.Undo(_kind[0], row, above, header.BytesAPixel);

    public void Dispose() => _bytes.Dispose();

    /// <summary>The bodies of the IDAT chunks, one after the other.</summary>
    private sealed class JoinedParts(ReadOnlyMemory<byte> file, IReadOnlyList<Range> parts) : Stream
    {
        private int _next;
        private ReadOnlyMemory<byte> _rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (_rest.IsEmpty)
            {
                if (_next == parts.Count) return 0;
                _rest = file[parts[_next++]];
            }
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
