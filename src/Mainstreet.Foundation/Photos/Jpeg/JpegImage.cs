namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>A JPEG as its quantised coefficients: everything that the picture is, nothing else of the file.</summary>
internal sealed class JpegImage
{
    /// <summary>Position in natural (row by row) order of the k-th coefficient in zigzag order. ITU-T T.81, figure A.6.</summary>
    internal static ReadOnlySpan<byte> Natural =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    internal required int Width { get; init; }

    internal required int Height { get; init; }

    internal required bool IsProgressive { get; init; }

    internal required JpegComponent[] Components { get; init; }

    /// <summary>The Adobe colour transform (0 none, 1 YCbCr, 2 YCCK) where the file needs one said, else null.</summary>
    internal int? AdobeTransform { get; set; }

    internal int MaxAcross => Components.Max(c => c.Across);

    internal int MaxDown => Components.Max(c => c.Down);

    internal int UnitsAcross => Ceiling(Width, 8 * MaxAcross);

    internal int UnitsDown => Ceiling(Height, 8 * MaxDown);

    internal static int Ceiling(int value, int unit) => (value + unit - 1) / unit;
}

/// <summary>One colour plane.</summary>
internal sealed class JpegComponent
{
    internal required byte Id { get; init; }

    /// <summary>Horizontal sampling factor: blocks a coding unit, 1..4.</summary>
    internal required int Across { get; init; }

    /// <summary>Vertical sampling factor, 1..4.</summary>
    internal required int Down { get; init; }

    internal required int QuantSlot { get; init; }

    /// <summary>Quantisation table in zigzag order as it stood when the component's first scan began.</summary>
    internal ushort[]? Quant { get; set; }

    /// <summary>Blocks that carry picture: scans of this component alone hold these.</summary>
    internal int BlocksAcross { get; set; }

    internal int BlocksDown { get; set; }

    /// <summary>Blocks a row of <see cref="Coefficients"/>, padded to whole coding units.</summary>
    internal int Stride { get; set; }

    internal int Rows { get; set; }

    /// <summary>64 a block in natural order, blocks row by row.</summary>
    internal short[] Coefficients { get; set; } = [];

    internal bool HasPicture { get; set; }

    internal Span<short> Block(int x, int y) => Coefficients.AsSpan((y * Stride + x) * 64, 64);
}
