namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>Writes entropy-coded bits: a byte of ones is followed by a stuffed zero, the last byte is filled up with ones.</summary>
internal sealed class BitWriter(MemoryStream output)
{
    private ulong _bits;
    private int _count;

    internal void Write(int value, int size)
    {
        _bits = _bits << size | (uint)value;
        _count += size;
        while (_count >= 8)
        {
            _count -= 8;
            var next = (byte)(_bits >> _count);
            output.WriteByte(next);
            if (next == 0xFF) output.WriteByte(0);
        }
    }

    internal void Finish()
    {
        if (_count > 0) Write((1 << 8 - _count) - 1, 8 - _count);
    }
}
