using System.Globalization;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Outbound;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(1994, 11, 6, 8, 49, 0, TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData("37", 37)]
    [InlineData(" 37\t", 37)]
    [InlineData("0", 0)]
    [InlineData("000000000000000120", 120)]
    [InlineData("99999999999999999999999999", 3600)]
    // The three forms of RFC 9110, section 5.6.7, as it writes them.
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 37)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 37)]
    [InlineData("Sun Nov  6 08:49:37 1994", 37)]
    [InlineData("Sat, 05 Nov 1994 08:49:37 GMT", 0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    public void Seconds_and_dates_are_understood(string value, int seconds) =>
        RetryAfter.Parse(value, Now, Hour).ShouldBe(Now.AddSeconds(seconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("+3")]
    [InlineData("soon")]
    [InlineData("12, 13")]
    [InlineData("٣")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 PST")]
    public void Anything_else_is_not(string? value) => RetryAfter.Parse(value, Now, Hour).ShouldBeNull();

    [Fact]
    public void Every_number_and_every_date_within_the_limit_come_back_exactly() =>
        Prop.ForAll(Gen.Choose(0, 3_600).ToArbitrary(), Gen.Choose(0, 2_000_000_000).ToArbitrary(), (seconds, epoch) =>
        {
            var now = DateTimeOffset.FromUnixTimeSeconds(epoch);
            var then = now.AddSeconds(seconds);
            return RetryAfter.Parse(seconds.ToString(CultureInfo.InvariantCulture), now, Hour) == then
                && RetryAfter.Parse(then.ToString("r", CultureInfo.InvariantCulture), now, Hour) == then
                && RetryAfter.Parse(then.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture), now, Hour) == then;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void No_text_throws_or_leaves_the_limits() =>
        Prop.ForAll(Gen.Elements("0", "9", "1", " ", ",", ":", "GMT", "Sun", "Nov", "06", "1994", "-", "\0", "é", "9999999").ArrayOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var parsed = RetryAfter.Parse(text, Now, Hour);
            return parsed is null || (parsed >= Now && parsed <= Now + Hour);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
}
