namespace Mainstreet.Foundation.Tests.Web;

/// <summary>Gives its bytes in pieces of random size, as a network does.</summary>
internal sealed class ChunkedStream(byte[] bytes, int seed) : MemoryStream(bytes)
{
    private readonly Random _random = new(seed);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var size = _random.Next(4) switch { 0 => 1, 1 => _random.Next(1, 8), 2 => _random.Next(1, 100), _ => buffer.Length };
        return base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
