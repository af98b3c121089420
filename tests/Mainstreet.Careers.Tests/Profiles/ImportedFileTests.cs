using System.Text;
using System.Text.Json;

using Mainstreet.Careers.Profiles.Export;
using Mainstreet.Careers.Profiles.Import;
using Mainstreet.Careers.Profiles.Import.Pdf;
using Mainstreet.Careers.Profiles.Resumes;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Profiles;

[Trait("kind", "unit")]
public sealed class ImportedFileTests
{
    private static readonly string[] Plain =
    [
        "Nora Haddad", "Shop assistant", "nora@example.test | +44 20 7946 0018 | Leeds, England", "Profile", "Likes people and tidy shelves.", "Work Experience",
        "Shop assistant, Corner Shop Ltd\tMar 2019 – Present", "• Worked the till", "• Cut waste by 18 %", "Cleaner, Grand Hotel\t2016 - 2019", "• Kept 40 rooms clean",
        "Education", "Leeds City College", "Diploma in Retail\t2014 – 2016", "Skills", "Data: Excel, SQL (basic, self-taught)", "Cash handling, Merchandising",
        "Languages", "English (native), Arabic - fluent", "Certifications", "First Aid at Work, 2023", "References", "On request",
    ];

    [Fact]
    public void Lines_become_a_profile_with_each_word_in_its_place() => Checked(Sectioniser.Read([.. Plain.Select(l => new TextLine(l))]).Resume.ToJsonString(Documents.Compact));

    [Fact]
    public void A_docx_is_read() => Checked(Imported(PaperFiles.Docx(Plain.Select(l => l.Contains('\t')
        ? $"<w:p><w:r><w:t>{l.Split('\t')[0]}</w:t><w:tab/><w:t>{l.Split('\t')[1]}</w:t></w:r></w:p>" : l.Replace("&", "&amp;")))));

    [Fact]
    public void A_pdf_is_read_by_its_table_by_its_packed_objects_and_without_any_table()
    {
        var drawing = Drawing(Plain);
        var classic = PaperFiles.Page(drawing);
        Checked(Imported(classic));
        Checked(Imported(PaperFiles.Packed(drawing)));
        var broken = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(classic).Replace("startxref", "startxrfe").Replace("0000000", "0000009"));
        Checked(Imported(broken));
    }

    [Fact]
    public void What_we_write_we_read()
    {
        using var reader = new StreamReader(typeof(CareersModule).Assembly.GetManifestResourceStream("Demo/candidate.json")!);
        var document = reader.ReadToEnd();
        var parts = ResumeParts.Of(CvView.Of(document));
        foreach (var file in new[] { PaperPdf.Write("CV", DateTimeOffset.UnixEpoch, parts), PaperDocx.Write(parts) })
        {
            var cv = CvView.Of(Imported(file));
            (cv.Name, cv.Email).ShouldBe(("Maya Lindqvist", "tenant1@demo.test"));
            var work = cv.Sections.Single(s => s.Name == "work").Entries;
            work.Select(e => e.Title).ShouldBe(["Shop manager", "Assistant manager", "Cashier"]);
            work.Select(e => e.Dates).ShouldBe(["2021-03 – now", "2018-06 – 2021-02", "2015-09 – 2018-05"]);
            work[1].By.ShouldBe("Corner & Sons");
            work[0].Items.ShouldContain("Cut food waste by 18 % in a year by ordering from a forecast in Excel");
            cv.Sections.Single(s => s.Name == "skills").Entries.SelectMany(e => e.Keywords).ShouldContain("SQL");
        }
    }

    [Fact]
    public void Two_columns_are_read_one_after_the_other()
    {
        string[] left = ["Contact", "nora@example.test", "Leeds, England", "Skills", "Excel", "SQL", "Merchandising", "Languages", "English (native)", "Arabic (fluent)"];
        string[] right = ["Work Experience", "Shop assistant, Corner Shop Ltd", "Mar 2019 - Present", "- Worked the till every day", "- Cut waste by 18 %", "Cleaner, Grand Hotel", "2016 - 2019", "- Kept 40 rooms clean", "Education", "Leeds City College", "Diploma in Retail 2014 - 2016"];
        var drawing = new StringBuilder(PaperFiles.At(50, 790, "Nora Haddad, who has sold things to people in Leeds all her life", 12));
        for (var i = 0; i < left.Length; i++) drawing.Append(PaperFiles.At(50, 750 - 15 * i, left[i]));
        for (var i = 0; i < right.Length; i++) drawing.Append(PaperFiles.At(230, 748 - 16 * i, right[i]));
        var lines = PdfTextLayer.Read(PaperFiles.Page(drawing.ToString())).Value!.Select(l => l.Text).ToList();
        lines.Skip(1).ShouldBe([.. left, .. right]);
        var cv = CvView.Of(Imported(PaperFiles.Page(drawing.ToString())));
        cv.Email.ShouldBe("nora@example.test");
        cv.Sections.Single(s => s.Name == "work").Entries.Select(e => e.Title).ShouldBe(["Shop assistant", "Cleaner"]);
        cv.Sections.Single(s => s.Name == "skills").Entries.Select(e => e.Title).ShouldBe(["Excel", "SQL", "Merchandising"]);
    }

    [Fact]
    public void Fonts_of_numbers_are_read_by_their_map_and_unread_without_one()
    {
        const string cmap = "/CIDInit begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0001> <001A> <0061> endbfrange 2 beginbfchar <0030> <0020> <0031> <D83DDE00> endbfchar";
        var text = string.Concat("nora haddad sells bread in leeds every single day".Select(c => c == ' ' ? "0030" : (c - 'a' + 1).ToString("X4", System.Globalization.CultureInfo.InvariantCulture)));
        var drawing = $"BT /F1 10 Tf 50 700 Td <{text}0031> Tj ET";
        const string font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Subtype /CIDFontType2 /DW 500 >>] ";
        PdfTextLayer.Read(PaperFiles.Page(drawing, "", font + "/ToUnicode 6 0 R >>", $"<< /Length {cmap.Length} >>\nstream\n{cmap}\nendstream")).Value!.Single().Text
            .ShouldBe("nora haddad sells bread in leeds every single day😀");
        ImportedFile.Read(PaperFiles.Page(drawing, "", font + ">>")).Problem!.Code.ShouldBe("no_text");
    }

    [Fact]
    public void Kerning_and_glyph_names_make_words()
    {
        const string font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [1 /fi 2 /eacute 3 /uni0107] >> >>";
        PdfTextLayer.Read(PaperFiles.Page("BT /F1 10 Tf 50 700 Td [(W) 80 (ork) -300 (of) -300 (the of\\001ce, caf\\002, Kova\\003)] TJ ET", "", font)).Value!.Single().Text
            .ShouldBe("Work of the office, café, Kovać");
    }

    [Fact]
    public void Nothing_is_invented()
    {
        var words = Plain.SelectMany(l => l.Split((char[])['\t', ' '])).Concat(["•", "2019-2021", "Experience", "Skills", "at", "Bachelor in", "www.x.com", "(a", "b)", "Jan 2020", "-", "|"]).ToArray();
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(1, 40)).Select(_ => string.Join(random.Next(8) == 0 ? '\t' : ' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)]))).ToList();
            var (resume, _) = Sectioniser.Read([.. lines.Select(l => new TextLine(l))]);
            var all = Squeeze(string.Concat(lines));
            ResumeReader.Check(resume.ToJsonString(Documents.Compact)).ShouldBeNull($"seed {seed}");
            foreach (var (path, text) in Texts(JsonSerializer.SerializeToElement(resume), "$"))
            {
                if (path.EndsWith("date", StringComparison.OrdinalIgnoreCase)) all.ShouldContain(text[..4], customMessage: $"seed {seed} {path}");
                else if (path.EndsWith("network", StringComparison.Ordinal)) continue;   // the site's own name
                else foreach (var word in text.Split(' ')) all.ShouldContain(Squeeze(word).Replace("https://", "").TrimEnd(','), Case.Sensitive, $"seed {seed} {path}: {text}");
            }
        }

        static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    }

    [Theory, InlineData("nobody"), InlineData("%PDF-1.7 and nothing else"), InlineData("PK\x03\x04 and nothing else")]
    public void What_is_no_document_is_refused(string text) =>
        ImportedFile.Read(Encoding.Latin1.GetBytes(text)).Problem!.Status.ShouldBeOneOf(415, 422);

    private static string Drawing(string[] lines)
    {
        var drawing = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Replace("•", "\x95").Replace("–", "\x96").Split('\t');
            drawing.Append(PaperFiles.At(50, 790 - 16 * i, parts[0]));
            if (parts.Length > 1) drawing.Append(PaperFiles.At(420, 790 - 16 * i, parts[1]));
        }

        return drawing.ToString();
    }

    private static string Imported(byte[] file)
    {
        var read = ImportedFile.Read(file);
        read.Problem.ShouldBeNull();
        return read.Value!.Document;
    }

    private static void Checked(string document)
    {
        var cv = CvView.Of(document);
        (cv.Name, cv.Label, cv.Email, cv.Phone).ShouldBe(("Nora Haddad", "Shop assistant", "nora@example.test", "+44 20 7946 0018"));
        (cv.Place, cv.Summary).ShouldBe(("Leeds, England", "Likes people and tidy shelves."));
        CvEntry[] Of(string section) => [.. cv.Sections.Single(s => s.Name == section).Entries];
        Of("work").Select(e => (e.Title, e.By, e.Dates)).ShouldBe([("Shop assistant", "Corner Shop Ltd", "2019-03 – now"), ("Cleaner", "Grand Hotel", "2016 – 2019")]);
        Of("work")[0].Items.ShouldBe(["Worked the till", "Cut waste by 18 %"]);
        Of("education").Select(e => (e.Title, e.By, e.Dates)).ShouldBe([("Diploma, Retail", "Leeds City College", "2014 – 2016")]);
        Of("skills").Select(e => e.Title).ShouldBe(["Data", "Cash handling", "Merchandising"]);
        Of("skills")[0].Keywords.ShouldBe(["Excel", "SQL (basic, self-taught)"]);
        Of("languages").Select(e => (e.Title, e.By)).ShouldBe([("English", "native"), ("Arabic", "fluent")]);
        Of("certificates").Select(e => (e.Title, e.Dates)).ShouldBe([("First Aid at Work", "2023")]);
    }

    private static IEnumerable<(string Path, string Text)> Texts(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Texts(m.Value, $"{path}.{m.Name}")),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((v, i) => Texts(v, $"{path}[{i}]")),
        _ => [(path, value.GetString()!)],
    };
}
