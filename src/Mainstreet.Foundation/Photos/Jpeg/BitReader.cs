namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>
/// Reads the bits of entropy-coded data, taking stuffed zeros out and stopping before a marker. After the end it gives zeros and
/// <see cref="IsBad"/> turns true for good, so callers check once a unit, not at every bit.
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> data, int position)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private ulong _bits;
    private int _count;
    private int _borrowed;
    private bool _failed;

    /// <summary>Where the data goes on: never past a marker.</summary>
    internal int Position { get; private set; } = position;

    /// <summary>A code was invalid, or more bits were used than there are.</summary>
    internal readonly bool IsBad => _failed || _count < _borrowed;

    internal void Fail() => _failed = true;

    internal int Peek(int count)
    {
        if (_count < count) Fill();
        return (int)(_bits >> _count - count) & (1 << count) - 1;
    }

    internal void Skip(int count) => _count -= count;

    internal int Read(int count)
    {
        if (count == 0) return 0;
        var value = Peek(count);
        _count -= count;
        return value;
    }

    /// <summary>A number of <paramref name="size"/> bits whose first bit tells the sign. ITU-T T.81, F.2.2.1.</summary>
    internal int ReadSigned(int size)
    {
        if (size == 0) return 0;
        var value = Read(size);
        return value < 1 << size - 1 ? value - (1 << size) + 1 : value;
    }

    /// <summary>Drops the bits left of the last byte and steps over the restart marker that must follow.</summary>
    internal bool Restart()
    {
        if (IsBad) return false;
        _bits = 0;
        _count = _borrowed = 0;
        while (Position + 1 < _data.Length && _data[Position] == 0xFF && _data[Position + 1] == 0xFF) Position++;
        if (Position + 1 >= _data.Length || _data[Position] != 0xFF || (_data[Position + 1] & 0xF8) != 0xD0) return false;
        Position += 2;
        return true;
    }

    private void Fill()
    {
        while (_count <= 48)
        {
            byte next = 0;
            if (Position < _data.Length && _data[Position] != 0xFF) next = _data[Position++];
            else if (Position + 1 < _data.Length && _data[Position + 1] == 0)
            {
                next = 0xFF;
                Position += 2;
            }
            else _borrowed += 8;
            _bits = _bits << 8 | next;
            _count += 8;
        }
    }
}
