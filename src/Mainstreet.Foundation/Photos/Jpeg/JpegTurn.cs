namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>
/// Shows a JPEG's coefficients as those of the picture turned upright, without touching the pixels: a flip mirrors the order of
/// the blocks and the sign of the odd frequencies of that axis, a transposition exchanges block and frequency axes.
/// A flipped axis must end with a whole coding unit; <see cref="JpegMirror"/> takes care of the others first.
/// </summary>
internal sealed class JpegTurn
{
    private readonly JpegImage _image;
    private readonly Orientation _turn;
    private readonly byte[] _from = new byte[64];
    private readonly bool[] _negated = new bool[64];

    internal JpegTurn(JpegImage image, Orientation turn)
    {
        _image = image;
        _turn = turn;
        (Width, Height) = turn.Transpose ? (image.Height, image.Width) : (image.Width, image.Height);
        Planes = [.. image.Components.Select(c => new Plane(this, c))];

        for (var k = 0; k < 64; k++)
        {
            var (row, column) = Math.DivRem((int)JpegImage.Natural[k], 8);
            if (turn.Transpose) (row, column) = (column, row);
            _from[k] = (byte)(row * 8 + column);
            _negated[k] = (turn.FlipX && (column & 1) == 1) != (turn.FlipY && (row & 1) == 1);
        }
    }

    internal int Width { get; }

    internal int Height { get; }

    internal Plane[] Planes { get; }

    internal int? AdobeTransform => _image.AdobeTransform;

    internal int UnitsAcross => JpegImage.Ceiling(Width, 8 * Planes.Max(p => p.Across));

    internal int UnitsDown => JpegImage.Ceiling(Height, 8 * Planes.Max(p => p.Down));

    /// <summary>One component as it lies in the turned picture.</summary>
    internal sealed class Plane
    {
        private readonly JpegTurn _whole;
        private readonly JpegComponent _source;

        internal Plane(JpegTurn whole, JpegComponent source)
        {
            _whole = whole;
            _source = source;
            (Across, Down, BlocksAcross, BlocksDown) = whole._turn.Transpose
                ? (source.Down, source.Across, source.BlocksDown, source.BlocksAcross)
                : (source.Across, source.Down, source.BlocksAcross, source.BlocksDown);
        }

        internal int Across { get; }

        internal int Down { get; }

        internal int BlocksAcross { get; }

        internal int BlocksDown { get; }

        /// <summary>Quantisation step of the k-th coefficient in zigzag order.</summary>
        internal ushort Quant(int k) => _source.Quant![ZigzagOf[_whole._from[k]]];

        /// <summary>Fills in the 64 coefficients of one block in zigzag order, cut to what baseline coding can hold.</summary>
        internal void Read(int x, int y, Span<int> zigzag)
        {
            var turn = _whole._turn;
            if (turn.Transpose) (x, y) = (y, x);
            if (turn.FlipX) x = _source.Stride - 1 - x;
            if (turn.FlipY) y = _source.Rows - 1 - y;
            var block = _source.Block(x, y);
            var (from, negated) = (_whole._from, _whole._negated);
            for (var k = 0; k < 64; k++)
            {
                int value = block[from[k]];
                zigzag[k] = Math.Clamp(negated[k] ? -value : value, k == 0 ? -1024 : -1023, 1023);
            }
        }

        private static readonly byte[] ZigzagOf = Invert();

        private static byte[] Invert()
        {
            var inverse = new byte[64];
            for (var k = 0; k < 64; k++) inverse[JpegImage.Natural[k]] = (byte)k;
            return inverse;
        }
    }
}
