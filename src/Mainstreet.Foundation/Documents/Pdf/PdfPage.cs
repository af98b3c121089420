using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Documents.Pdf;

/// <summary>One page as it is drawn. Lengths in points from the top left corner.</summary>
public sealed class PdfPage
{
    private readonly ArrayBufferWriter<byte> _drawing = new();

    /// <summary>A4 in points.</summary>
    public const double Width = 595;

    public const double Height = 842;

    /// <summary>The page's content stream, not yet compressed.</summary>
    public ReadOnlySpan<byte> Drawing => _drawing.WrittenSpan;

    /// <summary>Writes a line of text.</summary>
    /// <param name="x">Where it begins; where it ends with <paramref name="toTheLeft"/>.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="font">Regular or bold.</param>
    /// <param name="size">In points.</param>
    /// <param name="text">Any text.</param>
    /// <param name="gray">0 black to 1 white.</param>
    /// <param name="toTheLeft">True: <paramref name="x"/> is the right end.</param>
    public void Text(double x, double y, PdfFont font, double size, string text, double gray = 0, bool toTheLeft = false)
    {
        var letters = PdfFont.Encode(text);
        if (toTheLeft) x -= font.Width(letters, size);
        // Each letter may need a stroke before it, so that brackets are letters and not operators.
        Span<byte> escaped = stackalloc byte[2];
        escaped[0] = (byte)'\\';
        Write($"BT {Number(gray)} g /{font.Resource} {Number(size)} Tf {Number(x)} {Number(Height - y)} Td (");
        foreach (var letter in letters)
        {
            escaped[1] = letter;
            _drawing.Write(letter is (byte)'(' or (byte)')' or (byte)'\\' ? escaped : escaped[1..]);
        }

        Write(") Tj ET\n");
    }

    /// <summary>Draws a thin grey line.</summary>
    public void Rule(double fromX, double toX, double y) =>
        Write($"0.5 w 0.5 G {Number(fromX)} {Number(Height - y)} m {Number(toX)} {Number(Height - y)} l S\n");

    private void Write(string operators) => _drawing.Write(Encoding.ASCII.GetBytes(operators));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
