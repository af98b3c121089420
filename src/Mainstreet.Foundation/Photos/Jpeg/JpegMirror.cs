namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>
/// Mirrors a picture whose flipped axis does not end with a whole coding unit. There the coefficients cannot be moved as they
/// are: each colour plane is decoded to samples, mirrored, and coded again with the same quantisation, at the plane's own
/// resolution. On an axis of odd length, subsampled colours end up half a sample aside.
/// </summary>
internal static class JpegMirror
{
    /// <summary>Row u, column x: the value at sample x of the cosine of frequency u. ITU-T T.81, A.3.3.</summary>
    private static readonly float[] Cosines = MakeCosines();

    /// <summary>Mirrors those axes of <paramref name="turn"/> that need it and gives back what is left to do by blocks.</summary>
    internal static Orientation Apply(JpegImage image, Orientation turn, CancellationToken cancel)
    {
        var flipX = turn.FlipX && image.Width % (8 * image.MaxAcross) != 0;
        var flipY = turn.FlipY && image.Height % (8 * image.MaxDown) != 0;
        if (!flipX && !flipY) return turn;
        foreach (var component in image.Components)
        {
            var width = JpegImage.Ceiling(image.Width * component.Across, image.MaxAcross);
            var height = JpegImage.Ceiling(image.Height * component.Down, image.MaxDown);
            var samples = Decode(component, width, height, cancel);
            for (var y = 0; flipX && y < height; y++) samples.AsSpan(y * width, width).Reverse();
            for (var y = 0; flipY && y < height / 2; y++)
            {
                var (upper, lower) = (y * width, (height - 1 - y) * width);
                for (var x = 0; x < width; x++) (samples[upper + x], samples[lower + x]) = (samples[lower + x], samples[upper + x]);
            }
            Encode(component, samples, width, height, cancel);
        }
        return turn with { FlipX = turn.FlipX && !flipX, FlipY = turn.FlipY && !flipY };
    }

    private static short[] Decode(JpegComponent component, int width, int height, CancellationToken cancel)
    {
        var samples = new short[width * height];
        var steps = Steps(component);
        Span<float> block = stackalloc float[64];
        Span<float> half = stackalloc float[64];
        for (var blockY = 0; blockY < component.BlocksDown; blockY++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var blockX = 0; blockX < component.BlocksAcross; blockX++)
            {
                var coefficients = component.Block(blockX, blockY);
                for (var i = 0; i < 64; i++) block[i] = coefficients[i] * steps[i];
                // Each pass turns one axis to samples and exchanges the axes; two passes put them back.
                ToSamples(block, half);
                ToSamples(half, block);
                for (var y = 0; y < 8 && blockY * 8 + y < height; y++)
                {
                    for (var x = 0; x < 8 && blockX * 8 + x < width; x++)
                    {
                        // Coding may overshoot black and white a little; decoders cut that off, and so does this.
                        var value = Math.Clamp(MathF.Round(block[y * 8 + x]), -128, 127);
                        samples[(blockY * 8 + y) * width + blockX * 8 + x] = (short)value;
                    }
                }
            }
        }
        return samples;
    }

    /// <summary>Codes all blocks, those that fill up the last coding unit too, from the nearest sample of the edge.</summary>
    private static void Encode(JpegComponent component, short[] samples, int width, int height, CancellationToken cancel)
    {
        var steps = Steps(component);
        Span<float> block = stackalloc float[64];
        Span<float> half = stackalloc float[64];
        for (var blockY = 0; blockY < component.Rows; blockY++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var blockX = 0; blockX < component.Stride; blockX++)
            {
                for (var y = 0; y < 8; y++)
                {
                    var row = Math.Min(blockY * 8 + y, height - 1) * width;
                    for (var x = 0; x < 8; x++) block[y * 8 + x] = samples[row + Math.Min(blockX * 8 + x, width - 1)];
                }
                ToFrequencies(block, half);
                ToFrequencies(half, block);
                var coefficients = component.Block(blockX, blockY);
                for (var i = 0; i < 64; i++) coefficients[i] = (short)MathF.Round(block[i] / steps[i]);
            }
        }
    }

    private static float[] Steps(JpegComponent component)
    {
        var steps = new float[64];
        for (var k = 0; k < 64; k++) steps[JpegImage.Natural[k]] = component.Quant![k];
        return steps;
    }

    private static void ToSamples(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var row = 0; row < 8; row++)
        {
            for (var x = 0; x < 8; x++)
            {
                var sum = 0f;
                for (var u = 0; u < 8; u++) sum += from[row * 8 + u] * Cosines[u * 8 + x];
                to[x * 8 + row] = sum;
            }
        }
    }

    private static void ToFrequencies(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var row = 0; row < 8; row++)
        {
            for (var u = 0; u < 8; u++)
            {
                var sum = 0f;
                for (var x = 0; x < 8; x++) sum += from[row * 8 + x] * Cosines[u * 8 + x];
                to[u * 8 + row] = sum;
            }
        }
    }

    private static float[] MakeCosines()
    {
        var table = new float[64];
        for (var u = 0; u < 8; u++)
        {
            var scale = u == 0 ? Math.Sqrt(0.125) : 0.5;
            for (var x = 0; x < 8; x++) table[u * 8 + x] = (float)(scale * Math.Cos((2 * x + 1) * u * Math.PI / 16));
        }
        return table;
    }
}
