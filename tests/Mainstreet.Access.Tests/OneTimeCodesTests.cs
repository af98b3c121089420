using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Access.SecondFactor;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "unit")]
public sealed class OneTimeCodesTests
{
    private const string Seed = "12345678901234567890";

    [Theory]
    [InlineData(0, "755224"), InlineData(1, "287082"), InlineData(2, "359152"), InlineData(3, "969429"), InlineData(4, "338314")]
    [InlineData(5, "254676"), InlineData(6, "287922"), InlineData(7, "162583"), InlineData(8, "399871"), InlineData(9, "520489")]
    public void The_codes_of_RFC_4226_appendix_D_come_out(long counter, string code) =>
        OneTimeCodes.Hotp(Encoding.ASCII.GetBytes(Seed), counter).ShouldBe(code);

    /// <summary>RFC 6238, appendix B; the key is as long as the hash, as the reference code has it.</summary>
    [Theory]
    [InlineData(59, "94287082", "46119246", "90693936"), InlineData(1111111109, "07081804", "68084774", "25091201")]
    [InlineData(1111111111, "14050471", "67062674", "99943326"), InlineData(1234567890, "89005924", "91819424", "93441116")]
    [InlineData(2000000000, "69279037", "90698825", "38618901"), InlineData(20000000000, "65353130", "77737706", "47863826")]
    public void The_codes_of_RFC_6238_appendix_B_come_out(long seconds, string sha1, string sha256, string sha512)
    {
        var step = OneTimeCodes.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));
        OneTimeCodes.Hotp(Key(20), step, 8, HashAlgorithmName.SHA1).ShouldBe(sha1);
        OneTimeCodes.Hotp(Key(32), step, 8, HashAlgorithmName.SHA256).ShouldBe(sha256);
        OneTimeCodes.Hotp(Key(64), step, 8, HashAlgorithmName.SHA512).ShouldBe(sha512);
    }

    [Fact]
    public void Every_public_vector_comes_out()
    {
        var file = Shared("data/vectors/otp_rfc6238_rfc4226.json");
        Assert.SkipWhen(file is null, "The shared data is not beside the checkout.");
        using var vectors = JsonDocument.Parse(File.ReadAllText(file));
        var checkedOnes = 0;
        foreach (var vector in vectors.RootElement.GetProperty("totp_rfc6238_appendix_b").EnumerateArray())
        {
            var secret = Base32.Decode(vector.GetProperty("secret_base32").GetString()!);
            secret.ShouldBe(Encoding.ASCII.GetBytes(vector.GetProperty("secret_ascii").GetString()!));
            Base32.Encode(secret).ShouldBe(vector.GetProperty("secret_base32").GetString()!.TrimEnd('='));
            var step = vector.GetProperty("unix_time").GetInt64() / vector.GetProperty("period").GetInt32();
            OneTimeCodes.Hotp(secret, step, vector.GetProperty("digits").GetInt32(), new HashAlgorithmName(vector.GetProperty("algorithm").GetString()))
                .ShouldBe(vector.GetProperty("totp").GetString());
            checkedOnes++;
        }

        var hotp = vectors.RootElement.GetProperty("hotp_rfc4226_appendix_d");
        foreach (var value in hotp.GetProperty("values").EnumerateArray())
        {
            OneTimeCodes.Hotp(Encoding.ASCII.GetBytes(hotp.GetProperty("secret_ascii").GetString()!), value.GetProperty("counter").GetInt64(), hotp.GetProperty("digits").GetInt32())
                .ShouldBe(value.GetProperty("hotp").GetString());
            checkedOnes++;
        }

        checkedOnes.ShouldBe(28);
    }

    [Fact]
    public void A_code_is_taken_a_step_early_or_late_and_never_at_or_before_the_last_step()
    {
        var secret = Key(20);
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_015);
        var step = OneTimeCodes.StepAt(now);
        for (var offset = -3; offset <= 3; offset++)
        {
            var matched = OneTimeCodes.Match(secret, OneTimeCodes.Hotp(secret, step + offset), now, lastStep: 0);
            matched.ShouldBe(Math.Abs(offset) <= 1 ? step + offset : null);
        }

        OneTimeCodes.Match(secret, OneTimeCodes.Hotp(secret, step), now, lastStep: step).ShouldBeNull();
        OneTimeCodes.Match(secret, OneTimeCodes.Hotp(secret, step - 1), now, lastStep: step).ShouldBeNull();
        OneTimeCodes.Match(secret, OneTimeCodes.Hotp(secret, step + 1), now, lastStep: step).ShouldBe(step + 1);
        foreach (var wrong in new[] { "", "12345", "1234567", "abcdef", "١٢٣٤٥٦" }) OneTimeCodes.Match(secret, wrong, now, 0).ShouldBeNull();
    }

    [Fact]
    public void Base32_goes_there_and_back()
    {
        for (var length = 0; length < 70; length++)
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            Base32.Decode(Base32.Encode(bytes)).ShouldBe(bytes);
            Base32.Decode(Base32.Encode(bytes).ToLowerInvariant()).ShouldBe(bytes);
        }

        Should.Throw<FormatException>(() => Base32.Decode("A1"));
    }

    private static byte[] Key(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)Seed[i % Seed.Length])];

    private static string? Shared(string path)
    {
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } given) return Path.Combine(given, path);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", path) is var file && File.Exists(file)) return file;
        }

        return null;
    }
}
