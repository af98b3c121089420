using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Careers.Tests.Profiles;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Hostile;

/// <summary>Files that mean harm, sent to the program as it runs: refused or inert, and the profile stands.</summary>
[Trait("kind", "db")]
public sealed class HostileFilesTests(CareersApps apps)
{
    private const string Before = """{"basics":{"name":"Nora Haddad"}}""";

    private const string Words = "Nora Haddad sells bread in Leeds every single day";

    private const string Xml = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>";

    [Theory, EachEngine]
    public async Task Bombs_are_refused(Engine engine)
    {
        var user = await PersonAsync(engine);
        await RefusedAsync(user, "a part of 300 MB of blanks", Zip(("word/document.xml", Blanks(Xml, 300))), 413, 422);
        await RefusedAsync(user, "many parts that are small when packed", Zip([.. Enumerable.Range(0, 60).Select(i => ($"word/header{i}.xml", Blanks(Xml, 5))), ("word/document.xml", Blanks(Xml, 15))]), 413, 422);
        await RefusedAsync(user, "30,000 parts", Zip([.. Enumerable.Range(0, 30_000).Select(i => ($"word/media/{i}.xml", (Action<Stream>)(_ => { })))]), 413, 422);
        await RefusedAsync(user, "an archive in itself", Zip(("word/document.xml", part => part.Write(Zip(("word/document.xml", Blanks(Xml, 40)))))), 422);
        await RefusedAsync(user, "elements within elements", PaperFiles.Docx([string.Concat(Enumerable.Repeat("<w:p><w:r>", 60_000))]), 413, 422);

        var bomb = PaperFiles.Deflate(PaperFiles.Deflate(PaperFiles.Deflate(new byte[300_000_000])));
        byte[][] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>"u8.ToArray(), "<< /Type /Pages /Kids [3 0 R] >>"u8.ToArray(), "<< /Type /Page /Contents 4 0 R >>"u8.ToArray(),
            [.. Encoding.ASCII.GetBytes($"<< /Filter [/FlateDecode /FlateDecode /FlateDecode] /Length {bomb.Length} >>\nstream\n"), .. bomb, .. "\nendstream"u8],
        ];
        await RefusedAsync(user, "a PDF that unpacks without end", PaperFiles.Pdf(objects, ""), 422);
        await RefusedAsync(user, "a PDF of 300,000 open lists", Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n" + new string('[', 300_000)), 422);
    }

    [Theory, EachEngine]
    public async Task Entities_bring_nothing_in(Engine engine)
    {
        var user = await PersonAsync(engine);
        var secret = Path.Combine(Path.GetTempPath(), $"secret-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(secret, "the secret of this machine", TestContext.Current.CancellationToken);
        try
        {
            foreach (var prologue in new[]
            {
                $"<!DOCTYPE d [<!ENTITY x SYSTEM \"file://{secret}\">]>",
                $"<!DOCTYPE d [<!ENTITY % p SYSTEM \"file://{secret}\"> %p; <!ENTITY x \"y\">]>",
                "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY x \"&c;&c;&c;&c;&c;&c;&c;&c;\">]>",
                "<!DOCTYPE d SYSTEM \"http://127.0.0.1:9/x.dtd\">",
            })
            {
                var answer = await RefusedAsync(user, prologue, PaperFiles.Docx([Words, "&x;"], prologue), 422);
                answer.Body.GetRawText().ShouldNotContain("secret of");
            }
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Theory, EachEngine]
    public async Task Scripts_in_files_stay_words_or_stay_unread(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await PersonAsync(engine);
        var docx = PaperFiles.Docx(
            ["Nora Haddad &lt;img src=x onerror=alert(1)&gt;", "Experience", "Clerk, Corner Shop &lt;script&gt;alert(2)&lt;/script&gt;, 2019 - 2021", "• Sold bread", "<w:p><w:r><w:instrText>HYPERLINK \"javascript:alert(3)\"</w:instrText></w:r></w:p>"],
            "", ("word/vbaProject.bin", Encoding.ASCII.GetBytes("Sub AutoOpen Shell")));
        var pdf = PaperFiles.Page(
            PaperFiles.At(50, 700, "Nora Haddad <script>alert(4)</script>") + PaperFiles.At(50, 680, Words),
            "/OpenAction << /S /JavaScript /JS (app.alert\\(5\\)) >> /Names << /EmbeddedFiles << >> >> /AA << /O << /S /Launch /F (calc.exe) >> >>");
        foreach (var file in new[] { docx, pdf })
        {
            (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", Calls.Bytes(file, "application/octet-stream"))).Status.ShouldBe(200);
            var kept = await user.Http.GetStringAsync("/v1/profiles/me");
            foreach (var unread in new[] { "AutoOpen", "HYPERLINK", "alert(3)", "app.alert", "calc.exe" }) kept.ShouldNotContain(unread);
            var link = (await user.PostAsync("/v1/profiles/me/share", new { })).GetProperty("sharedPath").GetString()!;
            foreach (var path in new[] { link, "/careers/profile" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Accept.ParseAdd("text/html");
                using var page = await user.Http.SendAsync(request);
                var html = await page.Content.ReadAsStringAsync();
                ((int)page.StatusCode).ShouldBe(200, html);
                html.ShouldContain("<main");
                html.ShouldNotContain("<script>alert");
                html.ShouldNotContain("<img src=x");
            }

            var paper = Encoding.Latin1.GetString(await user.Http.GetByteArrayAsync("/v1/profiles/me/export?format=pdf"));
            foreach (var active in new[] { "/JavaScript", "/Launch", "/OpenAction", "/EmbeddedFile", "/URI" }) paper.ShouldNotContain(active);
        }

        (await app.Http.GetAsync("/health")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task Fifty_megabytes_are_refused_however_they_come(Engine engine)
    {
        var user = await PersonAsync(engine);
        var huge = new byte[50_000_000];
        foreach (var start in new[] { "%PDF-1.7", "PK\u0003\u0004", "{\"basics\":" })
        {
            Encoding.ASCII.GetBytes(start).CopyTo(huge, 0);
            await TooLargeAsync(user, () => Calls.Bytes(huge, "application/octet-stream"));
            // Without a length.
            await TooLargeAsync(user, () => new StreamContent(new Endless(huge)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });
            await TooLargeAsync(user, () => new MultipartFormDataContent { { new ByteArrayContent(huge), "file", "cv.docx" } });
        }

        await StandsAsync(user);
    }

    [Theory, EachEngine]
    public async Task Honest_files_of_great_length_take_no_great_time(Engine engine)
    {
        var user = await PersonAsync(engine);
        var clock = Stopwatch.StartNew();
        foreach (var paragraphs in new[] { [new string('a', 3_000_000)], Enumerable.Range(0, 40_000).Select(i => $"Line {i} of a life"), Enumerable.Repeat("Clerk, Corner Shop, 2019 - 2021", 20_000) })
            (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import?save=false", Calls.Bytes(PaperFiles.Docx(paragraphs), "application/octet-stream"))).Status.ShouldBeOneOf([200, 413, 422]);
        (await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import?save=false", Calls.Bytes(PaperFiles.Page(string.Concat(Enumerable.Range(0, 40_000).Select(i => PaperFiles.At(i % 500, i % 800, "Nora Haddad")))), "application/pdf")))
            .Status.ShouldBeOneOf([200, 413, 422]);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        await StandsAsync(user);
    }

    private async Task<TestUser> PersonAsync(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await user.SendJsonAsync(HttpMethod.Put, "/v1/profiles/me", Before)).Status.ShouldBe(201);
        return user;
    }

    private static async Task<Answer> RefusedAsync(TestUser user, string what, byte[] file, params int[] statuses)
    {
        var clock = Stopwatch.StartNew();
        var answer = await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", Calls.Bytes(file, "application/octet-stream"));
        answer.Status.ShouldBeOneOf(statuses, $"{what}: {answer.Body}");
        answer.Code.ShouldNotBeNullOrEmpty(what);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), what);
        await StandsAsync(user);
        return answer;
    }

    private static async Task TooLargeAsync(TestUser user, Func<HttpContent> body)
    {
        try
        {
            var answer = await user.SendAsync(HttpMethod.Post, "/v1/profiles/me/import", body());
            (answer.Status, answer.Code).ShouldBe((413, "document_too_large"));
        }
        catch (HttpRequestException)
        {
            // The answer came before the body was sent; the connection is closed under the rest.
        }
    }

    private static async Task StandsAsync(TestUser user) => (await user.Http.GetStringAsync("/v1/profiles/me")).ShouldBe(Before);

    private static Action<Stream> Blanks(string start, int megabytes) => part =>
    {
        part.Write(Encoding.ASCII.GetBytes(start));
        var blanks = Enumerable.Repeat((byte)' ', 1_000_000).ToArray();
        for (var i = 0; i < megabytes; i++) part.Write(blanks);
    };

    private static byte[] Zip(params (string Name, Action<Stream> Write)[] parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, write) in parts)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                write(part);
            }
        }

        return file.ToArray();
    }

    /// <summary>Bytes whose number the client cannot tell beforehand.</summary>
    private sealed class Endless(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
