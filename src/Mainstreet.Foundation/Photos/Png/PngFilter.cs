namespace Mainstreet.Foundation.Photos.Png;

/// <summary>Row filters. PNG specification (third edition), 9.2; the choice is 12.7's least sum of absolute differences.</summary>
internal static class PngFilter
{
    internal const int Kinds = 5;

    /// <returns>False when there is no such filter.</returns>
    internal static bool Undo(int kind, Span<byte> row, ReadOnlySpan<byte> above, int pixel)
    {
        switch (kind)
        {
            case 0:
                return true;
            case 1:
                for (var i = pixel; i < row.Length; i++) row[i] += row[i - pixel];
                return true;
            case 2:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                return true;
            case 3:
                for (var i = 0; i < row.Length; i++) row[i] += (byte)((i < pixel ? 0 : row[i - pixel]) + above[i] >> 1);
                return true;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += i < pixel ? above[i] : Paeth(row[i - pixel], above[i], above[i - pixel]);
                }
                return true;
            default:
                return false;
        }
    }

    /// <summary>Filters a row; <paramref name="result"/> is as long as the row.</summary>
    internal static void Apply(int kind, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixel, Span<byte> result)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int left = 0, corner = 0;
            if (i >= pixel) (left, corner) = (row[i - pixel], above[i - pixel]);
            result[i] = (byte)(row[i] - kind switch
            {
                1 => left,
                2 => above[i],
                3 => left + above[i] >> 1,
                4 => Paeth(left, above[i], corner),
                _ => 0,
            });
        }
    }

    /// <summary>How large the filtered bytes are when read as signed: the smaller, the better they compress, as a rule.</summary>
    internal static long Cost(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (var value in filtered) sum += Math.Abs((int)(sbyte)value);
        return sum;
    }

    private static byte Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
        if (toLeft <= toAbove && toLeft <= toCorner) return (byte)left;
        return (byte)(toAbove <= toCorner ? above : corner);
    }
}
