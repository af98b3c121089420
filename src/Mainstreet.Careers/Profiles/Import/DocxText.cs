using System.IO.Compression;
using System.Text;
using System.Xml;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>
/// The text of a DOCX (ISO/IEC 29500): headers first, then the body, paragraph by paragraph. Only these parts are unpacked; macros, embedded objects and linked
/// files are never looked at, and neither DTDs nor entities are allowed.
/// </summary>
internal static class DocxText
{
    private const int MaxParts = 2_000;

    /// <summary>Of one part, unpacked, in bytes: text that is longer is no résumé.</summary>
    private const long MaxPart = 20_000_000;

    private const int MaxLines = 20_000;

    private const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const string StrictWord = "http://purl.oclc.org/ooxml/wordprocessingml/main";

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxPart,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Errors: document_broken, document_too_large.</summary>
    internal static Outcome<IReadOnlyList<TextLine>> Read(Stream file)
    {
        try
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (zip.Entries.Count > MaxParts) return ImportProblems.TooLarge.With("The document has too many parts.");
            var body = zip.GetEntry(MainPart(zip));
            if (body is null) return ImportProblems.Broken.With("The document has no text part.");
            var lines = new List<TextLine>();
            foreach (var part in zip.Entries.Where(e => e.FullName.StartsWith("word/header", StringComparison.Ordinal) && e.FullName.EndsWith(".xml", StringComparison.Ordinal)).Take(6).Append(body))
            {
                ReadPart(part, lines);
            }

            // The same header may stand in several parts.
            return lines.Where((line, i) => i == 0 || line.Text != lines[i - 1].Text).ToList();
        }
        catch (PartTooLarge)
        {
            return ImportProblems.TooLarge.With("The document is too large when unpacked.");
        }
        catch (Exception broken) when (broken is InvalidDataException or XmlException or NotSupportedException or IOException)
        {
            return ImportProblems.Broken.With("The DOCX file is not a well-formed document.");
        }
    }

    private static string MainPart(ZipArchive zip)
    {
        if (zip.GetEntry("_rels/.rels") is { } relations)
        {
            using var reader = Open(relations);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "Relationship" && reader.GetAttribute("TargetMode") != "External"
                    && reader.GetAttribute("Type")?.EndsWith("/officeDocument", StringComparison.Ordinal) == true && reader.GetAttribute("Target") is { } target)
                    return target.TrimStart('/');
            }
        }

        return "word/document.xml";
    }

    private static XmlReader Open(ZipArchiveEntry entry) => XmlReader.Create(new MeteredPart(entry.Open(), MaxPart), Settings);

    private static void ReadPart(ZipArchiveEntry entry, List<TextLine> lines)
    {
        using var reader = Open(entry);
        var text = new StringBuilder();
        var (heading, bullet, size) = (false, false, 0d);
        var empty = false;
        while (reader.Read() && lines.Count < MaxLines)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "Fallback")
            {
                reader.Skip();   // the same text again, for old programs
            }

            if (reader.NamespaceURI is not (Word or StrictWord)) continue;
            if (reader.NodeType == XmlNodeType.Element)
            {
                switch (reader.LocalName)
                {
                    case "p": (heading, bullet, size) = (false, false, 0); text.Clear(); break;
                    case "t": text.Append(ReadText(reader)); break;
                    case "tab": if (reader.Depth > 0 && text.Length > 0) text.Append('\t'); break;
                    case "br" or "cr": Flush(); break;
                    case "noBreakHyphen": text.Append('-'); break;
                    case "pStyle":
                        var style = Value(reader);
                        heading = style.StartsWith("Heading", StringComparison.OrdinalIgnoreCase) || style.StartsWith("Title", StringComparison.OrdinalIgnoreCase);
                        bullet |= style.StartsWith("List", StringComparison.OrdinalIgnoreCase);
                        break;
                    case "numPr": bullet = true; break;
                    case "sz": if (double.TryParse(Value(reader), System.Globalization.CultureInfo.InvariantCulture, out var half)) size = Math.Max(size, half / 2); break;
                }
            }
            else if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName == "p")
            {
                Flush();
            }
        }

        void Flush()
        {
            var tidy = Tidy(text.ToString());
            text.Clear();
            if (tidy.Length == 0)
            {
                empty = true;
                return;
            }

            lines.Add(new TextLine(tidy, size, Heading: heading, Bullet: bullet, After: empty));
            empty = false;
        }
    }

    private static string ReadText(XmlReader reader)
    {
        if (reader.IsEmptyElement) return "";
        var text = new StringBuilder();
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement) text.Append(reader.Value);
        return text.ToString();
    }

    private static string Value(XmlReader reader) => reader.GetAttribute("val", reader.NamespaceURI) ?? "";

    private static string Tidy(string text)
    {
        var parts = text.Split('\t').Select(p => string.Join(' ', p.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(p => p.Length > 0);
        return string.Join('\t', parts);
    }

    private sealed class PartTooLarge : Exception;

    /// <summary>Counts what a part really unpacks to, whatever its directory entry claims.</summary>
    private sealed class MeteredPart(Stream inner, long limit) : Stream
    {
        private long _left = limit;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            return (_left -= read) < 0 ? throw new PartTooLarge() : read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
