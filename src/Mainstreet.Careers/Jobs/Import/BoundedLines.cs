using System.Buffers;
using System.IO.Pipelines;

namespace Mainstreet.Careers.Jobs.Import;

/// <summary>Reads lines of a stream in bounded memory: one that is too long is skipped to its end and told, and reading goes on behind it.</summary>
internal static class BoundedLines
{
    /// <param name="Number">Counted from 1.</param>
    /// <param name="Bytes">Without the line end; null when the line is too long. Valid until the next line is read.</param>
    internal readonly record struct Line(long Number, ReadOnlyMemory<byte>? Bytes);

    internal static async IAsyncEnumerable<Line> ReadAsync(Stream source, int most, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var pipe = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: 65_536, leaveOpen: true));
        var (number, skipping) = (0L, false);
        while (true)
        {
            var read = await pipe.ReadAsync(cancel);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                number++;
                var line = buffer.Slice(0, end);
                if (skipping || line.Length > most) yield return new Line(number, null);
                else yield return new Line(number, Trimmed(line));
                skipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (skipping || buffer.Length > most) yield return new Line(number + 1, null);
                else if (buffer.Length > 0) yield return new Line(number + 1, Trimmed(buffer));
                break;
            }

            if (buffer.Length > most) skipping = true;
            // What is skipped is forgotten; the beginning of a line is kept.
            pipe.AdvanceTo(skipping ? buffer.End : buffer.Start, buffer.End);
        }

        await pipe.CompleteAsync();
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlySequence<byte> line)
    {
        var bytes = line.IsSingleSegment ? line.First : line.ToArray();
        return bytes.Length > 0 && bytes.Span[^1] == (byte)'\r' ? bytes[..^1] : bytes;
    }
}
