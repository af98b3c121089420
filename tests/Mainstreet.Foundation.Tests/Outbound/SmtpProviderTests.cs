using System.Text;

using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class SmtpProviderTests
{
    private static ProviderOptions Options(string url, int timeout = 60) =>
        new() { Kind = ProviderKind.Smtp, Url = url, From = "\"Zoë's Shop\" <hello@shop.example>", TimeoutSeconds = timeout, Concurrency = 4 };

    private static OutboundMessage Mail(string key = "ms-1", string to = "bob@example.com") => Senders.Message(key, to, "Grüße", "Alles Gute, Bob!\n.\n..\n");

    [Fact]
    public async Task A_mail_arrives_whole_over_a_connection_that_is_kept()
    {
        await using var server = new MailServer();
        using var senders = new Senders(Options(server.Url));
        senders.First.Channel.ShouldBe("email");
        for (var i = 1; i <= 3; i++)
            (await senders.SendAsync(Mail($"ms-{i}"))).ShouldBe(new SendResult(SendOutcome.Accepted, 250, $"<ms-{i}@shop.example>"));
        server.Connections.ShouldBe(1);
        server.Mails.TryDequeue(out var mail).ShouldBeTrue();
        mail!.From.ShouldBe("MAIL FROM:<hello@shop.example>");
        mail.To.ShouldBe("RCPT TO:<bob@example.com>");
        var (headers, body) = MailMessageTextTests.Read(Encoding.ASCII.GetBytes(mail.Data));
        headers["Subject"].ShouldBe("Grüße");
        headers["From"].ShouldBe("Zoë's Shop <hello@shop.example>");
        headers["Message-ID"].ShouldBe("<ms-1@shop.example>");
        body.ShouldBe("Alles Gute, Bob!\r\n.\r\n..\r\n");
        server.Commands.First().ShouldBe("EHLO [127.0.0.1]");
    }

    [Theory]
    [InlineData("MAIL", "550 5.7.1 no", SendOutcome.Rejected)]
    [InlineData("MAIL", "451 4.3.0 later", SendOutcome.Retry)]
    [InlineData("RCPT", "550 5.1.1 <bob@example.com> unknown", SendOutcome.Rejected)]
    [InlineData("RCPT", "450 4.2.1 greylisted", SendOutcome.Retry)]
    [InlineData("DATA", "554 5.6.0 no", SendOutcome.Rejected)]
    [InlineData("DATA", "452 4.3.1 full", SendOutcome.Retry)]
    [InlineData("DATA", "drop", SendOutcome.Retry)]
    [InlineData("DATA", "hang", SendOutcome.Retry)]
    [InlineData(".", "554 5.7.1 spam", SendOutcome.Rejected)]
    [InlineData(".", "451 4.7.1 later", SendOutcome.Retry)]
    [InlineData(".", "drop-after", SendOutcome.Unknown)]
    [InlineData(".", "hang-after", SendOutcome.Unknown)]
    [InlineData(".", "nonsense", SendOutcome.Unknown)]
    [InlineData("greeting", "554 go away", SendOutcome.Retry)]
    [InlineData("greeting", "HTTP/1.1 400 Bad Request", SendOutcome.Retry)]
    [InlineData("greeting", "hang", SendOutcome.Retry)]
    [InlineData("greeting", "drop", SendOutcome.Retry)]
    [InlineData("EHLO", "502 5.5.2 what", SendOutcome.Retry)]
    [InlineData("RCPT", "421 4.3.2 closing", SendOutcome.Retry)]
    public async Task Each_stage_decides(string stage, string reply, SendOutcome outcome)
    {
        await using var server = new MailServer { Script = line => line.StartsWith(stage, StringComparison.Ordinal) ? reply : null };
        using var senders = new Senders(Options(server.Url, timeout: reply.StartsWith("hang", StringComparison.Ordinal) ? 4 : 60));
        var result = await senders.SendAsync(Mail());
        result.Outcome.ShouldBe(outcome, result.Error);
        result.Error.ShouldNotBeNull().ShouldNotContain("bob");
        server.Mails.Count.ShouldBe(outcome == SendOutcome.Unknown && reply != "nonsense" ? 1 : 0);
        server.Script = _ => null;
        (await senders.SendAsync(Mail("ms-2"))).Outcome.ShouldBe(SendOutcome.Accepted, "the next one is not harmed");
    }

    [Fact]
    public async Task Nobody_listening_can_be_tried_again()
    {
        using var senders = new Senders(Options($"smtp://127.0.0.1:{ClosedPort.Number}"));
        (await senders.SendAsync(Mail())).ShouldBe(new SendResult(SendOutcome.Retry, Error: "cannot connect (ConnectionRefused)"));
    }

    [Fact]
    public async Task A_kept_connection_that_died_costs_no_attempt()
    {
        var server = new MailServer();
        var port = server.Port;
        using var senders = new Senders(Options(server.Url));
        (await senders.SendAsync(Mail())).Outcome.ShouldBe(SendOutcome.Accepted);
        await server.DisposeAsync();
        await using var again = new MailServer(port: port);
        (await senders.SendAsync(Mail("ms-2"))).Outcome.ShouldBe(SendOutcome.Accepted);
        // The server says goodbye only when it is asked for the next mail.
        var first = true;
        again.Script = line =>
        {
            if (!line.StartsWith("MAIL", StringComparison.Ordinal) || !first) return null;
            first = false;
            return "421 4.4.2 idle too long";
        };
        (await senders.SendAsync(Mail("ms-3"))).Outcome.ShouldBe(SendOutcome.Accepted);
        again.Connections.ShouldBe(2);
        senders.Circuit.Calls.ShouldBe((0, 3));
    }

    [Fact]
    public async Task No_more_connections_than_allowed_are_open_at_once()
    {
        await using var server = new MailServer();
        using var senders = new Senders(Options(server.Url));
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => senders.SendAsync(Mail($"ms-{i}"))));
        results.ShouldAllBe(r => r.Outcome == SendOutcome.Accepted);
        server.Connections.ShouldBeLessThanOrEqualTo(4);
        server.Mails.Count.ShouldBe(100);
    }

    [Theory]
    [InlineData("bob@example.com>\r\nRCPT TO:<eve@example.com")]
    [InlineData("bob@example.com\r\nBcc: eve@example.com")]
    [InlineData("Bob <bob@example.com>")]
    [InlineData("bob@exa mple.com")]
    [InlineData("bob")]
    [InlineData("@example.com")]
    [InlineData("bob@")]
    [InlineData("bób@example.com")]
    [InlineData("a@b@example.com")]
    public async Task An_address_that_is_none_is_refused_without_a_call(string to)
    {
        await using var server = new MailServer();
        using var senders = new Senders(Options(server.Url));
        (await senders.SendAsync(Mail(to: to))).ShouldBe(new SendResult(SendOutcome.Rejected, Error: "the e-mail address is not valid"));
        server.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task A_domain_beyond_ASCII_is_spelled_in_Punycode()
    {
        await using var server = new MailServer();
        using var senders = new Senders(Options(server.Url));
        (await senders.SendAsync(Mail(to: "bob@bücher.example"))).Outcome.ShouldBe(SendOutcome.Accepted);
        server.Mails.Single().To.ShouldBe("RCPT TO:<bob@xn--bcher-kva.example>");
    }

    [Theory]
    [InlineData("AUTH LOGIN PLAIN", "AUTH PLAIN AHVzZXIAcGFzcw==")]
    [InlineData("AUTH LOGIN", "AUTH LOGIN|dXNlcg==|cGFzcw==")]
    public async Task It_signs_in_as_the_server_offers(string offer, string expected)
    {
        await using var server = new MailServer
        {
            Script = line => line switch
            {
                _ when line.StartsWith("EHLO", StringComparison.Ordinal) => $"250-hi\r\n250 {offer}",
                "dXNlcg==" => "334 UGFzc3dvcmQ6",
                "cGFzcw==" => "235 in",
                _ => null,
            },
        };
        var options = Options(server.Url);
        (options.User, options.Password) = ("user", "pass");
        using var senders = new Senders(options);
        (await senders.SendAsync(Mail())).Outcome.ShouldBe(SendOutcome.Accepted);
        string.Join('|', server.Commands).ShouldContain(expected);
    }

    [Fact]
    public async Task A_refused_sign_in_counts_against_the_server_and_shows_no_password()
    {
        await using var server = new MailServer { Script = line => line.StartsWith("AUTH", StringComparison.Ordinal) ? "535 5.7.8 bad credentials" : null };
        var options = Options(server.Url);
        (options.User, options.Password) = ("user", "hunter2-secret");
        options.Breaker = new() { WindowSeconds = 60, BreakSeconds = 60 };
        using var senders = new Senders(options);
        for (var i = 0; i < 5; i++) (await senders.SendAsync(Mail())).ShouldBe(new SendResult(SendOutcome.Retry, 535, Error: "the server refused the sign-in: 535 5.7.8"));
        senders.Circuit.Position.ShouldBe(CircuitPosition.Open);
        string.Join('\n', senders.Log.Lines).ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TLS_is_spoken_and_the_certificate_checked(bool implicitTls)
    {
        await using var server = new MailServer(MailServer.MakeCertificate(), implicitTls);
        var at = new SmtpServer("127.0.0.1", server.Port, implicitTls, true, false, "user", "pass", server.Certificate);
        var (session, refused, _) = await SmtpSession.OpenAsync(at, CancellationToken.None);
        refused.ShouldBeNull();
        (await session.ShouldNotBeNull().AskAsync("NOOP", CancellationToken.None)).Good.ShouldBeTrue();
        session!.Dispose();
        server.Commands.Count(c => c.StartsWith("EHLO", StringComparison.Ordinal)).ShouldBe(implicitTls ? 1 : 2);
        server.Commands.ShouldContain("AUTH PLAIN AHVzZXIAcGFzcw==");

        using var senders = new Senders(Options((implicitTls ? "smtps" : "smtp") + $"://127.0.0.1:{server.Port}"));
        (await senders.SendAsync(Mail())).ShouldBe(new SendResult(SendOutcome.Retry, Error: "the TLS handshake failed"));
        server.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_TLS_neither_mail_nor_password_leaves_when_TLS_is_needed()
    {
        await using var server = new MailServer();
        var at = new SmtpServer("127.0.0.1", server.Port, false, true, false, "user", "pass");
        (await SmtpSession.OpenAsync(at, CancellationToken.None)).ShouldBe((null, "the server offers no STARTTLS", null));
        (await SmtpSession.OpenAsync(at with { TlsNeeded = false }, CancellationToken.None)).Refused.ShouldBe("the server offers no TLS, and a password is not sent without");
        server.Commands.ShouldNotContain(c => c.StartsWith("AUTH", StringComparison.Ordinal));
        at.ToString().ShouldNotContain("pass");
    }

    [Fact]
    public async Task What_comes_in_clear_before_the_handshake_is_not_believed()
    {
        await using var server = new MailServer(MailServer.MakeCertificate())
        {
            Script = line => line == "STARTTLS" ? "220 go\r\n250 evil" : null,
        };
        var at = new SmtpServer("127.0.0.1", server.Port, false, true, false, null, null, server.Certificate);
        await Should.ThrowAsync<IOException>(() => SmtpSession.OpenAsync(at, CancellationToken.None));
    }

    [Fact]
    public async Task Cancelled_before_the_end_mark_it_throws()
    {
        var asked = new TaskCompletionSource();
        await using var server = new MailServer
        {
            Script = line =>
            {
                if (!line.StartsWith("RCPT", StringComparison.Ordinal)) return null;
                asked.TrySetResult();
                return "hang";
            },
        };
        using var senders = new Senders(Options(server.Url));
        using var cancel = new CancellationTokenSource();
        var sending = senders.First.SendAsync(Mail(), cancel.Token);
        await asked.Task;
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }
}
