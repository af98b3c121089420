using System.Numerics;

namespace Mainstreet.Foundation.Searching;

/// <summary>A set of small numbers, one bit each: rows of an index in memory.</summary>
public sealed class NumberSet
{
    private ulong[] _bits;

    /// <param name="below">Numbers from 0 up to this find room at once.</param>
    public NumberSet(int below) => _bits = new ulong[(below + 63) / 64];

    private NumberSet(ulong[] bits) => _bits = bits;

    public bool IsEmpty => !_bits.AsSpan().ContainsAnyExcept(0UL);

    public bool Has(int number) => number >> 6 is var word && word < _bits.Length && (_bits[word] >> number & 1) != 0;

    public void Add(int number)
    {
        if (number >> 6 >= _bits.Length) Array.Resize(ref _bits, Math.Max((number >> 6) + 1, _bits.Length * 2));
        _bits[number >> 6] |= 1UL << number;
    }

    public void Remove(int number)
    {
        if (number >> 6 < _bits.Length) _bits[number >> 6] &= ~(1UL << number);
    }

    public NumberSet Copy() => new((ulong[])_bits.Clone());

    /// <summary>Leaves those that the other has too.</summary>
    public void Keep(NumberSet other)
    {
        for (var i = 0; i < _bits.Length; i++) _bits[i] &= i < other._bits.Length ? other._bits[i] : 0;
    }

    /// <summary>Takes those of the other out.</summary>
    public void Drop(NumberSet other)
    {
        for (var i = 0; i < _bits.Length && i < other._bits.Length; i++) _bits[i] &= ~other._bits[i];
    }

    /// <summary>Adds those of the other; it is no larger.</summary>
    public void AddAll(NumberSet other)
    {
        for (var i = 0; i < other._bits.Length; i++) _bits[i] |= other._bits[i];
    }

    /// <summary>Adds numbers; each is below the one that the set was made for.</summary>
    public void AddAll(ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers) _bits[number >> 6] |= 1UL << number;
    }

    /// <summary>The members by rising number.</summary>
    public IEnumerable<int> Members()
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            for (var left = _bits[i]; left != 0; left &= left - 1) yield return (i << 6) + BitOperations.TrailingZeroCount(left);
        }
    }
}
