using System.Buffers.Binary;
using System.IO.Compression;

using Mainstreet.Foundation.Files;

namespace Mainstreet.Foundation.Photos.Png;

/// <summary>Writes a PNG of one IDAT chunk row by row; each row takes the filter that promises to compress best.</summary>
internal sealed class PngWriter : IDisposable
{
    private readonly PngHeader _header;
    private readonly MemoryStream _output = new();
    private readonly int _dataStart;
    private readonly ZLibStream _data;
    private readonly byte[] _above;
    private byte[] _best;
    private byte[] _tried;

    internal PngWriter(PngHeader header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency)
    {
        _header = header;
        _output.Write(PngPhoto.Signature);
        WriteChunk("IHDR"u8, header.ToBytes());
        if (!palette.IsEmpty) WriteChunk("PLTE"u8, palette);
        if (!transparency.IsEmpty) WriteChunk("tRNS"u8, transparency);
        _dataStart = (int)_output.Length;
        _output.Write("\0\0\0\0IDAT"u8);
        _data = new ZLibStream(_output, CompressionLevel.Optimal, leaveOpen: true);
        _above = new byte[header.RowBytes];
        _best = new byte[header.RowBytes];
        _tried = new byte[header.RowBytes];
    }

    internal void Write(ReadOnlySpan<byte> row)
    {
        var kind = 0;
        row.CopyTo(_best);
        // 12.7: filters do not help pixels smaller than a byte or numbers of palette entries.
        if (_header.Colour != PngHeader.Palette && _header.Depth >= 8)
        {
            var least = PngFilter.Cost(row);
            for (var other = 1; other < PngFilter.Kinds; other++)
            {
                PngFilter.Apply(other, row, _above, _header.BytesAPixel, _tried);
                var cost = PngFilter.Cost(_tried);
                if (cost >= least) continue;
                (kind, least) = (other, cost);
                (_best, _tried) = (_tried, _best);
            }
        }
        _data.WriteByte((byte)kind);
        _data.Write(_best);
        row.CopyTo(_above);
    }

    internal ReadOnlyMemory<byte> Finish()
    {
        _data.Dispose();
        var body = _output.GetBuffer().AsSpan(_dataStart, (int)_output.Length - _dataStart);
        BinaryPrimitives.WriteInt32BigEndian(body, body.Length - 8);
        WriteCrc(body[4..]);
        WriteChunk("IEND"u8, default);
        return _output.GetBuffer().AsMemory(0, (int)_output.Length);
    }

    private void WriteChunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, body.Length);
        _output.Write(size);
        byte[] named = [.. name, .. body];
        _output.Write(named);
        WriteCrc(named);
    }

    private void WriteCrc(ReadOnlySpan<byte> named)
    {
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.Of(named));
        _output.Write(crc);
    }

    public void Dispose()
    {
        _data.Dispose();
        _output.Dispose();
    }
}
