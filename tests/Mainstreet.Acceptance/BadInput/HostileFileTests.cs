using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.BadInput;

[Trait("kind", "db"), Collection(AcceptanceApps.OneAfterTheOther)]
public sealed class HostileFileTests(AcceptanceApps apps)
{
    private const string Header = "title,description,lat,lon,externalId\n";

    [Theory, EachEngine]
    public async Task Hostile_CSV_is_refused_row_by_row_or_as_a_whole(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var before = await app.StoredAsync();
        foreach (var (what, bytes) in new Dictionary<string, byte[]>
        {
            ["empty"] = [],
            ["no columns that we know"] = Utf8("a,b\n1,2\n"),
            ["a column missing"] = Utf8("title,description,lat\nx,y,1\n"),
            ["a column twice"] = Utf8("title,title,description,lat,lon\nx,x,y,1,1\n"),
            ["UTF-16"] = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header + "Leak,Drips,40.7,-74,u1\n")],
            ["UTF-16 without a mark"] = Encoding.BigEndianUnicode.GetBytes(Header + "Leak,Drips,40.7,-74,u2\n"),
            ["NUL in the header"] = Utf8("title\0,description,lat,lon\nx,y,1,1\n"),
        })
        {
            BadInputApp.Refused(await ImportAsync(app, bytes), what, 400);
        }

        foreach (var (what, bytes) in new Dictionary<string, byte[]>
        {
            ["an open quote"] = Utf8(Header + "\"Leak,Drips,40.7,-74,q1\n"),
            ["text after a quote"] = Utf8(Header + "\"Leak\"x,Drips,40.7,-74,q2\n"),
            ["Latin-1"] = [.. Utf8(Header), .. Encoding.Latin1.GetBytes("Fuite à l'évier,Drips,40.7,-74,l1\n")],
            ["a million characters"] = Utf8(Header + new string('x', 1_000_000) + ",Drips,40.7,-74,m1\n"),
            ["a million quoted characters"] = Utf8(Header + "\"" + new string('x', 1_000_000) + "\",Drips,40.7,-74,m2\n"),
            ["too few fields"] = Utf8(Header + "Leak,Drips\n"),
            ["too many fields"] = Utf8(Header + "Leak,Drips,40.7,-74,x,y,z\n"),
            ["NUL"] = Utf8(Header + "Le\0ak,Drips,40.7,-74,n1\n"),
            ["no number"] = Utf8(Header + "Leak,Drips,north,-74,w1\n"),
            ["NaN"] = Utf8(Header + "Leak,Drips,NaN,-74,w2\n"),
            ["off the map"] = Utf8(Header + "Leak,Drips,91,-74,w3\n"),
            ["no title"] = Utf8(Header + ",Drips,40.7,-74,w4\n"),
        })
        {
            var answer = await ImportAsync(app, bytes);
            answer.Status.ShouldBe(200, $"{what}: {answer.Body}");
            answer.Json.GetProperty("accepted").GetInt64().ShouldBe(0, what);
            answer.Json.GetProperty("rejected").GetArrayLength().ShouldBeGreaterThan(0, what);
            answer.Body.Length.ShouldBeLessThan(2_000, what);
            answer.Body.ShouldNotContain("Exception");
        }

        (await app.StoredAsync()).ShouldBe(before);
        BadInputApp.Refused(await ImportAsync(app, Utf8(Header), app.People.Tenant), "a tenant's import", 403);
        BadInputApp.Refused(await ImportAsync(app, Utf8(Header), app.Others.Owner), "another business's import", 404);
        (await app.StoredAsync()).ShouldBe(before);
    }

    [Theory, EachEngine]
    public async Task A_bad_row_does_not_take_the_good_ones_with_it_and_exported_formulas_are_guarded(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var people = await Neighbourhood.MakeAsync(app.Address, 0);
        var text = Header + "\"=HYPERLINK(\"\"http://x\"\")\",+1+1,40.7,-74,f1\nbroken\n@SUM(A1),-2+3,40.7,-74,f2\n\"\tcmd\",\"\rx\",40.7,-74,f3\n";
        var imported = await ImportAsync(people, Utf8(text), people.Owner);
        imported.Json.GetProperty("accepted").GetInt64().ShouldBe(3, imported.Body);
        imported.Json.GetProperty("rejected")[0].GetProperty("line").GetInt64().ShouldBe(3);
        var export = await people.Owner.Http.TryAsync(HttpMethod.Get, "/v1/tickets/export");
        export.Status.ShouldBe(200);
        foreach (var cell in export.Body.Split('\n').Skip(1).SelectMany(l => l.Split(',')))
        {
            var inner = cell.Trim('"', '\r');
            if (inner.Length > 1 && !double.TryParse(inner, System.Globalization.CultureInfo.InvariantCulture, out _)) "=+-@\t".ShouldNotContain(inner[..1], Case.Sensitive, cell);
        }

        export.Body.ShouldContain("'=HYPERLINK");
        export.Body.ShouldContain("'@SUM");
    }

    [Theory, EachEngine]
    public async Task Path_tricks_in_file_names_stay_names(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        foreach (var name in new[] { "../../../../tmp/mainstreet-owned.png", "..\\..\\owned.png", "/etc/mainstreet-owned.png", "a\\0.png", "CON", new string('n', 3_000) + ".png", ".htaccess", "x.png;.aspx" })
        {
            var id = (await app.People.Tenant.PostAsync("/v1/tickets", app.People.Report())).GetProperty("id").GetGuid();
            var answer = await app.People.Tenant.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/photos", Form(Png(), name));
            answer.Status.ShouldBe(201, $"{name}: {answer.Body}");
            answer.Body.ShouldNotContain("owned");
        }

        File.Exists("/tmp/mainstreet-owned.png").ShouldBeFalse();
        File.Exists("/etc/mainstreet-owned.png").ShouldBeFalse();
        Directory.EnumerateFiles(app.App.Database.Data.Root, "*owned*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task What_is_no_photo_is_refused_and_what_hides_behind_one_is_not_kept(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var photos = $"/v1/tickets/{app.TicketId}/photos";
        var http = app.People.Tenant.Http;
        var before = await app.StoredAsync();
        foreach (var (what, bytes, name) in new (string, byte[], string)[]
        {
            ("HTML named .jpg", Utf8("<html><script>alert(1)</script>"), "a.jpg"), ("SVG", Utf8("<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"), "a.png"),
            ("PHP behind a JPEG mark", [0xff, 0xd8, 0xff, .. Utf8("<?php system($_GET[0]);")], "a.jpg"), ("GIF", [.. "GIF89a"u8, .. new byte[64]], "a.gif"),
            ("ZIP", [.. "PK\u0003\u0004"u8, .. new byte[64]], "a.png"), ("a PNG's mark alone", Png()[..8], "a.png"), ("half a PNG", Png()[..^20], "a.png"), ("empty", [], "a.png"), ("PDF", Utf8("%PDF-1.7\n"), "a.webp"),
            ("a PNG that claims 60000 x 60000", Png(60_000, 60_000), "a.png"),
        })
        {
            BadInputApp.Refused(await http.TryAsync(HttpMethod.Post, photos, Form(bytes, name)), what, 400, 415, 422);
        }

        BadInputApp.Refused(await http.TryAsync(HttpMethod.Post, photos, Form(Png(), "a.png", "other")), "another field", 400);
        using var broken = new StringContent("--x\r\nnot a form");
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        BadInputApp.Refused(await http.TryAsync(HttpMethod.Post, photos, broken), "a broken form", 400);
        using var unbounded = new StringContent("x");
        unbounded.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data");
        BadInputApp.Refused(await http.TryAsync(HttpMethod.Post, photos, unbounded), "a form without a boundary", 400, 415);
        (await app.StoredAsync()).ShouldBe(before);

        // A picture that is a page and an archive too: what is served is the picture alone.
        byte[] polyglot = [.. Png(comment: "<script>alert('GPS')</script>"), .. Utf8("<html><script>steal()</script>"), .. "PK\u0003\u0004"u8];
        var answer = await http.TryAsync(HttpMethod.Post, photos, Form(polyglot, "a.html"));
        answer.Status.ShouldBe(201, answer.Body);
        using var served = await http.GetAsync(answer.Json.GetProperty("url").GetString());
        served.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        served.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var kept = Encoding.Latin1.GetString(await served.Content.ReadAsByteArrayAsync());
        foreach (var hidden in new[] { "script", "GPS", "PK\u0003" }) kept.ShouldNotContain(hidden, Case.Sensitive);
    }

    /// <summary>A one-field form.</summary>
    internal static MultipartFormDataContent Form(byte[] file, string name, string field = "file")
    {
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{name.Replace("\\", "\\\\", StringComparison.Ordinal)}\"");
        var form = new MultipartFormDataContent();
        form.Add(part);
        return form;
    }

    /// <summary>A grey picture of 2 x 2, whatever its header claims.</summary>
    internal static byte[] Png(int width = 2, int height = 2, string? comment = null)
    {
        using var pixels = new MemoryStream();
        using (var zip = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true)) zip.Write([0, 120, 130, 0, 140, 150]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR", head), .. comment is null ? [] : Chunk("tEXt", Utf8("Comment\0" + comment)), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Utf8(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc32(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    // ISO 3309, as PNG (third edition, annex D) uses it.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xffffffffu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : 0xedb88320u ^ (crc >> 1);
        }

        return ~crc;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<Answer> ImportAsync(BadInputApp app, byte[] body, TestUser? who = null) => ImportAsync(app.People, body, who ?? app.People.Owner);

    private static async Task<Answer> ImportAsync(Neighbourhood people, byte[] body, TestUser who)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await who.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/import?businessId={people.BusinessId}", content);
    }
}
