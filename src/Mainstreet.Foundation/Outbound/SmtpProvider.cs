using System.Collections.Concurrent;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Mainstreet.Foundation.Outbound;

/// <summary>
/// E-mail through the operator's relay, over connections that are kept. Own protocol code, since <see cref="SmtpClient"/> cannot say whether a
/// failure came before or after the server had the mail, ignores its time-out when called asynchronously and knows no implicit TLS.
/// SMTP honours no keys; the Message-ID follows from the key, so that a relay or mailbox may notice doubles.
/// </summary>
internal sealed class SmtpProvider : Provider
{
    /// <summary>Servers hang up on idle clients and on those that send for ever.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(20);

    private const int MaxMails = 100;

    private readonly ConcurrentStack<SmtpSession> _idle = new();
    private readonly SemaphoreSlim _room;
    private readonly SmtpServer _server;
    private readonly MailAddress _from;
    private readonly string _fromAddress;
    private volatile bool _disposed;

    internal SmtpProvider(string name, ProviderOptions options, bool development, Circuit circuit, OutboundMetrics metrics, TimeProvider clock)
        : base(name, "email", options, false, circuit, metrics, clock)
    {
        var url = new Uri(options.EffectiveUrl);
        var tls = url.Scheme == "smtps";
        var loopback = ProviderOptions.IsLoopback(url);
        _server = new SmtpServer(
            url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : tls ? 465 : 587, tls, !development && !loopback, loopback, options.User, options.Password);
        _from = new MailAddress(options.From!);
        _fromAddress = MailMessageText.Address(_from.Address) ?? throw new ArgumentException("From is not an address.", nameof(options));
        _room = new SemaphoreSlim(options.Concurrency);
    }

    public override void Dispose()
    {
        base.Dispose();
        _disposed = true;
        while (_idle.TryPop(out var session)) session.Dispose();
    }

    protected override string? Refuse(OutboundMessage message) =>
        MailMessageText.Address(message.To) is null ? "the e-mail address is not valid" : null;

    protected override async ValueTask<Attempt> AttemptAsync(OutboundMessage message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Timeout);
        var progress = new Progress();
        var (entered, reused) = (false, false);
        try
        {
            await _room.WaitAsync(limit.Token);
            entered = true;
            // A kept connection may be dead without knowing: that costs a second one, not an attempt.
            if (Take() is { } kept)
            {
                reused = true;
                if (await GiveAsync(kept, message, progress, limit.Token) is { } done) return done;
                reused = false;
            }

            var (session, refused, code) = await SmtpSession.OpenAsync(_server, limit.Token);
            return session is null
                ? new Attempt(new SendResult(SendOutcome.Retry, code, Error: refused), Failed: true)
                : await GiveAsync(session, message, progress, limit.Token) ?? throw new IOException("The server closed the connection.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested && !progress.Ended)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            if (progress.Ended && cancel.IsCancellationRequested) return new Attempt(new SendResult(SendOutcome.Unknown, Error: "given up while waiting for the answer"));
            return new Attempt(new SendResult(progress.Ended ? SendOutcome.Unknown : SendOutcome.Retry, Error: $"no answer within {Timeout.TotalSeconds:0.###} s"), Failed: true);
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException)
        {
            return new Attempt(new SendResult(progress.Ended ? SendOutcome.Unknown : SendOutcome.Retry, Error: Explain(exception, reused)), Failed: true);
        }
        finally
        {
            if (entered) _room.Release();
        }
    }

    /// <summary>One mail over one connection, which is then kept or closed. Null: a kept connection was dead before it took anything.</summary>
    private async Task<Attempt?> GiveAsync(SmtpSession session, OutboundMessage message, Progress progress, CancellationToken cancel)
    {
        var keep = false;
        try
        {
            SmtpReply reply;
            try
            {
                if (session.Unfinished) await session.AskAsync("RSET", cancel);
                session.Unfinished = false;
                reply = await session.AskAsync($"MAIL FROM:<{_fromAddress}>", cancel);
            }
            catch (Exception exception) when (session.Mails > 0 && exception is IOException or SocketException)
            {
                return null;
            }

            // 421: the server is closing this connection, which a kept one may well have outlived.
            if (reply.Code == 421 && session.Mails > 0) return null;
            session.Mails++;
            if (!reply.Good) return Refused("the sender", reply);
            var to = MailMessageText.Address(message.To)!;
            reply = await session.AskAsync($"RCPT TO:<{to}>", cancel);
            if (!reply.Good)
            {
                session.Unfinished = true;
                keep = reply.Code != 421;
                return Refused("the recipient", reply);
            }

            reply = await session.AskAsync("DATA", cancel);
            if (reply.Code != 354) return Refused("the mail", reply);
            var id = MailMessageText.MessageId(message.IdempotencyKey, _fromAddress);
            await session.WriteDataAsync(MailMessageText.Compose(_from, _fromAddress, to, id, message, Clock.GetUtcNow()), cancel);
            progress.Ended = true;
            reply = await session.EndDataAsync(cancel);
            if (!reply.Good)
            {
                keep = reply.Code != 421;
                return Refused("the mail", reply);
            }

            keep = true;
            return new Attempt(new SendResult(SendOutcome.Accepted, reply.Code, id));
        }
        finally
        {
            if (keep) Keep(session);
            else session.Dispose();
        }
    }

    // 4yz: later perhaps, 5yz: never (RFC 5321, section 4.2.1). 421 is the server's trouble, the others are this mail's.
    private static Attempt Refused(string what, SmtpReply reply) => new(
        new SendResult(reply.Code is >= 500 ? SendOutcome.Rejected : SendOutcome.Retry, reply.Code, Error: $"the server refused {what}: {reply}"),
        Failed: reply.Code == 421);

    private SmtpSession? Take()
    {
        while (_idle.TryPop(out var session))
        {
            if (Clock.GetElapsedTime(session.LastUsed) < MaxIdle && session.IsAlive) return session;
            session.Dispose();
        }

        return null;
    }

    private void Keep(SmtpSession session)
    {
        session.LastUsed = Clock.GetTimestamp();
        if (_disposed || session.Mails >= MaxMails) session.Dispose();
        else _idle.Push(session);
    }

    private static string Explain(Exception exception, bool reused) => exception switch
    {
        AuthenticationException => "the TLS handshake failed",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "the host name is not known",
        SocketException socket => $"cannot connect ({socket.SocketErrorCode})",
        { InnerException: SocketException socket } => $"the connection was lost ({socket.SocketErrorCode})",
        _ => reused ? "a kept connection was lost" : "the connection was lost, or the server does not speak SMTP",
    };

    /// <summary>Whether the end mark may have reached the server.</summary>
    private sealed class Progress
    {
        internal bool Ended { get; set; }
    }
}
