using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Mainstreet.Careers.Tests.Profiles;

/// <summary>Files for tests, built by hand where our own writer would be too kind.</summary>
internal static class PaperFiles
{
    /// <summary>A PDF of bare objects with a classic table. The first object must be the catalogue.</summary>
    internal static byte[] Pdf(params IEnumerable<string> objects) => Pdf([.. objects.Select(o => Encoding.Latin1.GetBytes(o))], "");

    internal static byte[] Pdf(byte[][] objects, string trailer)
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        Write(file, "%PDF-1.7\n");
        for (var i = 0; i < objects.Length; i++)
        {
            offsets.Add(file.Length);
            Write(file, $"{i + 1} 0 obj\n");
            file.Write(objects[i]);
            Write(file, "\nendobj\n");
        }

        var start = file.Length;
        Write(file, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets) Write(file, offset.ToString("d10", CultureInfo.InvariantCulture) + " 00000 n \n");
        Write(file, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        return file.ToArray();
    }

    /// <summary>One page with this drawing and Helvetica as F1; further objects are numbered from 5.</summary>
    internal static byte[] Page(string drawing, string catalogue = "", string font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>", params string[] more) =>
        Pdf([
            $"<< /Type /Catalog /Pages 2 0 R {catalogue} >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
            $"<< /Length {drawing.Length} >>\nstream\n{drawing}\nendstream", font, .. more,
        ]);

    /// <summary>The same kind of page, its objects in an object stream and its table in a cross-reference stream, as Word and LaTeX write.</summary>
    internal static byte[] Packed(string drawing)
    {
        string[] inner =
        [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 4 0 R >> >> /Contents 6 0 R >>", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ];
        var index = new StringBuilder();
        var body = new StringBuilder();
        for (var i = 0; i < inner.Length; i++)
        {
            index.Append(CultureInfo.InvariantCulture, $"{i + 1} {body.Length} ");
            body.Append(inner[i]).Append(' ');
        }

        using var file = new MemoryStream();
        Write(file, "%PDF-1.7\n");
        var holder = file.Length;
        Stream(file, 5, $"/Type /ObjStm /N {inner.Length} /First {index.Length}", Encoding.ASCII.GetBytes(index.ToString() + body));
        var content = file.Length;
        Stream(file, 6, "", Encoding.Latin1.GetBytes(drawing));
        var table = file.Length;
        using var rows = new MemoryStream();
        void Row(int kind, long second, int third)
        {
            // With the PNG predictor "up": each row after its difference from the one above.
            rows.Write([(byte)kind, (byte)(second >> 16), (byte)(second >> 8), (byte)second, (byte)third]);
        }

        Row(0, 0, 255);
        for (var i = 0; i < inner.Length; i++) Row(2, 5, i);
        Row(1, holder, 0);
        Row(1, content, 0);
        Row(1, table, 0);
        var plain = rows.ToArray();
        using var predicted = new MemoryStream();
        for (var y = 0; y < plain.Length / 5; y++)
        {
            predicted.WriteByte(2);
            for (var x = 0; x < 5; x++) predicted.WriteByte((byte)(plain[y * 5 + x] - (y > 0 ? plain[(y - 1) * 5 + x] : 0)));
        }

        Stream(file, 7, "/Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /DecodeParms << /Predictor 12 /Columns 5 >>", predicted.ToArray());
        Write(file, $"startxref\n{table}\n%%EOF\n");
        return file.ToArray();
    }

    /// <summary>A line of text at a place, as an operator.</summary>
    internal static string At(double x, double y, string text, double size = 10) =>
        string.Create(CultureInfo.InvariantCulture, $"BT /F1 {size} Tf {x} {y} Td ({text.Replace("\\", "\\\\").Replace("(", "\\(").Replace(")", "\\)")}) Tj ET\n");

    /// <summary>A DOCX whose body is these paragraphs, and further parts.</summary>
    internal static byte[] Docx(IEnumerable<string> paragraphs, string prologue = "", params (string Name, byte[] Content)[] more)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>"u8.ToArray());
            var body = string.Concat(paragraphs.Select(p => p.StartsWith("<w:", StringComparison.Ordinal) ? p : $"<w:p><w:r><w:t xml:space=\"preserve\">{p}</w:t></w:r></w:p>"));
            Add(zip, "word/document.xml", Encoding.UTF8.GetBytes($"{prologue}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"));
            foreach (var (name, content) in more) Add(zip, name, content);
        }

        return file.ToArray();
    }

    internal static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(bytes);
        return packed.ToArray();
    }

    private static void Stream(MemoryStream file, int number, string members, byte[] content)
    {
        var packed = Deflate(content);
        Write(file, $"{number} 0 obj\n<< {members} /Filter /FlateDecode /Length {packed.Length} >>\nstream\n");
        file.Write(packed);
        Write(file, "\nendstream\nendobj\n");
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
        entry.Write(content);
    }

    private static void Write(MemoryStream file, string text) => file.Write(Encoding.Latin1.GetBytes(text));
}
