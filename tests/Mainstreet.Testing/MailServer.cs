using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mainstreet.Testing;

/// <summary>A small real mail server on a loopback port. The test may answer any command its own way, hang or hang up.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private readonly ConcurrentBag<Task> _sessions = [];
    private int _connections;

    public MailServer(X509Certificate2? certificate = null, bool implicitTls = false, int port = 0)
    {
        Certificate = certificate;
        ImplicitTls = implicitTls;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public sealed record Mail(string From, string To, string Data);

    public X509Certificate2? Certificate { get; }

    public bool ImplicitTls { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"smtp://127.0.0.1:{Port}";

    public ConcurrentQueue<Mail> Mails { get; } = new();

    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>How many were made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Reply to a command (<c>greeting</c> and <c>.</c> too); null for the usual one; "hang" or "drop".</summary>
    public Func<string, string?> Script { get; set; } = _ => null;

    /// <summary>A certificate for 127.0.0.1 that only its own root trusts.</summary>
    public static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _end.Dispose();
        Certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using var _ = client;
        Stream stream = client.GetStream();
        try
        {
            if (ImplicitTls) stream = await EncryptAsync(stream);
            if (!await SayAsync(stream, Script("greeting") ?? "220 test ESMTP")) return;
            var (from, to) = ("", "");
            while (await ReadLineAsync(stream) is { } line)
            {
                Commands.Enqueue(line);
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                if (verb == "MAIL") from = line;
                if (verb == "RCPT") to = line;
                var tls = Certificate is not null && stream is not SslStream;
                if (!await SayAsync(stream, Script(line) ?? verb switch
                {
                    "EHLO" => $"250-test greets you\r\n{(tls ? "250-STARTTLS\r\n" : "")}250-AUTH LOGIN PLAIN\r\n250 SIZE 10000000",
                    "STARTTLS" => "220 go ahead",
                    "AUTH" => line == "AUTH LOGIN" ? "334 VXNlcm5hbWU6" : "235 welcome",
                    "DATA" => "354 go on",
                    _ => "250 2.0.0 fine",
                })) return;
                if (verb == "STARTTLS") stream = await EncryptAsync(stream);
                if (verb != "DATA" || Script(line) is not null) continue;
                var data = new StringBuilder();
                while (await ReadLineAsync(stream) is { } part && part != ".") data.Append(part.StartsWith('.') ? part[1..] : part).Append("\r\n");
                var reply = Script(".");
                if (reply is null or "hang-after" or "drop-after" || reply.StartsWith('2')) Mails.Enqueue(new Mail(from, to, data.ToString()));
                if (!await SayAsync(stream, reply switch { null => "250 2.0.0 queued as 1", "hang-after" => "hang", "drop-after" => "drop", var other => other })) return;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            return;
        }
    }

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _end.Token);
        return ssl;
    }

    private async Task<bool> SayAsync(Stream stream, string reply)
    {
        if (reply == "drop") return false;
        if (reply == "hang") await Task.Delay(-1, _end.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _end.Token);
        return !reply.StartsWith("421", StringComparison.Ordinal);
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) == 1)
        {
            line.Add(one[0]);
            if (line is [.., (byte)'\r', (byte)'\n']) return Encoding.ASCII.GetString([.. line])[..^2];
        }

        return null;
    }
}
