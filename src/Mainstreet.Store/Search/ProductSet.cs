using System.Numerics;
using System.Runtime.InteropServices;

namespace Mainstreet.Store.Search;

/// <summary>A set of products by their number in <see cref="SearchIndex"/>, one bit each.</summary>
internal sealed class ProductSet
{
    private ulong[] _bits;

    internal ProductSet(int products) => _bits = new ulong[(products + 63) / 64];

    private ProductSet(ulong[] bits) => _bits = bits;

    internal bool IsEmpty => !_bits.AsSpan().ContainsAnyExcept(0UL);

    internal bool Has(int product) => product >> 6 is var word && word < _bits.Length && (_bits[word] >> product & 1) != 0;

    internal void Add(int product)
    {
        if (product >> 6 >= _bits.Length) Array.Resize(ref _bits, Math.Max((product >> 6) + 1, _bits.Length * 2));
        _bits[product >> 6] |= 1UL << product;
    }

    internal void Remove(int product)
    {
        if (product >> 6 < _bits.Length) _bits[product >> 6] &= ~(1UL << product);
    }

    internal ProductSet Copy() => new((ulong[])_bits.Clone());

    /// <summary>Leaves those that the other has too.</summary>
    internal void Keep(ProductSet other)
    {
        for (var i = 0; i < _bits.Length; i++) _bits[i] &= i < other._bits.Length ? other._bits[i] : 0;
    }

    /// <summary>Adds those of the other; it is no larger.</summary>
    internal void AddAll(ProductSet other)
    {
        for (var i = 0; i < other._bits.Length; i++) _bits[i] |= other._bits[i];
    }

    /// <summary>Adds products by number; each is below the number that the set was made for.</summary>
    internal void AddAll(List<int> products)
    {
        foreach (var product in CollectionsMarshal.AsSpan(products)) _bits[product >> 6] |= 1UL << product;
    }

    /// <summary>The members by rising number.</summary>
    internal IEnumerable<int> Members()
    {
        for (var i = 0; i < _bits.Length; i++)
        {
            for (var left = _bits[i]; left != 0; left &= left - 1) yield return (i << 6) + BitOperations.TrailingZeroCount(left);
        }
    }
}
