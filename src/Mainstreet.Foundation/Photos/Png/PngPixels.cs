namespace Mainstreet.Foundation.Photos.Png;

/// <summary>A whole picture in memory, packed as PNG packs its rows: needed to undo interlacing and to turn.</summary>
internal sealed class PngPixels(PngHeader header)
{
    private readonly int _stride = header.RowBytes;
    private readonly byte[] _bytes = new byte[header.RowBytes * (long)header.Height];

    internal PngHeader Header => header;

    internal Span<byte> Row(int y) => _bytes.AsSpan(y * _stride, _stride);

    /// <summary>Reads all rows in the order of the file. PNG specification (third edition), 8.1: seven passes of Adam7.</summary>
    /// <returns>False when the data end early or are damaged.</returns>
    internal static PngPixels? Read(PngHeader header, PngRows rows, CancellationToken cancel)
    {
        var picture = new PngPixels(header with { IsInterlaced = false });
        ReadOnlySpan<(int X, int Y, int StepX, int StepY)> passes = header.IsInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];
        foreach (var pass in passes)
        {
            var width = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
            if (width <= 0) continue;
            var row = new byte[header.RowBytesOf(width)];
            var above = new byte[row.Length];
            for (var y = pass.Y; y < header.Height; y += pass.StepY)
            {
                cancel.ThrowIfCancellationRequested();
                if (!rows.Read(row, above)) return null;
                if (pass.StepX == 1) row.CopyTo(picture.Row(y));
                else
                {
                    for (var x = 0; x < width; x++) CopyPixel(row, x, picture.Row(y), pass.X + x * pass.StepX, header.BitsAPixel);
                }
                (row, above) = (above, row);
            }
        }
        return picture;
    }

    internal PngPixels Turn(Orientation turn, CancellationToken cancel)
    {
        var (width, height) = turn.Transpose ? (header.Height, header.Width) : (header.Width, header.Height);
        var turned = new PngPixels(header with { Width = width, Height = height });
        for (var y = 0; y < height; y++)
        {
            cancel.ThrowIfCancellationRequested();
            var row = turned.Row(y);
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = turn.Transpose ? (y, x) : (x, y);
                if (turn.FlipX) fromX = header.Width - 1 - fromX;
                if (turn.FlipY) fromY = header.Height - 1 - fromY;
                CopyPixel(Row(fromY), fromX, row, x, header.BitsAPixel);
            }
        }
        return turned;
    }

    /// <summary>Pixels of less than a byte lie from the high bits down (7.2). The target's bits must be zero.</summary>
    private static void CopyPixel(ReadOnlySpan<byte> from, int fromX, Span<byte> to, int toX, int bits)
    {
        if (bits >= 8)
        {
            var bytes = bits / 8;
            from.Slice(fromX * bytes, bytes).CopyTo(to[(toX * bytes)..]);
            return;
        }
        var aByte = 8 / bits;
        var value = from[fromX / aByte] >> 8 - bits * (fromX % aByte + 1) & (1 << bits) - 1;
        to[toX / aByte] |= (byte)(value << 8 - bits * (toX % aByte + 1));
    }
}
