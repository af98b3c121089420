using System.Buffers.Text;
using System.Net.Sockets;

namespace Mainstreet.Load;

/// <summary>
/// One HTTP/1.1 connection (RFC 9112) that sends requests rendered beforehand and reads answers without allocating: the
/// generator shares the machine with the server, so what it costs is taken from what it measures.
/// </summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static ReadOnlySpan<byte> HeadersEnd => "\r\n\r\n"u8;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    internal static async Task<RawConnection> OpenAsync(Uri target, CancellationToken cancel)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(target.Host, target.Port, cancel);
        return connection;
    }

    /// <summary>Renders a request without a body.</summary>
    internal static byte[] Render(string method, Uri target, string path, string? token) => System.Text.Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {target.Authority}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}{(method == "GET" ? "" : "Content-Length: 0\r\n")}\r\n");

    /// <summary>Sends one request and reads the whole answer.</summary>
    /// <returns>The status; -1 when the connection was closed.</returns>
    internal async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        await _socket.SendAsync(request, SocketFlags.None, cancel);
        var filled = 0;
        var end = -1;
        while (end < 0)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), SocketFlags.None, cancel);
            if (read == 0) return -1;
            filled += read;
            end = _buffer.AsSpan(0, filled).IndexOf(HeadersEnd);
            if (end < 0 && filled == _buffer.Length) throw new InvalidDataException("The headers do not end.");
        }

        var (status, length) = ReadHead(_buffer.AsSpan(0, end + 2));
        var body = end + 4;
        if (length >= 0)
        {
            for (var missing = length - (filled - body); missing > 0;)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(0, Math.Min(missing, _buffer.Length)), SocketFlags.None, cancel);
                if (read == 0) return -1;
                missing -= read;
            }

            return status;
        }

        // Chunked: the last chunk is empty, and nothing follows it because requests are not pipelined.
        while (!_buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8))
        {
            if (filled == _buffer.Length)
            {
                _buffer.AsSpan(filled - 8).CopyTo(_buffer);
                filled = 8;
            }

            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), SocketFlags.None, cancel);
            if (read == 0) return -1;
            filled += read;
        }

        return status;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>The status, and the length of the body; -1 when it is chunked.</returns>
    private static (int Status, int Length) ReadHead(ReadOnlySpan<byte> head)
    {
        if (!Utf8Parser.TryParse(head[9..12], out int status, out _)) throw new InvalidDataException("No status line.");
        var length = status is 204 or 304 ? 0 : -1;
        for (var line = head; line.Length > 0;)
        {
            var end = line.IndexOf("\r\n"u8);
            var header = line[..end];
            if (header.Length > 16 && header[0] is (byte)'C' or (byte)'c' && Ascii(header[..15], "content-length:"u8))
            {
                if (!Utf8Parser.TryParse(header[15..].TrimStart((byte)' '), out length, out _)) throw new InvalidDataException("A length is not a number.");
            }

            line = line[(end + 2)..];
        }

        return (status, length);
    }

    private static bool Ascii(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            if ((text[i] | 0x20) != (lower[i] | 0x20)) return false;
        }

        return true;
    }
}
