namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>A Huffman table for reading. ITU-T T.81, annexes C and F.2.2.3; codes of up to 9 bits by one look-up.</summary>
internal sealed class HuffmanTable
{
    internal const int LookBits = 9;

    /// <summary>Length in the high byte, symbol in the low one; 0 where the code is longer.</summary>
    private readonly ushort[] _look = new ushort[1 << LookBits];

    private readonly int[] _maxCode = new int[17];
    private readonly int[] _offset = new int[17];
    private readonly byte[] _symbols;

    private HuffmanTable(byte[] symbols) => _symbols = symbols;

    /// <param name="counts">16 numbers of codes, by length 1..16.</param>
    /// <param name="symbols">The symbols in order of their codes.</param>
    /// <returns>The table, or null when the lengths promise more codes than there are.</returns>
    internal static HuffmanTable? Create(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var table = new HuffmanTable(symbols.ToArray());
        int code = 0, index = 0;
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            var count = counts[length - 1];
            if (code + count > 1 << length) return null;
            table._offset[length] = index - code;
            for (var i = 0; i < count; i++, code++, index++)
            {
                if (length > LookBits) continue;
                var entry = (ushort)(length << 8 | symbols[index]);
                table._look.AsSpan(code << LookBits - length, 1 << LookBits - length).Fill(entry);
            }
            table._maxCode[length] = count == 0 ? -1 : code - 1;
        }
        return table;
    }

    internal int Read(ref BitReader bits)
    {
        var next = bits.Peek(16);
        var entry = _look[next >> 16 - LookBits];
        if (entry != 0)
        {
            bits.Skip(entry >> 8);
            return entry & 0xFF;
        }
        for (var length = LookBits + 1; length <= 16; length++)
        {
            var code = next >> 16 - length;
            if (code > _maxCode[length]) continue;
            bits.Skip(length);
            return _symbols[code + _offset[length]];
        }
        bits.Fail();
        return 0;
    }
}
