using System.Diagnostics;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Careers.Jobs.Reading;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

[Trait("kind", "unit")]
public sealed class InertTextTests
{
    private const int Most = 50_000;

    [Theory]
    [InlineData("<p>One</p><p>Two</p>", "One\n\nTwo")]
    [InlineData("<ul><li>a</li><li>b</li></ul>", "- a\n- b")]
    [InlineData("a<br>b<br/>c", "a\nb\nc")]
    [InlineData("<p><b>bold</b> and\n  wrapped</p>", "bold and wrapped")]
    [InlineData("R&amp;D\n- one\n- <b>two</b>", "R&D\n- one\n- two")]
    [InlineData("x<script>alert(1)</script>y", "xy")]
    [InlineData("x<SCRIPT src=//evil.example></SCRIPT >y", "xy")]
    [InlineData("x<script>never closed", "x")]
    [InlineData("x<style>p{}</style><iframe src=a>b</iframe><svg onload=alert(1)><text>t</text></svg>y", "xy")]
    [InlineData("x<!-- <b>no</b> -->y", "xy")]
    [InlineData("<img src=x onerror=\"alert('>')\">y", "y")]
    [InlineData("5 < 6 and 7 > 3", "5 < 6 and 7 > 3")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>")]
    [InlineData("Fish &amp; chips &#8211; daily", "Fish & chips – daily")]
    [InlineData("a\u0000b\u0007c\u202Ed", "abcd")]
    public void Html_becomes_text(string html, string text) => InertText.OfHtml(html, Most).ShouldBe(text);

    [Fact]
    public void Whatever_comes_nothing_dangerous_is_left() => Prop.ForAll<string, string, string>((a, b, c) =>
    {
        var html = $"<p>{a}</p><script>{b}</script><a href=\"{c}\" onclick='{b}'>{c}</a><li>{a}";
        var text = InertText.OfHtml(html, Most);
        text.ShouldAllBe(one => one == '\n' || !char.IsControl(one));
        text.Length.ShouldBeLessThanOrEqualTo(Most);
        text.EnumerateRunes().ShouldAllBe(rune => rune.Value != 0xFFFD || html.Contains('\uFFFD'));
        text.Split('\n').ShouldAllBe(line => line == line.Trim(' '));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("<div>"), InlineData("<a b=\""), InlineData("<!--"), InlineData("<script>"), InlineData("&amp;"), InlineData("&#1"), InlineData("<li><ul>"), InlineData("<"), InlineData("</"), InlineData("a \n"), InlineData("<p "), InlineData("<a<")]
    public void Bombs_take_no_longer_than_their_length(string piece)
    {
        var bomb = string.Concat(Enumerable.Repeat(piece, 400_000 / piece.Length));
        var clock = Stopwatch.StartNew();
        _ = InertText.IsHtml(bomb);
        InertText.OfHtml(bomb, Most).Length.ShouldBeLessThanOrEqualTo(Most);
        _ = InertText.OfLine(bomb, 300);
        // A tree would take minutes. Ten seconds allow for a busy machine.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void The_fingerprint_of_an_edited_text_is_near_and_of_another_is_far()
    {
        var text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i * 7919 % 400}"));
        SimHash.Distance(SimHash.Of(text).Hash, SimHash.Of(text.ToUpperInvariant() + "!").Hash).ShouldBe(0);
        SimHash.Distance(SimHash.Of(text).Hash, SimHash.Of(text + " one more sentence at the end").Hash).ShouldBeLessThan(12);
        SimHash.Distance(SimHash.Of(text).Hash, SimHash.Of(string.Join(' ', Enumerable.Range(0, 200).Select(i => $"other{i * 7919 % 400}"))).Hash).ShouldBeGreaterThan(18);
        // Stored: it may never change.
        SimHash.Of("the quick brown fox jumps over the lazy dog").ShouldBe(SimHash.Of("The QUICK brown fox; jumps over the lazy dog."));
    }
}
