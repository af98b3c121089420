using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Mainstreet.Careers.Profiles.Export;

/// <summary>Writes a document as DOCX (ISO/IEC 29500 transitional): real headings and list items, no macros, no links to elsewhere. Same parts: same bytes.</summary>
internal static class PaperDocx
{
    internal const string ContentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Packages = "http://schemas.openxmlformats.org/package/2006";

    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string Types =
        $"<Types xmlns=\"{Packages}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        + $"<Override PartName=\"/word/document.xml\" ContentType=\"{ContentType}.main+xml\"/>"
        + "<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
        + "<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/></Types>";

    private static readonly string Root =
        $"<Relationships xmlns=\"{Packages}/relationships\"><Relationship Id=\"r1\" Type=\"{Office}/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

    private static readonly string Related =
        $"<Relationships xmlns=\"{Packages}/relationships\"><Relationship Id=\"r1\" Type=\"{Office}/styles\" Target=\"styles.xml\"/>"
        + $"<Relationship Id=\"r2\" Type=\"{Office}/numbering\" Target=\"numbering.xml\"/></Relationships>";

    private static readonly string Styles =
        $"<w:styles xmlns:w=\"{Word}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" w:cs=\"Calibri\"/><w:sz w:val=\"21\"/></w:rPr></w:rPrDefault></w:docDefaults>"
        + Style("Title", "Title", 40, 0, bold: true) + Style("Subtitle", "Subtitle", 26, 40) + Style("Heading1", "heading 1", 25, 240, bold: true, after: "<w:outlineLvl w:val=\"0\"/>")
        + Style("Entry", "Entry", 21, 120, bold: true, "<w:tabs><w:tab w:val=\"right\" w:pos=\"9900\"/></w:tabs>") + Style("Paragraph", "Paragraph", 21, 40)
        + Style("ListBullet", "List Bullet", 21, 20, false, "<w:numPr><w:numId w:val=\"1\"/></w:numPr>", "<w:ind w:left=\"360\" w:hanging=\"240\"/>") + "</w:styles>";

    private static readonly string Numbering =
        $"<w:numbering xmlns:w=\"{Word}\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"•\"/></w:lvl></w:abstractNum>"
        + "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";

    internal static byte[] Write(IReadOnlyList<PaperPart> parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml", Types);
            Add(zip, "_rels/.rels", Root);
            Add(zip, "word/_rels/document.xml.rels", Related);
            Add(zip, "word/styles.xml", Styles);
            Add(zip, "word/numbering.xml", Numbering);
            Add(zip, "word/document.xml", Body(parts));
        }

        return file.ToArray();
    }

    private static string Body(IReadOnlyList<PaperPart> parts)
    {
        var body = new StringBuilder();
        using (var xml = XmlWriter.Create(body, new XmlWriterSettings { OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            xml.WriteStartElement("w", "document", Word);
            xml.WriteStartElement("body", Word);
            foreach (var part in parts) Paragraph(xml, part);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return body.ToString();
    }

    private static void Paragraph(XmlWriter xml, PaperPart part)
    {
        xml.WriteStartElement("p", Word);
        xml.WriteStartElement("pPr", Word);
        xml.WriteStartElement("pStyle", Word);
        xml.WriteAttributeString("val", Word, part.Style switch
        {
            PaperStyle.Heading => "Heading1",
            PaperStyle.Item => "ListBullet",
            PaperStyle.Line => "Paragraph",
            _ => part.Style.ToString(),
        });
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("r", Word);
        var lines = part.Text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) xml.WriteElementString("br", Word, null);
            Text(xml, lines[i]);
        }

        if (part.Right is { } right)
        {
            xml.WriteElementString("tab", Word, null);
            Text(xml, right);
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Text(XmlWriter xml, string text)
    {
        xml.WriteStartElement("t", Word);
        xml.WriteAttributeString("xml", "space", null, "preserve");
        // Control characters and half pairs have no place in XML 1.0.
        xml.WriteString(string.Concat(text.EnumerateRunes().Where(r => r.Value is '\t' || (r.Value >= 0x20 && r.Value is not (0xFFFE or 0xFFFF)))));
        xml.WriteEndElement();
    }

    /// <summary>The schema fixes the order of a style's properties: some stand before the spacing, some after it.</summary>
    private static string Style(string id, string name, int halfPoints, int above, bool bold = false, string before = "", string after = "") =>
        $"<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:pPr>{before}<w:spacing w:before=\"{above}\" w:after=\"0\"/>{after}</w:pPr>"
        + $"<w:rPr>{(bold ? "<w:b/>" : "")}<w:sz w:val=\"{halfPoints}\"/></w:rPr></w:style>";

    private static void Add(ZipArchive zip, string name, string xml)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = Epoch;
        using var writer = new StreamWriter(entry.Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
        writer.Write(xml);
    }
}
