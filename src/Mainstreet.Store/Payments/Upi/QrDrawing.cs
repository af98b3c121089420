namespace Mainstreet.Store.Payments.Upi;

/// <summary>The modules of one code while it is drawn: patterns first, then the words in their zigzag, then the mask (ISO/IEC 18004:2015, sections 6.3, 7.7 to 7.10).</summary>
internal sealed class QrDrawing
{
    private readonly int _version;
    private readonly int _size;
    private readonly bool[,] _dark;
    private readonly bool[,] _fixed;

    internal QrDrawing(int version)
    {
        _version = version;
        _size = 17 + 4 * version;
        _dark = new bool[_size, _size];
        _fixed = new bool[_size, _size];
        DrawPatterns();
    }

    /// <summary>Places the bits upwards and downwards in columns of two, from the right, around what is fixed. Bits that are left over stay light.</summary>
    internal void Fill(ReadOnlySpan<byte> words)
    {
        var bit = 0;
        for (var right = _size - 1; right > 0; right -= 2)
        {
            // The timing pattern has a column of its own.
            if (right == 6) right = 5;
            var upwards = ((right + 1) & 2) == 0;
            for (var step = 0; step < _size; step++)
            {
                var y = upwards ? _size - 1 - step : step;
                for (var x = right; x >= right - 1; x--)
                {
                    if (_fixed[y, x] || bit >= words.Length * 8) continue;
                    _dark[y, x] = (words[bit >> 3] & (0x80 >> (bit & 7))) != 0;
                    bit++;
                }
            }
        }
    }

    /// <summary>The finished code under the mask that costs least.</summary>
    internal bool[,] Masked()
    {
        var (best, least) = (_dark, int.MaxValue);
        for (var mask = 0; mask < 8; mask++)
        {
            var tried = Masked(mask);
            var penalty = QrPenalty.Of(tried);
            if (penalty < least) (best, least) = (tried, penalty);
        }

        return best;
    }

    /// <summary>The finished code under one of the eight masks.</summary>
    internal bool[,] Masked(int mask)
    {
        var result = (bool[,])_dark.Clone();
        for (var y = 0; y < _size; y++)
        {
            for (var x = 0; x < _size; x++)
            {
                if (_fixed[y, x]) continue;
                result[y, x] ^= mask switch
                {
                    0 => (x + y) % 2 == 0,
                    1 => y % 2 == 0,
                    2 => x % 3 == 0,
                    3 => (x + y) % 3 == 0,
                    4 => (x / 3 + y / 2) % 2 == 0,
                    5 => x * y % 2 + x * y % 3 == 0,
                    6 => (x * y % 2 + x * y % 3) % 2 == 0,
                    _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
                };
            }
        }

        DrawFormat(result, mask);
        return result;
    }

    private void DrawPatterns()
    {
        for (var i = 0; i < _size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(_size - 4, 3);
        DrawFinder(3, _size - 4);
        var places = AlignmentPlaces();
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < places.Length; j++)
            {
                // The three corners belong to the finders.
                if ((i == 0 && j == 0) || (i == 0 && j == places.Length - 1) || (i == places.Length - 1 && j == 0)) continue;
                DrawAlignment(places[i], places[j]);
            }
        }

        // Room for the format; its bits come with the mask.
        for (var i = 0; i < 9; i++)
        {
            Set(8, i, _dark[8, i]);
            Set(i, 8, _dark[i, 8]);
            if (i == 8) continue;
            Set(8, _size - 1 - i, false);
            Set(_size - 1 - i, 8, false);
        }

        DrawVersion();
    }

    private void DrawFinder(int cx, int cy)
    {
        for (var dy = -4; dy <= 4; dy++)
        {
            for (var dx = -4; dx <= 4; dx++)
            {
                var (x, y) = (cx + dx, cy + dy);
                if (x < 0 || y < 0 || x >= _size || y >= _size) continue;
                var ring = Math.Max(Math.Abs(dx), Math.Abs(dy));
                Set(y, x, ring is not (2 or 4));
            }
        }
    }

    private void DrawAlignment(int cx, int cy)
    {
        for (var dy = -2; dy <= 2; dy++)
        {
            for (var dx = -2; dx <= 2; dx++) Set(cy + dy, cx + dx, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
        }
    }

    private int[] AlignmentPlaces()
    {
        if (_version == 1) return [];
        var count = _version / 7 + 2;
        var step = (_version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
        var places = new int[count];
        places[0] = 6;
        for (int i = count - 1, at = _size - 7; i > 0; i--, at -= step) places[i] = at;
        return places;
    }

    /// <summary>Level M is 00; five bits with a BCH(15,5) remainder, under a mask of their own (section 7.9).</summary>
    private void DrawFormat(bool[,] modules, int mask)
    {
        var rest = mask;
        for (var i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
        var bits = ((mask << 10) | rest) ^ 0x5412;
        bool Bit(int i) => ((bits >> i) & 1) != 0;
        for (var i = 0; i <= 5; i++) modules[i, 8] = Bit(i);
        modules[7, 8] = Bit(6);
        modules[8, 8] = Bit(7);
        modules[8, 7] = Bit(8);
        for (var i = 9; i < 15; i++) modules[8, 14 - i] = Bit(i);
        for (var i = 0; i < 8; i++) modules[8, _size - 1 - i] = Bit(i);
        for (var i = 8; i < 15; i++) modules[_size - 15 + i, 8] = Bit(i);
        modules[_size - 8, 8] = true;
    }

    /// <summary>From version 7 on: six bits with a BCH(18,6) remainder, twice (section 7.10).</summary>
    private void DrawVersion()
    {
        if (_version < 7) return;
        var rest = _version;
        for (var i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1F25);
        var bits = (_version << 12) | rest;
        for (var i = 0; i < 18; i++)
        {
            var dark = ((bits >> i) & 1) != 0;
            Set(i / 3, _size - 11 + i % 3, dark);
            Set(_size - 11 + i % 3, i / 3, dark);
        }
    }

    private void Set(int y, int x, bool dark)
    {
        _dark[y, x] = dark;
        _fixed[y, x] = true;
    }
}
