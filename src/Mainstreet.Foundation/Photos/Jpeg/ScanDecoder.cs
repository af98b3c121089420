namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>One scan: which components and which part of their coefficients it brings. ITU-T T.81, B.2.3.</summary>
internal sealed record Scan(
    JpegComponent[] Components, HuffmanTable?[] Dc, HuffmanTable?[] Ac, int First, int Last, int High, int Low);

/// <summary>Reads the coefficients of one scan, sequential or progressive. ITU-T T.81, F.2 and G.2.</summary>
internal ref struct ScanDecoder(JpegImage image, Scan scan, int restartInterval, ReadOnlySpan<byte> data, int position)
{
    private readonly int[] _predicted = new int[scan.Components.Length];
    private BitReader _bits = new(data, position);
    private int _endOfBand;

    internal readonly int Position => _bits.Position;

    /// <returns>False when the data end early or are not a valid coding.</returns>
    internal bool Decode(CancellationToken cancel)
    {
        // A scan of one component holds its own blocks; one of several holds whole coding units.
        var alone = scan.Components.Length == 1 ? scan.Components[0] : null;
        var unitsAcross = alone?.BlocksAcross ?? image.UnitsAcross;
        var unitsDown = alone?.BlocksDown ?? image.UnitsDown;
        var untilRestart = restartInterval;
        for (var y = 0; y < unitsDown; y++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var x = 0; x < unitsAcross; x++)
            {
                if (restartInterval > 0 && untilRestart-- == 0)
                {
                    if (!_bits.Restart()) return false;
                    Array.Clear(_predicted);
                    _endOfBand = 0;
                    untilRestart = restartInterval - 1;
                }
                if (alone is not null) DecodeBlock(0, alone.Block(x, y));
                else DecodeUnit(x, y);
                if (_bits.IsBad) return false;
            }
        }
        return true;
    }

    private void DecodeUnit(int unitX, int unitY)
    {
        for (var i = 0; i < scan.Components.Length; i++)
        {
            var component = scan.Components[i];
            for (var y = 0; y < component.Down; y++)
                for (var x = 0; x < component.Across; x++)
                    DecodeBlock(i, component.Block(unitX * component.Across + x, unitY * component.Down + y));
        }
    }

    private void DecodeBlock(int index, Span<short> block)
    {
        if (!image.IsProgressive) DecodeSequential(index, block);
        else if (scan.First == 0) DecodeDc(index, block);
        else if (scan.High == 0) DecodeAc(scan.Ac[index]!, block);
        else RefineAc(scan.Ac[index]!, block);
    }

    private void DecodeSequential(int index, Span<short> block)
    {
        var natural = JpegImage.Natural;
        block.Clear();
        block[0] = (short)(_predicted[index] += ReadDifference(scan.Dc[index]!));
        var table = scan.Ac[index]!;
        for (var k = 1; k < 64; k++)
        {
            var symbol = table.Read(ref _bits);
            var size = symbol & 15;
            if (size == 0)
            {
                if (symbol != 0xF0) break;
                k += 15;
                continue;
            }
            k += symbol >> 4;
            if (k > 63)
            {
                _bits.Fail();
                break;
            }
            block[natural[k]] = (short)_bits.ReadSigned(size);
        }
    }

    private int ReadDifference(HuffmanTable table)
    {
        var size = table.Read(ref _bits);
        if (size > 15) _bits.Fail();
        return _bits.ReadSigned(size & 15);
    }

    private void DecodeDc(int index, Span<short> block)
    {
        if (scan.High == 0) block[0] = (short)((_predicted[index] += ReadDifference(scan.Dc[index]!)) << scan.Low);
        else if (_bits.Read(1) == 1) block[0] |= (short)(1 << scan.Low);
    }

    private void DecodeAc(HuffmanTable table, Span<short> block)
    {
        if (_endOfBand > 0)
        {
            _endOfBand--;
            return;
        }
        var natural = JpegImage.Natural;
        for (var k = scan.First; k <= scan.Last; k++)
        {
            var symbol = table.Read(ref _bits);
            var (run, size) = (symbol >> 4, symbol & 15);
            if (size == 0)
            {
                if (run < 15)
                {
                    _endOfBand = (1 << run) - 1 + _bits.Read(run);
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > scan.Last)
            {
                _bits.Fail();
                return;
            }
            block[natural[k]] = (short)(_bits.ReadSigned(size) << scan.Low);
        }
    }

    private void RefineAc(HuffmanTable table, Span<short> block)
    {
        var natural = JpegImage.Natural;
        var step = (short)(1 << scan.Low);
        var k = scan.First;
        if (_endOfBand == 0)
        {
            for (; k <= scan.Last; k++)
            {
                var symbol = table.Read(ref _bits);
                var (run, size) = (symbol >> 4, symbol & 15);
                short fresh = 0;
                if (size == 1) fresh = _bits.Read(1) == 1 ? step : (short)-step;
                else if (size != 0) _bits.Fail();
                else if (run < 15)
                {
                    _endOfBand = (1 << run) + _bits.Read(run);
                    break;
                }

                // The run counts coefficients that are still zero; known ones on the way get one more bit each.
                for (; k <= scan.Last; k++)
                {
                    ref var value = ref block[natural[k]];
                    if (value != 0) Refine(ref value, step);
                    else if (run-- == 0)
                    {
                        value = fresh;
                        break;
                    }
                }
                if (_bits.IsBad) return;
            }
        }
        if (_endOfBand == 0) return;
        for (; k <= scan.Last; k++)
        {
            ref var value = ref block[natural[k]];
            if (value != 0) Refine(ref value, step);
        }
        _endOfBand--;
    }

    private void Refine(ref short value, short step)
    {
        if (_bits.Read(1) == 0 || (value & step) != 0) return;
        value += value > 0 ? step : (short)-step;
    }
}
