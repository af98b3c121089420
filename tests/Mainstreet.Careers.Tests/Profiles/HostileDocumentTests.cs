using System.Diagnostics;
using System.IO.Compression;
using System.Text;

using Mainstreet.Careers.Profiles.Import;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class HostileDocumentTests
{
    private const string Words = "Nora Haddad sells bread in Leeds every single day";

    [Fact]
    public void A_zip_bomb_is_refused_before_it_unpacks()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("word/document.xml", CompressionLevel.Fastest).Open();
            part.Write("<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"u8);
            var blanks = Enumerable.Repeat((byte)' ', 1_000_000).ToArray();
            for (var i = 0; i < 300; i++) part.Write(blanks);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        ImportedFile.Read(file.ToArray()).Problem!.Code.ShouldBeOneOf("document_too_large", "document_broken");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(120_000_000);
    }

    [Fact]
    public void Entities_and_outside_files_are_refused()
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "the secret of this machine");
        try
        {
            foreach (var prologue in new[]
            {
                $"<!DOCTYPE d [<!ENTITY x SYSTEM \"file://{secret}\">]>",
                "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY x \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>",
                "<!DOCTYPE d SYSTEM \"http://127.0.0.1:9/x.dtd\">",
            })
            {
                var read = ImportedFile.Read(PaperFiles.Docx([Words, "&x;"], prologue));
                read.Problem!.Code.ShouldBe("document_broken");
                read.Problem.Detail!.ShouldNotContain("secret");
            }
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public void Macros_scripts_and_fields_stay_unread()
    {
        var docx = ImportedFile.Read(PaperFiles.Docx(
            [Words, "<w:p><w:r><w:instrText>HYPERLINK \"javascript:alert(1)\"</w:instrText><w:t>Skills</w:t></w:r></w:p>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
            "", ("word/vbaProject.bin", Encoding.ASCII.GetBytes("Sub AutoOpen Shell"))));
        docx.Value!.Document.ShouldNotContain("AutoOpen");
        docx.Value.Document.ShouldNotContain("HYPERLINK");

        var pdf = ImportedFile.Read(PaperFiles.Page(
            PaperFiles.At(50, 700, Words), "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Names << /EmbeddedFiles << >> >> /AA << /O << /S /Launch /F (calc.exe) >> >>"));
        pdf.Value!.Document.ShouldNotContain("alert");
        pdf.Value.Document.ShouldNotContain("calc");
    }

    [Fact]
    public void A_pdf_bomb_is_refused()
    {
        var bomb = PaperFiles.Deflate(PaperFiles.Deflate(new byte[200_000_000]));
        byte[][] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>"u8.ToArray(), "<< /Type /Pages /Kids [3 0 R] >>"u8.ToArray(), "<< /Type /Page /Contents 4 0 R >>"u8.ToArray(),
            [.. Encoding.ASCII.GetBytes($"<< /Filter [/FlateDecode /FlateDecode] /Length {bomb.Length} >>\nstream\n"), .. bomb, .. "\nendstream"u8],
        ];
        ImportedFile.Read(PaperFiles.Pdf(objects, "")).Problem!.Code.ShouldBe("document_broken");
    }

    [Fact]
    public void Circles_depth_and_forms_within_themselves_end()
    {
        var clock = Stopwatch.StartNew();
        PaperFilesEnd(PaperFiles.Pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] >>"));
        PaperFilesEnd(PaperFiles.Pdf("<< /Type /Catalog /Pages 2 0 R >>", "3 0 R", "2 0 R"));
        PaperFilesEnd(PaperFiles.Pdf("<< /Type /Catalog /Pages 2 0 R /X " + new string('[', 50_000) + " >>", "<< /Type /Pages /Kids [] >>"));
        PaperFilesEnd(PaperFiles.Pdf(
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] >>", "<< /Type /Page /Resources << /XObject << /A 4 0 R >> >> /Contents 4 0 R >>",
            "<< /Subtype /Form /Resources << /XObject << /A 4 0 R >> >> /Length 12 >>\nstream\n/A Do /A Do \nendstream"));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));

        static void PaperFilesEnd(byte[] file) => ImportedFile.Read(file).Problem!.Status.ShouldBe(422);
    }

    [Fact]
    public void A_locked_file_and_a_scan_say_so()
    {
        ImportedFile.Read(PaperFiles.Pdf([.. new[] { "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] >>", "<< /Filter /Standard >>" }.Select(Encoding.ASCII.GetBytes)], "/Encrypt 3 0 R"))
            .Problem!.Code.ShouldBe("document_encrypted");
        ImportedFile.Read(PaperFiles.Page("q 595 0 0 842 0 0 cm /Im1 Do Q BI /W 4 /H 4 ID (Nora Haddad sells bread) EI ")).Problem!.Code.ShouldBe("no_text");
    }

    [Fact]
    public void Broken_bytes_never_throw()
    {
        byte[][] whole = [PaperFiles.Page(PaperFiles.At(50, 700, Words)), PaperFiles.Packed(PaperFiles.At(50, 700, Words)), PaperFiles.Docx([Words])];
        for (var seed = 1; seed <= 600; seed++)
        {
            var random = new Random(seed);
            var file = (byte[])whole[seed % 3].Clone();
            for (var i = 0; i < random.Next(1, 30); i++) file[random.Next(8, file.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) file = file[..random.Next(8, file.Length)];
            var read = ImportedFile.Read(file);
            if (!read.Ok) read.Problem.Status.ShouldBeOneOf([413, 415, 422], $"seed {seed}");
        }
    }
}
