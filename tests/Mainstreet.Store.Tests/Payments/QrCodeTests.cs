using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

using Mainstreet.Store.Payments.Upi;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "unit")]
public sealed class QrCodeTests
{
    private const string Link = "upi://pay?pa=simulator@razorpay&pn=Mainstreet&tr=CMeM6XvOPGFiF1&tn=Order&am=500.00&cu=INR&mc=5411";

    /// <summary>SHA-256 of the rows as 0 and 1, made by another encoder (qrcode 1.5.4 of npm), module for module the same under the same mask.</summary>
    [Theory]
    [InlineData(Link, 1, 6, 2, "fb3ddc3e97579dc91f4e241e884a713d06f5cea55fe8085e8aa9794201260cd1")]
    [InlineData("a", 1, 1, 5, "e8ab680854e4019c4ac89bd0e19dfe1f7e967f3cafd048091b3e3ec474b6f431")]
    [InlineData("x", 14, 1, 0, "ca4e5f8669011ed0429dc7e4cd16862f3ce8cc6b446acc97446b0bd6815d9c36")]
    [InlineData("x", 15, 2, 0, "be1f4b93f39e9f2b2078c3ee1b75b380b920cf717fadc9593dca07aa7f0a32e0")]
    [InlineData("₹ ", 40, 9, 0, "2adf130f030410f0d28cc70446e65f9c9dfc79a208e69300097bd303da68b389")]
    [InlineData("y", 230, 11, 1, "b085688d5f29bf3815450018656356bd6bd0ea514bef31b935637574e053f588")]
    [InlineData("z", 1_000, 26, 1, "799784ba27c3ff1a53418b396582e973d4ecd5d48181e756475c30aaffdd5c72")]
    [InlineData("w", 2_331, 40, 4, "06c2b2b8bc276d5c7e18635b8e541870fac03bccdaa92da1692504f8243729be")]
    public void Module_for_module_as_another_encoder_draws_it(string text, int times, int version, int mask, string hash)
    {
        var modules = QrCode.Encode(string.Concat(Enumerable.Repeat(text, times)), mask);
        modules.GetLength(0).ShouldBe(17 + 4 * version);
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Rows(modules)))).ShouldBe(hash);
    }

    [Fact]
    public void Without_a_wish_the_mask_with_the_least_penalty_is_taken()
    {
        var chosen = QrPenalty.Of(QrCode.Encode(Link));
        for (var mask = 0; mask < 8; mask++) chosen.ShouldBeLessThanOrEqualTo(QrPenalty.Of(QrCode.Encode(Link, mask)));
    }

    [Fact]
    public void The_picture_draws_every_dark_module_and_no_other()
    {
        var modules = QrCode.Encode(Link);
        var size = modules.GetLength(0);
        var svg = XDocument.Parse(QrCode.Svg(Link)).Root!;
        svg.Attribute("viewBox")!.Value.ShouldBe($"0 0 {size + 8} {size + 8}");
        var drawn = new bool[size, size];
        foreach (var run in svg.Elements().Last().Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = run.Split('h')[0].Split(' ').Select(int.Parse).ToArray();
            var width = int.Parse(run.Split('h')[1].Split('v')[0], System.Globalization.CultureInfo.InvariantCulture);
            for (var i = 0; i < width; i++) drawn[numbers[1] - 4, numbers[0] - 4 + i] = true;
        }

        Rows(drawn).ShouldBe(Rows(modules));
    }

    [Fact]
    public void A_text_that_no_code_holds_is_refused() => Should.Throw<ArgumentException>(() => QrCode.Encode(new string('x', QrCode.MaxBytes + 1)));

    private static string Rows(bool[,] modules) => string.Join('\n', Enumerable.Range(0, modules.GetLength(0))
        .Select(y => string.Concat(Enumerable.Range(0, modules.GetLength(1)).Select(x => modules[y, x] ? '1' : '0'))));
}
