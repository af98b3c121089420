using System.Net.Mail;
using System.Text;
using System.Text.RegularExpressions;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Outbound;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed partial class MailMessageTextTests
{
    private static readonly DateTimeOffset At = new(2026, 2, 28, 9, 0, 5, TimeSpan.FromHours(1));

    [Fact]
    public void A_plain_mail_is_readable_as_it_is() =>
        Encoding.ASCII.GetString(MailMessageText.Compose(new MailAddress("hello@shop.example", "Corner \"Shop\""), "hello@shop.example", "bob@example.com", "<k@shop.example>", new OutboundMessage("k", null, "Happy birthday", "Dear Bob,\n.\nYours"), At))
            .ShouldBe("""
                Date: Sat, 28 Feb 2026 08:00:05 +0000
                From: "Corner \"Shop\"" <hello@shop.example>
                To: <bob@example.com>
                Message-ID: <k@shop.example>
                Subject: Happy birthday
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 7bit

                Dear Bob,
                .
                Yours

                """.ReplaceLineEndings("\r\n"));

    [Fact]
    public void No_subject_name_or_text_breaks_out_of_its_place_and_all_come_back()
    {
        var text = Gen.Elements("a", "Ü", "𝄞", "\r", "\n", "\r\n", "\r\n\r\n", "Bcc: eve@example.com", ":", " ", "\t", "\0", "\u2028", "=?UTF-8?B?", "?=", "\"", "\\", "<", ">", ".", "a long enough run of words ", "\u0085", "\ud800")
            .ArrayOf().Select(string.Concat);
        Prop.ForAll(text.ToArbitrary(), text.ToArbitrary(), text.ToArbitrary(), (subject, name, body) =>
        {
            var from = new MailAddress("hello@shop.example", new string([.. name.Where(c => c is not ('\r' or '\n' or '\ud800'))]));
            var mail = MailMessageText.Compose(from, "hello@shop.example", "bob@example.com", "<k@shop.example>", new OutboundMessage("k", null, subject, body), At);
            mail.ShouldAllBe(b => b < 128);
            var (headers, read) = Read(mail);
            headers.Keys.ShouldBe(
                headers.ContainsKey("Subject")
                    ? ["Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
                    : ["Date", "From", "To", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]);
            headers.GetValueOrDefault("Subject", "").ShouldBe(Clean(subject));
            headers["To"].ShouldBe("<bob@example.com>");
            headers["From"].ShouldEndWith("<hello@shop.example>");
            var expected = WellFormed(body).ReplaceLineEndings("\r\n");
            (read == expected || read == expected + "\r\n").ShouldBeTrue(body);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Files_and_a_reply_address_come_along()
    {
        var file = new byte[3_000];
        new Random(1).NextBytes(file);
        var mail = Encoding.ASCII.GetString(MailMessageText.Compose(
            new MailAddress("hello@shop.example"), "hello@shop.example", "bob@example.com", "<k@shop.example>",
            new OutboundMessage("k", null, "Application", "Grüße\n--=_x", ReplyTo: "mina@example.org", Attachments: [new OutboundAttachment("../Mina \"CV\".pdf\r\nX: y", "application/pdf", file)]), At));
        mail.ShouldContain("\r\nReply-To: <mina@example.org>\r\n");
        var mark = Regex.Match(mail, "boundary=\"([^\"]+)\"").Groups[1].Value;
        var parts = mail.Split($"--{mark}");
        (parts.Length, parts[^1]).ShouldBe((4, "--\r\n"));
        Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Split("\r\n\r\n")[1])).ShouldBe("Grüße\r\n--=_x");
        parts[2].ShouldContain("filename=\"_Mina__CV_.pdf__X__y\"");
        Convert.FromBase64String(parts[2].Split("\r\n\r\n")[1]).ShouldBe(file);
        mail.Split("\r\n").ShouldAllBe(line => line.Length <= 100);
        // What is no address is left out, not sent on.
        Encoding.ASCII.GetString(MailMessageText.Compose(new MailAddress("hello@shop.example"), "hello@shop.example", "bob@example.com", "<k@shop.example>",
            new OutboundMessage("k", null, "x", "y", ReplyTo: "mina@example.org\r\nBcc: eve@example.com"), At)).ShouldNotContain("Bcc");
    }

    [Theory]
    [InlineData("ms-0190-birthday-2026", "<ms-0190-birthday-2026@shop.example>")]
    [InlineData("a@b>\"", "<1c5a62ae1ff7c9a2cd3dd1fc2f03bd06aec7a7d1@shop.example>")]
    public void The_id_follows_from_the_key(string key, string id)
    {
        var made = MailMessageText.MessageId(key, "hello@shop.example");
        if (key.StartsWith("ms-", StringComparison.Ordinal)) made.ShouldBe(id);
        made.ShouldMatch("^<[a-z0-9-]{10,64}@shop\\.example>$");
        MailMessageText.MessageId(key, "hello@shop.example").ShouldBe(made);
        MailMessageText.MessageId(key + "x", "hello@shop.example").ShouldNotBe(made);
    }

    /// <summary>Reads a mail as RFC 5322, 2045 and 2047 say: unfolded, decoded headers and the decoded body.</summary>
    internal static (Dictionary<string, string> Headers, string Body) Read(byte[] mail)
    {
        var text = Encoding.ASCII.GetString(mail);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        lines.ShouldAllBe(l => l.Length <= 78);
        var headers = new Dictionary<string, string>();
        string? name = null;
        foreach (var line in lines)
        {
            if (line.StartsWith(' '))
            {
                headers[name!] += line;
                continue;
            }

            name = line[..line.IndexOf(": ", StringComparison.Ordinal)];
            headers.Add(name, line[(name.Length + 2)..]);
        }

        foreach (var key in headers.Keys.ToList())
        {
            var joined = BetweenWords().Replace(headers[key], "?==?");
            headers[key] = Word().Replace(joined, m => Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[1].Value)));
        }

        var body = text[(end + 4)..];
        if (headers["Content-Transfer-Encoding"] == "base64")
        {
            body.Split("\r\n").ShouldAllBe(l => l.Length <= 76);
            body = Encoding.UTF8.GetString(Convert.FromBase64String(body));
        }
        else
        {
            body.Split("\r\n").ShouldAllBe(l => l.Length <= 998);
        }

        return (headers, body);
    }

    private static string Clean(string text) =>
        WellFormed(new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Trim());

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex Word();
}
