using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Foundation.Web;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Web;

[Trait("kind", "unit")]
public class CsvRowsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<Outcome<CsvRows>> Open(byte[] file, params string[] required) =>
        CsvRows.OpenAsync(new MemoryStream(file), required, new(), Cancel);

    private static async Task<List<string>> Read(byte[] file, CsvLimits? limits = null, int? seed = null)
    {
        using var stream = seed is { } chunks ? new ChunkedStream(file, chunks) : new MemoryStream(file);
        var opened = await CsvRows.OpenAsync(stream, [], limits ?? new(), Cancel);
        opened.Problem.ShouldBeNull();
        var rows = new List<string>();
        await foreach (var row in opened.Value!.ReadAsync(Cancel))
        {
            rows.Add(row.Ok ? $"{row.Line}: {string.Join('|', row.Values)}" : $"{row.Line}! {row.Error.Code}");
        }
        return rows;
    }

    private static Task<List<string>> Read(string file) => Read(Encoding.UTF8.GetBytes(file));

    [Fact]
    public async Task Values_are_found_by_column_name_in_any_case()
    {
        var opened = await Open("\uFEFFTitle, lat ,Lon\nBoiler,40.7,-73.9\n"u8.ToArray(), "title", "lat", "lon");
        opened.Value!.Columns.ShouldBe(["Title", "lat", "Lon"]);
        var row = await opened.Value.ReadAsync(Cancel).SingleAsync(Cancel);
        (row.Line, row["title"], row["LAT"], row["lon"], row["other"]).ShouldBe((2, "Boiler", "40.7", "-73.9", null));
    }

    [Theory]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n")]
    [InlineData("a,b\n1,2\n3,4")]
    [InlineData("a,b\r1,2\r3,4\r")]
    [InlineData("a,b\n\"1\",2\n3,\"4\"\n")]
    public async Task All_line_ends_are_read(string file) => (await Read(file)).ShouldBe(["2: 1|2", "3: 3|4"]);

    [Fact]
    public async Task Line_numbers_stay_right_over_quoted_lines_and_empty_lines() =>
        (await Read("\n\na,b\n\"x\r\ny\nz\",2\n\n3,\"\"\"q\"\"\"\r\n\r\n5,6")).ShouldBe(["4: x\r\ny\nz|2", "8: 3|\"q\"", "10: 5|6"]);

    [Theory]
    [InlineData("a,b\nx\"y,2\n3,4", "2! csv_quotes")]
    [InlineData("a,b\n\"x\"y,2\n3,4", "2! csv_quotes")]
    [InlineData("a,b\n\"never closed,2\n3,4", "2! csv_quotes")]
    [InlineData("a,b\n1\n3,4", "2! csv_columns")]
    [InlineData("a,b\n1,2,3\n3,4", "2! csv_columns")]
    [InlineData("a,b\n1,\0\n3,4", "2! csv_nul")]
    public async Task A_bad_row_is_told_and_the_next_one_read(string file, string error) =>
        (await Read(file)).ShouldBe([error, "3: 3|4"]);

    [Fact]
    public async Task A_forgotten_quote_costs_one_row() =>
        (await Read("a,b\n\"oops,1\n2,2\n3,\"x, y\"\n4,4\n")).ShouldBe(["2! csv_quotes", "3: 2|2", "4: 3|x, y", "5: 4|4"]);

    [Fact]
    public async Task Invalid_utf8_rejects_its_row_only()
    {
        byte[] file = [.. "a,b\n"u8, 0xC3, 0x28, .. ",1\nü,2\n"u8, 0xED, 0xA0, 0x80, .. ",3\nx,4\ny,"u8, 0xE2, 0x82];
        (await Read(file)).ShouldBe(["2! csv_encoding", "3: ü|2", "4! csv_encoding", "5: x|4", "6! csv_encoding"]);
    }

    [Theory]
    [InlineData("", "csv_empty")]
    [InlineData("\uFEFF", "csv_empty")]
    [InlineData("\r\n\n\n", "csv_empty")]
    [InlineData("title,lat,Title", "csv_duplicate_column")]
    [InlineData("title,,lat", "csv_header_invalid")]
    [InlineData("title,\"lat", "csv_header_invalid")]
    [InlineData("ti\0tle,lat", "csv_header_invalid")]
    [InlineData("title,longitude", "csv_missing_column")]
    [InlineData("title;lat", "csv_missing_column")]
    public async Task A_file_without_a_sound_header_is_refused_whole(string file, string code)
    {
        var problem = (await Open(Encoding.UTF8.GetBytes(file), "title", "lat")).Problem.ShouldNotBeNull();
        (problem.Status, problem.Code).ShouldBe((400, code));
    }

    [Fact]
    public async Task Other_encodings_are_refused_by_name()
    {
        byte[][] files =
        [
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,2")],
            [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("a,b\n1,2")],
            [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes("a,b\n1,2")],
            [.. Encoding.Latin1.GetBytes("größe,b\n1,2")],
        ];
        foreach (var file in files) (await Open(file)).Problem!.Code.ShouldBe("csv_encoding");
        (await Open(Encoding.Unicode.GetBytes("a,b\n1,2"))).Problem!.Code.ShouldBe("csv_header_invalid");
    }

    [Fact]
    public async Task Limits_hold_to_the_byte()
    {
        var limits = new CsvLimits { MaxFieldBytes = 4, MaxRowBytes = 12 };
        (await Read("a,b\nwxyz,1\n"u8.ToArray(), limits)).ShouldBe(["2: wxyz|1"]);
        (await Read("a,b\n\"wxyz\",1\n\"vwxyz\",2\n"u8.ToArray(), limits)).ShouldBe(["2: wxyz|1", "3! csv_field_too_long"]);
        (await Read("a,b,c\nxx,yyyy,zzzz\nxxx,yyyy,zzzz\nü,y,z\n"u8.ToArray(), limits))
            .ShouldBe(["2: xx|yyyy|zzzz", "3! csv_row_too_long", "4: ü|y|z"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_field_of_a_million_characters_takes_no_such_memory(bool isQuoted)
    {
        var huge = new byte[50_000_000];
        huge.AsSpan().Fill((byte)'x');
        "a,b\n"u8.CopyTo(huge);
        if (isQuoted) huge[4] = (byte)'"';
        "\",1\ngood,2\n"u8.CopyTo(huge.AsSpan(huge.Length - 11));
        if (!isQuoted) huge[^11] = (byte)'x';
        // A memory stream answers at once, so all of this runs on one thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = await Read(huge);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000_000);
        rows.ShouldBe(["2! csv_row_too_long", "3: good|2"]);
    }

    [Fact]
    public async Task A_row_of_nothing_but_commas_is_one_error() =>
        (await Read("a,b\n" + new string(',', 200_000) + "\n3,4")).ShouldBe(["2! csv_columns", "3: 3|4"]);

    /// <summary>Pieces that make trouble, joined at random; far likelier to meet every path than random bytes.</summary>
    private static Gen<byte[]> Files()
    {
        string[] pieces = ["a", "b,", ",", "\"", "\"\"", "\n", "\r", "\r\n", "\"x\ny\",", "ü", "\0", " ", "1,2\n", "\"1\",\"2\"\r\n", "long text"];
        var piece = Gen.Elements(pieces).Select(Encoding.UTF8.GetBytes);
        var broken = Gen.Constant<byte[]>([0xC3]);
        return Gen.Frequency((30, piece), (1, broken)).ArrayOf().Select(parts => parts.SelectMany(p => p).ToArray());
    }

    [Fact]
    public void The_reader_agrees_with_the_slow_one_whatever_the_chunks()
    {
        var limits = new CsvLimits { MaxFieldBytes = 6, MaxRowBytes = 20 };
        var header = "a,b\n"u8.ToArray();
        Prop.ForAll(Files().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (body, seed) =>
        {
            var expected = CsvOracle.Read([.. header, .. body], 2, 6, 20).Skip(1);
            var actual = Read([.. header, .. body], limits, seed).GetAwaiter().GetResult();
            actual.ShouldBe(expected, Convert.ToHexString(body));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithEndSize(60));
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var opened = CsvRows.OpenAsync(new MemoryStream(bytes), [], new(), Cancel).GetAwaiter().GetResult();
            return !opened.Ok || opened.Value.ReadAsync(Cancel).CountAsync(Cancel).AsTask().GetAwaiter().GetResult() >= 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public async Task Text_nested_in_quotes_is_read_in_linear_time()
    {
        // Every line opens a quote that the next one closes wrongly: each row is scanned, given up and resumed a line later.
        var file = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat("\"x\n", 200_000)));
        (await Read(file)).Count.ShouldBe(200_000);
    }
}
