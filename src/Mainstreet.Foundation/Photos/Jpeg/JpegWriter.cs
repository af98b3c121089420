using System.Buffers.Binary;

namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>
/// Writes a baseline JPEG (ITU-T T.81) from coefficients, with Huffman tables made for this picture: two passes, one that counts
/// the symbols and one that writes them.
/// </summary>
internal sealed class JpegWriter(JpegTurn image, CancellationToken cancel) : IDisposable
{
    /// <summary>B.2.3: a coding unit of a scan of several components holds at most ten blocks.</summary>
    private const int MaxBlocksAUnit = 10;

    private readonly MemoryStream _output = new();

    internal ReadOnlyMemory<byte> Write()
    {
        _output.Write([0xFF, 0xD8]);
        WriteColours();
        WriteQuant();
        WriteFrame();

        var isInterleaved = image.Planes.Sum(p => p.Across * p.Down) <= MaxBlocksAUnit;
        int[][] scans = isInterleaved
            ? [[.. Enumerable.Range(0, image.Planes.Length)]]
            : [.. Enumerable.Range(0, image.Planes.Length).Select(i => new[] { i })];

        HuffmanCode[] dc = [new(), new()], ac = [new(), new()];
        foreach (var scan in scans) Encode(scan, dc, ac, null);
        var tables = image.Planes.Length == 1 ? 1 : 2;
        for (var i = 0; i < tables; i++)
        {
            WriteTable(i, dc[i]);
            WriteTable(0x10 | i, ac[i]);
        }
        foreach (var scan in scans)
        {
            WriteScanHeader(scan);
            var bits = new BitWriter(_output);
            Encode(scan, dc, ac, bits);
            bits.Finish();
        }
        _output.Write([0xFF, 0xD9]);
        return _output.GetBuffer().AsMemory(0, (int)_output.Length);
    }

    public void Dispose() => _output.Dispose();

    /// <summary>The first plane (and the black of four) has tables of its own, the colours share the others.</summary>
    private static int TableOf(int plane) => plane is 0 or 3 ? 0 : 1;

    private void WriteColours()
    {
        if (image.AdobeTransform is { } transform)
        {
            WriteSegment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)transform]);
        }
        else if (image.Planes.Length != 4) WriteSegment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
    }

    private void WriteQuant()
    {
        for (var i = 0; i < image.Planes.Length; i++)
        {
            var steps = Enumerable.Range(0, 64).Select(image.Planes[i].Quant).ToArray();
            WriteSegment(0xDB, Is16Bit(image.Planes[i])
                ? [(byte)(0x10 | i), .. steps.SelectMany(s => new[] { (byte)(s >> 8), (byte)s })]
                : [(byte)i, .. steps.Select(s => (byte)s)]);
        }
    }

    private static bool Is16Bit(JpegTurn.Plane plane) => Enumerable.Range(0, 64).Any(k => plane.Quant(k) > 255);

    private void WriteFrame()
    {
        var planes = image.Planes;
        var segment = new byte[6 + 3 * planes.Length];
        segment[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(1), (ushort)image.Height);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(3), (ushort)image.Width);
        segment[5] = (byte)planes.Length;
        for (var i = 0; i < planes.Length; i++)
        {
            segment[6 + 3 * i] = (byte)(i + 1);
            segment[7 + 3 * i] = (byte)(planes[i].Across << 4 | planes[i].Down);
            segment[8 + 3 * i] = (byte)i;
        }
        // Baseline allows quantisation steps of 8 bits only.
        WriteSegment((byte)(planes.Any(Is16Bit) ? 0xC1 : 0xC0), segment);
    }

    private void WriteTable(int slot, HuffmanCode code)
    {
        code.Build();
        WriteSegment(0xC4, [(byte)slot, .. code.Counts, .. code.Symbols]);
    }

    private void WriteScanHeader(int[] scan) => WriteSegment(
        0xDA,
        [
            (byte)scan.Length,
            .. scan.SelectMany(i => new[] { (byte)(i + 1), (byte)(TableOf(i) * 0x11) }),
            0, 63, 0,
        ]);

    private void WriteSegment(byte marker, ReadOnlySpan<byte> body)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(body.Length + 2));
        _output.Write(head);
        _output.Write(body);
    }

    /// <summary>Runs over the blocks of a scan in coding order; counts symbols without <paramref name="bits"/>, else writes.</summary>
    private void Encode(int[] scan, HuffmanCode[] dc, HuffmanCode[] ac, BitWriter? bits)
    {
        Span<int> last = stackalloc int[scan.Length];
        Span<int> block = stackalloc int[64];
        last.Clear();
        var alone = scan.Length == 1 ? image.Planes[scan[0]] : null;
        var unitsAcross = alone?.BlocksAcross ?? image.UnitsAcross;
        var unitsDown = alone?.BlocksDown ?? image.UnitsDown;
        for (var unitY = 0; unitY < unitsDown; unitY++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var unitX = 0; unitX < unitsAcross; unitX++)
            {
                for (var i = 0; i < scan.Length; i++)
                {
                    var plane = image.Planes[scan[i]];
                    var table = TableOf(scan[i]);
                    var (across, down) = alone is null ? (plane.Across, plane.Down) : (1, 1);
                    for (var y = 0; y < down; y++)
                    {
                        for (var x = 0; x < across; x++)
                        {
                            plane.Read(unitX * across + x, unitY * down + y, block);
                            EncodeBlock(block, ref last[i], dc[table], ac[table], bits);
                        }
                    }
                }
            }
        }
    }

    /// <summary>ITU-T T.81, F.1.2.</summary>
    private static void EncodeBlock(ReadOnlySpan<int> block, ref int last, HuffmanCode dc, HuffmanCode ac, BitWriter? bits)
    {
        EncodeValue(0, block[0] - last, dc, bits);
        last = block[0];
        var run = 0;
        for (var k = 1; k < 64; k++)
        {
            var value = block[k];
            if (value == 0)
            {
                run++;
                continue;
            }
            for (; run > 15; run -= 16) EncodeSymbol(0xF0, ac, bits);
            EncodeValue(run, value, ac, bits);
            run = 0;
        }
        if (run > 0) EncodeSymbol(0, ac, bits);
    }

    private static void EncodeValue(int run, int value, HuffmanCode code, BitWriter? bits)
    {
        var size = 32 - int.LeadingZeroCount(Math.Abs(value));
        EncodeSymbol(run << 4 | size, code, bits);
        bits?.Write(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private static void EncodeSymbol(int symbol, HuffmanCode code, BitWriter? bits)
    {
        if (bits is null) code.Count(symbol);
        else code.Write(symbol, bits);
    }
}
