using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Outbound;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class SignatureTests
{
    // Published in the documentation and library tests of Standard Webhooks.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Time = "1614265330";
    private const string Body = "{\"test\": 2432232314}";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly DateTimeOffset Signed = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_vector_is_made_and_believed()
    {
        WebhookSignature.Sign(Key(Secret), Encoding.UTF8.GetBytes($"{Id}.{Time}.{Body}")).ShouldBe(Signature);
        Verify().ShouldBe(SignatureVerdict.Valid);
    }

    [Fact]
    public void Any_change_is_found()
    {
        Verify(body: Body + " ").ShouldBe(SignatureVerdict.Wrong);
        Verify(id: Id + "x").ShouldBe(SignatureVerdict.Wrong);
        Verify(time: "1614265331").ShouldBe(SignatureVerdict.Wrong);
        Verify(signature: Signature.Replace('O', 'P')).ShouldBe(SignatureVerdict.Wrong);
        Verify(signature: "v2" + Signature[2..]).ShouldBe(SignatureVerdict.Wrong);
        Verify(secrets: ["another secret!!"]).ShouldBe(SignatureVerdict.Wrong);
        Verify(secrets: []).ShouldBe(SignatureVerdict.Wrong);
        for (var i = 0; i < Signature.Length; i++)
            Verify(signature: Signature[..i] + (char)(Signature[i] ^ 1) + Signature[(i + 1)..]).ShouldBe(SignatureVerdict.Wrong);
    }

    [Fact]
    public void Missing_and_ill_formed_headers_are_told_apart_from_wrong_ones()
    {
        Verify(id: "").ShouldBe(SignatureVerdict.Missing);
        Verify(signature: "").ShouldBe(SignatureVerdict.Missing);
        foreach (var time in new[] { "", "now", "-1", "1e9", "99999999999999999999", "999999999999999" }) Verify(time: time).ShouldBe(SignatureVerdict.Missing);
    }

    [Fact]
    public void A_recording_is_stale_after_five_minutes_both_ways()
    {
        Verify(now: Signed.AddMinutes(5)).ShouldBe(SignatureVerdict.Valid);
        Verify(now: Signed.AddMinutes(-5)).ShouldBe(SignatureVerdict.Valid);
        Verify(now: Signed.AddSeconds(301)).ShouldBe(SignatureVerdict.Stale);
        Verify(now: Signed.AddSeconds(-301)).ShouldBe(SignatureVerdict.Stale);
    }

    [Fact]
    public void While_a_secret_is_changed_both_are_believed_and_several_signatures_may_come()
    {
        Verify(secrets: ["a new secret, longer", Secret]).ShouldBe(SignatureVerdict.Valid);
        Verify(signature: "v1,bm90aGluZw== v1a,zzz " + Signature).ShouldBe(SignatureVerdict.Valid);
        Verify(signature: string.Concat(Enumerable.Repeat("v1,x ", 10)) + Signature).ShouldBe(SignatureVerdict.Wrong, "only ten are looked at");
    }

    [Theory]
    [InlineData("whsec_", false)]
    [InlineData("whsec_%%%", false)]
    [InlineData("whsec_AAAA", true)]
    [InlineData("any text will do", true)]
    [InlineData("", false)]
    public void A_secret_is_Base64_after_its_prefix_and_any_text_without(string secret, bool good) =>
        WebhookSignature.TryKey(secret, out _).ShouldBe(good);

    [Fact]
    public void Twilios_published_vector_is_believed_and_any_change_found()
    {
        const string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        const string signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
        Dictionary<string, string> form = new()
        {
            ["To"] = "+18005551212", ["CallSid"] = "CA1234567890ABCDE", ["Caller"] = "+12349013030", ["Digits"] = "1234", ["From"] = "+12349013030",
        };
        TwilioSignature.Verify(["other", "12345"], url, form, signature).ShouldBe(SignatureVerdict.Valid);
        TwilioSignature.Verify(["other"], url, form, signature).ShouldBe(SignatureVerdict.Wrong);
        TwilioSignature.Verify(["12345"], url + "&", form, signature).ShouldBe(SignatureVerdict.Wrong);
        TwilioSignature.Verify(["12345"], url, form, null).ShouldBe(SignatureVerdict.Missing);
        form["Digits"] = "1235";
        TwilioSignature.Verify(["12345"], url, form, signature).ShouldBe(SignatureVerdict.Wrong);
    }

    [Fact]
    public void The_shared_vectors_hold()
    {
        if (FindVectors() is not { } path)
        {
            Assert.Skip("shared/data/vectors/webhook_signatures.json is not beside this checkout (MAINSTREET_SHARED names another place).");
            return;
        }

        using var vectors = JsonDocument.Parse(File.ReadAllBytes(path));
        var seen = 0;
        foreach (var vector in vectors.RootElement.EnumerateArray())
        {
            string Text(string name) => vector.GetProperty(name).GetString()!;
            if (Text("provider").StartsWith("standard-webhooks", StringComparison.Ordinal))
            {
                WebhookSignature.Verify([Key(Text("secret"))], Text("id"), Text("timestamp"), Text("signature"), Encoding.UTF8.GetBytes(Text("body")),
                    DateTimeOffset.FromUnixTimeSeconds(long.Parse(Text("timestamp"), System.Globalization.CultureInfo.InvariantCulture))).ShouldBe(SignatureVerdict.Valid);
                seen++;
            }
            else if (Text("provider") == "twilio")
            {
                var form = vector.GetProperty("params").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)).ToList();
                TwilioSignature.Verify([Text("secret")], Text("url"), form, Text("signature")).ShouldBe(SignatureVerdict.Valid);
                seen++;
            }
        }

        seen.ShouldBe(2);
    }

    private static byte[] Key(string secret) => WebhookSignature.TryKey(secret, out var key) ? key : [];

    private static SignatureVerdict Verify(
        string[]? secrets = null, string id = Id, string time = Time, string signature = Signature, string body = Body, DateTimeOffset? now = null) =>
        WebhookSignature.Verify([.. (secrets ?? [Secret]).Select(Key)], id, time, signature, Encoding.UTF8.GetBytes(body), now ?? Signed);

    private static string? FindVectors()
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } named) roots.Add(named);
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent) roots.Add(Path.Combine(at.FullName, "shared"));
        return roots.Select(r => Path.Combine(r, "data", "vectors", "webhook_signatures.json")).FirstOrDefault(File.Exists);
    }
}
