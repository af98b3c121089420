using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Mainstreet.Foundation.Documents.Pdf;

/// <summary>
/// Writes pages as a PDF 1.7 file (ISO 32000-1): text in the standard fonts and lines. The same pages with the same
/// title and date are the same bytes.
/// </summary>
public sealed class PdfFile(string title, DateTimeOffset createdAt)
{
    private const int Catalogue = 1;
    private const int Tree = 2;
    private const int Information = 3;
    private const int FirstFont = 4;

    private readonly List<PdfPage> _pages = [];

    public int PageCount => _pages.Count;

    public PdfPage AddPage()
    {
        var page = new PdfPage();
        _pages.Add(page);
        return page;
    }

    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        // The second line tells programs that the file is not text.
        file.Write("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"u8);

        var firstPage = FirstFont + PdfFont.All.Count;
        Add(file, offsets, $"<< /Type /Catalog /Pages {Tree} 0 R >>");
        Add(file, offsets, $"<< /Type /Pages /Count {_pages.Count} /Kids [{string.Join(' ', Enumerable.Range(0, _pages.Count).Select(i => $"{firstPage + 2 * i} 0 R"))}] >>");
        Add(file, offsets, $"<< /Title {Words(title)} /Producer (Mainstreet) /CreationDate (D:{createdAt.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}Z) >>");
        foreach (var font in PdfFont.All) Add(file, offsets, $"<< /Type /Font /Subtype /Type1 /BaseFont /{font.Name} /Encoding /WinAnsiEncoding >>");
        var fonts = string.Join(' ', PdfFont.All.Select((f, i) => $"/{f.Resource} {FirstFont + i} 0 R"));
        for (var i = 0; i < _pages.Count; i++)
        {
            Add(file, offsets, string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent {Tree} 0 R /MediaBox [0 0 {PdfPage.Width} {PdfPage.Height}] /Resources << /Font << {fonts} >> >> /Contents {firstPage + 2 * i + 1} 0 R >>"));
            var drawing = Compress(_pages[i].Drawing);
            Add(file, offsets, $"<< /Length {drawing.Length} /Filter /FlateDecode >>", drawing);
        }

        Trailer(file, offsets);
        return file.ToArray();
    }

    private static void Add(MemoryStream file, List<long> offsets, string dictionary, byte[]? stream = null)
    {
        offsets.Add(file.Length);
        Write(file, $"{offsets.Count} 0 obj\n{dictionary}\n");
        if (stream is not null)
        {
            Write(file, "stream\n");
            file.Write(stream);
            Write(file, "\nendstream\n");
        }

        Write(file, "endobj\n");
    }

    private static void Trailer(MemoryStream file, List<long> offsets)
    {
        var start = file.Length;
        // Entries of exactly twenty bytes each, the end of line included.
        Write(file, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) Write(file, $"{offset.ToString("d10", CultureInfo.InvariantCulture)} 00000 n \n");
        Write(file, $"trailer\n<< /Size {offsets.Count + 1} /Root {Catalogue} 0 R /Info {Information} 0 R >>\nstartxref\n{start}\n%%EOF\n");
    }

    private static byte[] Compress(ReadOnlySpan<byte> drawing)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(drawing);
        return packed.ToArray();
    }

    /// <summary>Text outside pages: UTF-16 with its mark, in hexadecimal, so that every letter is there.</summary>
    private static string Words(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    private static void Write(MemoryStream file, string text) => file.Write(Encoding.ASCII.GetBytes(text));
}
