using System.Runtime.CompilerServices;

namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>Cuts a stream into lines, in memory bounded by the longest that is taken; goes on after a longer one.</summary>
internal static class Lines
{
    private const int ChunkBytes = 32 * 1024;

    /// <summary>
    /// Lines by number from 1, without their ends (LF or CRLF) and without a byte order mark. The bytes are good until the next one
    /// is asked for; null for a line that is too long.
    /// </summary>
    /// <param name="source">The file; not disposed.</param>
    /// <param name="maxBytes">Bytes of the longest line taken.</param>
    /// <param name="cancel">Ends the reading.</param>
    internal static async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte>? Bytes)> ReadAsync(
        Stream source, int maxBytes, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = new byte[maxBytes + ChunkBytes];
        var (start, end, number, skipping) = (0, 0, 1L, false);
        while (true)
        {
            if (buffer.Length - end < ChunkBytes)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            var read = await source.ReadAsync(buffer.AsMemory(end, ChunkBytes), cancel);
            var scanFrom = end;
            end += read;
            while (buffer.AsSpan(scanFrom, end - scanFrom).IndexOf((byte)'\n') is >= 0 and var at)
            {
                var length = scanFrom + at - start;
                if (!skipping) yield return (number, Line(buffer, start, length, number, maxBytes));
                skipping = false;
                number++;
                start = scanFrom = scanFrom + at + 1;
            }

            if (read == 0)
            {
                if (!skipping && end > start) yield return (number, Line(buffer, start, end - start, number, maxBytes));
                yield break;
            }

            if (end - start <= maxBytes) continue;
            // Too long: told once, the rest of it is passed over.
            if (!skipping) yield return (number, null);
            skipping = true;
            start = end;
        }
    }

    private static ReadOnlyMemory<byte>? Line(byte[] buffer, int start, int length, long number, int maxBytes)
    {
        var line = buffer.AsMemory(start, length);
        if (line.Length > 0 && line.Span[^1] == '\r') line = line[..^1];
        if (number == 1 && line.Span.StartsWith("\uFEFF"u8)) line = line[3..];
        return line.Length > maxBytes ? null : line;
    }
}
