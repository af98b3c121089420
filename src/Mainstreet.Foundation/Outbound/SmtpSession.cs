using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mainstreet.Foundation.Outbound;

/// <summary>A server's reply (RFC 5321, section 4.2): the code and the enhanced code (RFC 3463); the text is not kept, it quotes addresses.</summary>
internal readonly record struct SmtpReply(int Code, string? Enhanced)
{
    internal bool Good => Code is >= 200 and < 400;

    public override string ToString() => Enhanced is null ? $"{Code}" : $"{Code} {Enhanced}";
}

/// <summary>The conversation with one mail server. A connection problem or an ill-formed reply is an <see cref="IOException"/>.</summary>
internal sealed class SmtpSession : IDisposable
{
    private const int MaxReplyLine = 2_048;

    private const int MaxReplyLines = 100;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4_096];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpSession(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Mails given over this connection.</summary>
    internal int Mails { get; set; }

    /// <summary>A mail was begun and not ended: RSET comes before the next.</summary>
    internal bool Unfinished { get; set; }

    /// <summary>When it was last used, by the clock's timestamp.</summary>
    internal long LastUsed { get; set; }

    private List<string> Extensions { get; } = [];

    /// <summary>Connects, greets, encrypts and signs in. Null session: the server said no, and <c>Refused</c> says where and how.</summary>
    /// <exception cref="IOException">The connection failed.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS failed.</exception>
    internal static async Task<(SmtpSession? Session, string? Refused, int? Code)> OpenAsync(SmtpServer server, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var session = new SmtpSession(socket);
        try
        {
            var (refused, code) = await session.GreetAsync(server, cancel);
            if (refused is null) return (session, null, null);
            session.Dispose();
            return (null, refused, code);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Sends one line and reads the reply.</summary>
    internal async Task<SmtpReply> AskAsync(string line, CancellationToken cancel)
    {
        if (line.AsSpan().ContainsAny('\r', '\n')) throw new ArgumentException("A command is one line.", nameof(line));
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancel);
        await _stream.FlushAsync(cancel);
        return await ReadReplyAsync(cancel);
    }

    /// <summary>Sends a mail's bytes with dots stuffed (RFC 5321, section 4.5.2), without the end mark.</summary>
    internal async Task WriteDataAsync(byte[] mail, CancellationToken cancel)
    {
        var from = 0;
        for (var i = 0; i < mail.Length; i++)
        {
            if (mail[i] != '.' || (i > 0 && mail[i - 1] != '\n')) continue;
            await _stream.WriteAsync(mail.AsMemory(from, i - from), cancel);
            await _stream.WriteAsync("."u8.ToArray(), cancel);
            from = i;
        }

        await _stream.WriteAsync(mail.AsMemory(from), cancel);
        await _stream.FlushAsync(cancel);
    }

    /// <summary>The end mark, after which the server may have the mail. The bytes before it ended with CRLF.</summary>
    internal async Task<SmtpReply> EndDataAsync(CancellationToken cancel)
    {
        await _stream.WriteAsync(".\r\n"u8.ToArray(), cancel);
        await _stream.FlushAsync(cancel);
        return await ReadReplyAsync(cancel);
    }

    /// <summary>False when the server has said goodbye or gone meanwhile.</summary>
    internal bool IsAlive => _start == _end && !(_socket.Poll(0, SelectMode.SelectRead));

    public void Dispose() => _stream.Dispose();

    private async Task<(string? Refused, int? Code)> GreetAsync(SmtpServer server, CancellationToken cancel)
    {
        if (server.ImplicitTls) await EncryptAsync(server, cancel);
        var reply = await ReadReplyAsync(cancel);
        if (!reply.Good) return ($"the server refused the connection: {reply}", reply.Code);
        if (await HelloAsync(cancel) is { Good: false } hello) return ($"the server refused EHLO: {hello}", hello.Code);
        if (!server.ImplicitTls)
        {
            if (Extensions.Contains("STARTTLS"))
            {
                reply = await AskAsync("STARTTLS", cancel);
                if (!reply.Good) return ($"the server refused STARTTLS: {reply}", reply.Code);
                // What came before the handshake could be somebody else's (CVE-2011-0411).
                if (_start != _end) throw new IOException("The server spoke before the TLS handshake.");
                await EncryptAsync(server, cancel);
                if (await HelloAsync(cancel) is { Good: false } again) return ($"the server refused EHLO: {again}", again.Code);
            }
            else if (server.TlsNeeded)
            {
                return ("the server offers no STARTTLS", null);
            }
        }

        return server.User is null ? default : await SignInAsync(server, cancel);
    }

    private async Task<(string? Refused, int? Code)> SignInAsync(SmtpServer server, CancellationToken cancel)
    {
        if (_stream is not SslStream && !server.Loopback) return ("the server offers no TLS, and a password is not sent without", null);
        var ways = Extensions.Find(e => e.StartsWith("AUTH ", StringComparison.Ordinal))?.Split(' ') ?? [];
        SmtpReply reply;
        if (ways.Contains("PLAIN"))
        {
            reply = await AskAsync("AUTH PLAIN " + Encoded($"\0{server.User}\0{server.Password}"), cancel);
        }
        else if (ways.Contains("LOGIN"))
        {
            reply = await AskAsync("AUTH LOGIN", cancel);
            if (reply.Code == 334) reply = await AskAsync(Encoded(server.User!), cancel);
            if (reply.Code == 334) reply = await AskAsync(Encoded(server.Password ?? ""), cancel);
        }
        else
        {
            return ("the server offers neither AUTH PLAIN nor AUTH LOGIN", null);
        }

        return reply.Code == 235 ? default : ($"the server refused the sign-in: {reply}", reply.Code);
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task EncryptAsync(SmtpServer server, CancellationToken cancel)
    {
        var ssl = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = ssl;
        var options = new SslClientAuthenticationOptions { TargetHost = server.Host };
        if (server.Root is { } root)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.Add(root);
        }

        await ssl.AuthenticateAsClientAsync(options, cancel);
    }

    // An address literal is always a valid name for a client that has none (RFC 5321, section 4.1.4).
    private async Task<SmtpReply> HelloAsync(CancellationToken cancel)
    {
        var address = ((IPEndPoint)_socket.LocalEndPoint!).Address;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Extensions.Clear();
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"EHLO [{(address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6:" : "")}{new IPAddress(address.GetAddressBytes())}]\r\n"), cancel);
        await _stream.FlushAsync(cancel);
        return await ReadReplyAsync(cancel, Extensions);
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken cancel, List<string>? lines = null)
    {
        for (var count = 0; count < MaxReplyLines; count++)
        {
            var line = await ReadLineAsync(cancel);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code) || code is < 200 or > 599)
                throw new IOException("The server's reply is not SMTP.");
            if (line.Length > 4) lines?.Add(line[4..].ToUpperInvariant());
            if (line.Length == 3 || line[3] == ' ') return new SmtpReply(code, EnhancedOf(line));
            if (line[3] != '-') throw new IOException("The server's reply is not SMTP.");
        }

        throw new IOException("The server's reply has too many lines.");
    }

    private static string? EnhancedOf(string line)
    {
        if (line.Length < 9) return null;
        var word = line[4..].Split(' ', 2)[0];
        var parts = word.Split('.');
        return parts.Length == 3 && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit)) ? word : null;
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        while (true)
        {
            var part = _buffer.AsMemory(_start, _end - _start);
            var end = part.Span.IndexOf((byte)'\n');
            line.Append(Encoding.ASCII.GetString(part.Span[..(end < 0 ? part.Length : end)]));
            if (line.Length > MaxReplyLine) throw new IOException("The server's reply is too long.");
            if (end >= 0)
            {
                _start += end + 1;
                return line.ToString().TrimEnd('\r');
            }

            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancel);
            if (_end == 0) throw new IOException("The server closed the connection.");
        }
    }
}

/// <summary>Where mail is handed in, and how.</summary>
/// <param name="TlsNeeded">Refuse a server that offers no STARTTLS.</param>
/// <param name="Loopback">This machine: a password may go in clear.</param>
/// <param name="Root">The only authority that is trusted; null for the system's.</param>
internal sealed record SmtpServer(
    string Host, int Port, bool ImplicitTls, bool TlsNeeded, bool Loopback, string? User, string? Password, X509Certificate2? Root = null)
{
    // The generated one would print the password.
    public override string ToString() => $"{Host}:{Port}";
}
