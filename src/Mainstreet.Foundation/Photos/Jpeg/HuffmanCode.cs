namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>A Huffman code for writing, made from counted symbols. ITU-T T.81, annex K.2: no code is longer than 16 bits.</summary>
internal sealed class HuffmanCode
{
    /// <summary>A reserved symbol counted once: it takes the code of all ones, which no real symbol may have.</summary>
    private const int Reserved = 256;

    private readonly long[] _frequency = new long[Reserved + 1];
    private readonly ushort[] _code = new ushort[256];
    private readonly byte[] _length = new byte[256];

    /// <summary>Numbers of codes by length 1..16.</summary>
    internal byte[] Counts { get; } = new byte[16];

    /// <summary>Symbols in order of their codes.</summary>
    internal byte[] Symbols { get; private set; } = [];

    internal void Count(int symbol) => _frequency[symbol]++;

    internal void Write(int symbol, BitWriter bits) => bits.Write(_code[symbol], _length[symbol]);

    internal void Build()
    {
        _frequency[Reserved] = 1;
        var lengths = Lengths();
        var numbers = new int[Math.Max(lengths.Max(), 16) + 1];
        foreach (var length in lengths) numbers[length]++;
        Shorten(numbers);

        var longest = 16;
        while (numbers[longest] == 0) longest--;
        numbers[longest]--; // the reserved symbol has one of the longest codes
        for (var length = 1; length <= 16; length++) Counts[length - 1] = (byte)numbers[length];

        Symbols = [.. Enumerable.Range(0, 256).Where(s => lengths[s] > 0).OrderBy(s => lengths[s]).ThenBy(s => s).Select(s => (byte)s)];
        int code = 0, next = 0;
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            for (var i = 0; i < Counts[length - 1]; i++, code++, next++)
            {
                _code[Symbols[next]] = (ushort)code;
                _length[Symbols[next]] = (byte)length;
            }
        }
    }

    /// <summary>Huffman's own algorithm: joins the two rarest groups until one is left; a join adds a bit to all of both.</summary>
    private int[] Lengths()
    {
        var lengths = new int[Reserved + 1];
        var groups = new PriorityQueue<int[], (long Frequency, int Order)>();
        for (var symbol = Reserved; symbol >= 0; symbol--)
        {
            if (_frequency[symbol] > 0) groups.Enqueue([symbol], (_frequency[symbol], -symbol));
        }
        if (groups.Count == 1) lengths[Reserved] = 1;
        var order = 1;
        while (groups.Count > 1)
        {
            groups.TryDequeue(out var rare, out var rareKey);
            groups.TryDequeue(out var other, out var otherKey);
            int[] joined = [.. rare!, .. other!];
            foreach (var symbol in joined) lengths[symbol]++;
            groups.Enqueue(joined, (rareKey.Frequency + otherKey.Frequency, order++));
        }
        return lengths;
    }

    /// <summary>K.2, figure K.3: moves pairs of over-long codes up until none has more than 16 bits.</summary>
    private static void Shorten(int[] numbers)
    {
        for (var length = numbers.Length - 1; length > 16; length--)
        {
            while (numbers[length] > 0)
            {
                var shorter = length - 2;
                while (numbers[shorter] == 0) shorter--;
                numbers[length] -= 2;
                numbers[length - 1]++;
                numbers[shorter + 1] += 2;
                numbers[shorter]--;
            }
        }
    }
}
