using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mainstreet.Foundation.Web;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Web;

[Trait("kind", "unit")]
public class CsvWriterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> Write(params string?[][] rows)
    {
        using var file = new MemoryStream();
        var writer = new CsvWriter(file);
        foreach (var row in rows) await writer.WriteAsync(row, Cancel);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    [Fact]
    public async Task Fields_are_quoted_where_needed() =>
        (await Write(["a", "b"], ["x,y", "say \"hi\""], ["two\nlines", null], [" x", "ü"]))
            .ShouldBe("a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",\r\n\" x\",ü\r\n");

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1+1", "'+1+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("-", "'-")]
    [InlineData("-73.9\n=1", "'-73.9\n=1")]
    [InlineData("'=1", "''=1")]
    [InlineData("-73.9", "-73.9")]
    [InlineData("+15551234567", "+15551234567")]
    [InlineData("-1e-7", "-1e-7")]
    [InlineData("it's = fine", "it's = fine")]
    [InlineData("'quoted'", "'quoted'")]
    [InlineData("", "")]
    public void Formulas_are_guarded_and_numbers_are_not(string text, string guarded)
    {
        CsvGuard.Add(text).ShouldBe(guarded);
        CsvGuard.Remove(guarded).ShouldBe(text);
    }

    [Fact]
    public async Task A_row_of_another_length_is_a_bug()
    {
        var writer = new CsvWriter(new MemoryStream());
        await Should.ThrowAsync<ArgumentException>(() => writer.WriteAsync([], Cancel));
        await writer.WriteAsync(["a", "b"], Cancel);
        await Should.ThrowAsync<ArgumentException>(() => writer.WriteAsync(["1"], Cancel));
    }

    [Fact]
    public void The_guard_can_always_be_taken_off()
    {
        var text = Gen.Elements("'", "''", "=", "+", "-", "@", "\t", "\r", "1", ".5", "e9", "x", "＝").ArrayOf().Select(string.Concat);
        Prop.ForAll(text.ToArbitrary(), t => CsvGuard.Remove(CsvGuard.Add(t)) == t).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var word = Gen.Elements("a", ",", "\"", "\r", "\n", "\r\n", " ", "=", "-1", "'", "ü", "𝄞", "long text").ArrayOf().Select(string.Concat);
        var row = word.ArrayOf(3);
        Prop.ForAll(row.NonEmptyListOf().ToArbitrary(), Gen.Choose(0, 99).ToArbitrary(), (rows, seed) =>
        {
            var file = Write([["a", "b", "c"], .. rows]).GetAwaiter().GetResult();
            using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(file), seed);
            var opened = CsvRows.OpenAsync(stream, ["a", "b", "c"], new(), Cancel).GetAwaiter().GetResult();
            var read = opened.Value!.ReadAsync(Cancel).ToListAsync(Cancel).AsTask().GetAwaiter().GetResult();
            read.Select(r => r.Values.Select(CsvGuard.Remove).ToArray()).ShouldBe(rows);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task One_empty_column_survives()
    {
        var file = await Write(["a"], [""], [null], ["x"]);
        var opened = await CsvRows.OpenAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), [], new(), Cancel);
        (await opened.Value!.ReadAsync(Cancel).Select(r => r["a"]).ToListAsync(Cancel)).ShouldBe(["", "", "x"]);
    }
}
