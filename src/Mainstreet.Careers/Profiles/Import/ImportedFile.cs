using Mainstreet.Careers.Profiles.Import.Pdf;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>A résumé read from a file. What the file is, its first bytes say, not its name.</summary>
/// <param name="Document">A checked JSON Resume.</param>
internal sealed record ImportedFile(string Document, IReadOnlyList<ImportNote> Notes, string Format)
{
    /// <summary>Errors: invalid_request, unsupported_media_type, no_text, document_encrypted, document_broken, document_too_large.</summary>
    internal static Outcome<ImportedFile> Read(byte[] file)
    {
        var start = file.AsSpan(0, Math.Min(file.Length, 1024));
        if (start.IndexOf("%PDF-"u8) >= 0) return FromLines(PdfTextLayer.Read(file), "pdf");
        if (start.StartsWith("PK\x03\x04"u8)) return FromLines(DocxText.Read(new MemoryStream(file, writable: false)), "docx");
        // The older container: a .doc of old, or a DOCX with a password.
        if (start.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
            return file.AsSpan().IndexOf("E\0n\0c\0r\0y\0p\0t\0e\0d\0"u8) >= 0 ? ImportProblems.Encrypted : ImportProblems.Unknown.With("Save the old .doc as .docx first.");
        var text = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        if (text.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) return ImportProblems.Unknown;
        var read = ResumeReader.Read(file);
        return read.Ok ? new ImportedFile(read.Value, [], "json") : read.Problem;
    }

    private static Outcome<ImportedFile> FromLines(Outcome<IReadOnlyList<TextLine>> lines, string format)
    {
        if (!lines.Ok) return lines.Problem;
        if (lines.Value.Sum(l => l.Text.Count(char.IsLetter)) < 20) return ImportProblems.NoText;
        var (resume, notes) = Sectioniser.Read(lines.Value);
        var document = resume.ToJsonString(Documents.Compact);
        return ResumeReader.Check(document) is { } fault ? ImportProblems.Broken.With($"What was read is no résumé: {string.Join(", ", fault.Errors!.Keys)}.") : new ImportedFile(document, notes, format);
    }
}
