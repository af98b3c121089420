using System.Buffers;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>Reads a stream of the program to its end and keeps as much of it as is allowed.</summary>
internal sealed class OutputPump(Stream stream, int most, Action overflow)
{
    private readonly ArrayBufferWriter<byte> _kept = new();

    internal byte[] Kept => _kept.WrittenSpan.ToArray();

    /// <summary>Blocks until the stream's end: every process that held it is gone or closed it.</summary>
    internal void Run()
    {
        var buffer = new byte[16_384];
        var seen = 0L;
        try
        {
            while (stream.Read(buffer) is > 0 and var read)
            {
                _kept.Write(buffer.AsSpan(0, Math.Min(read, most - _kept.WrittenCount)));
                if (seen <= most && seen + read > most) overflow();
                seen += read;
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
