using System.Buffers.Binary;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>
/// Reads a JPEG file (ITU-T T.81; baseline, extended and progressive Huffman coding of 8-bit samples) into its coefficients.
/// The size is checked at the frame header, before memory for the picture is taken.
/// </summary>
internal ref struct JpegReader(ReadOnlySpan<byte> file, PhotoLimits limits, CancellationToken cancel)
{
    /// <summary>Real progressive files have about ten; more only serve to keep a server busy.</summary>
    private const int MaxScans = 32;

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly ushort[]?[] _quant = new ushort[]?[4];
    private readonly HuffmanTable?[] _dc = new HuffmanTable?[4];
    private readonly HuffmanTable?[] _ac = new HuffmanTable?[4];
    private int _position = 2;
    private int _restartInterval;
    private int _scans;
    private bool _hasJfif;
    private int? _adobe;
    private bool _hasExif;

    internal JpegImage? Image { get; private set; }

    internal Orientation Orientation { get; private set; }

    /// <returns>Null when <see cref="Image"/> is complete, else what is wrong.</returns>
    internal Problem? Read()
    {
        while (true)
        {
            if (NextMarker() is not { } marker) return PhotoProblems.Corrupt;
            if (marker == 0xD9) return Finish();
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            if (marker == 0xD8 || _position + 2 > _file.Length) return PhotoProblems.Corrupt;

            var length = BinaryPrimitives.ReadUInt16BigEndian(_file[_position..]);
            if (length < 2 || _position + length > _file.Length) return PhotoProblems.Corrupt;
            var segment = _file[(_position + 2)..(_position + length)];
            _position += length;

            var problem = marker switch
            {
                0xC0 or 0xC1 or 0xC2 => ReadFrame(segment, marker == 0xC2),
                0xC4 => ReadHuffman(segment),
                // Lossless, hierarchical and arithmetic coding: no browser shows them.
                (>= 0xC3 and <= 0xCF) or 0xDE or 0xDF => PhotoProblems.UnusualCoding,
                0xDA => ReadScan(segment),
                0xDB => ReadQuant(segment),
                0xDC => PhotoProblems.UnusualCoding,
                0xDD => ReadRestartInterval(segment),
                0xE0 => ReadJfif(segment),
                0xE1 => ReadExif(segment),
                0xEE => ReadAdobe(segment),
                _ => null,
            };
            if (problem is not null) return problem;
        }
    }

    /// <summary>Steps over stray bytes to the next marker and past it.</summary>
    private byte? NextMarker()
    {
        while (_position + 1 < _file.Length)
        {
            var skip = _file[_position..].IndexOf((byte)0xFF);
            if (skip < 0) return null;
            _position += skip + 1;
            while (_position < _file.Length && _file[_position] == 0xFF) _position++;
            if (_position >= _file.Length) return null;
            var marker = _file[_position++];
            if (marker != 0) return marker;
        }
        return null;
    }

    private Problem? ReadFrame(ReadOnlySpan<byte> segment, bool isProgressive)
    {
        if (Image is not null || segment.Length < 6) return PhotoProblems.Corrupt;
        if (segment[0] != 8) return PhotoProblems.UnusualCoding;
        var height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        var count = segment[5];
        if (width == 0 || height == 0 || segment.Length != 6 + 3 * count) return PhotoProblems.Corrupt;
        if (count is not (1 or 3 or 4)) return PhotoProblems.UnusualCoding;
        if (!limits.Allow(width, height)) return PhotoProblems.TooManyPixels(limits);

        var components = new JpegComponent[count];
        for (var i = 0; i < count; i++)
        {
            var entry = segment.Slice(6 + 3 * i, 3);
            var (across, down) = (entry[1] >> 4, entry[1] & 15);
            if (across is < 1 or > 4 || down is < 1 or > 4 || entry[2] > 3) return PhotoProblems.Corrupt;
            var id = entry[0];
            if (Array.Exists(components, c => c?.Id == id)) return PhotoProblems.Corrupt;
            // With one component the factors mean nothing: its unit is one block (A.2.2).
            if (count == 1) across = down = 1;
            components[i] = new JpegComponent { Id = id, Across = across, Down = down, QuantSlot = entry[2] };
        }

        Image = new JpegImage { Width = width, Height = height, IsProgressive = isProgressive, Components = components };
        foreach (var component in components)
        {
            component.BlocksAcross = JpegImage.Ceiling(JpegImage.Ceiling(width * component.Across, Image.MaxAcross), 8);
            component.BlocksDown = JpegImage.Ceiling(JpegImage.Ceiling(height * component.Down, Image.MaxDown), 8);
            component.Stride = Image.UnitsAcross * component.Across;
            component.Rows = Image.UnitsDown * component.Down;
        }
        return null;
    }

    private Problem? ReadQuant(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var (is16Bit, slot) = (segment[0] >> 4, segment[0] & 15);
            var size = is16Bit == 0 ? 64 : 128;
            if (is16Bit > 1 || slot > 3 || segment.Length < 1 + size) return PhotoProblems.Corrupt;
            var table = new ushort[64];
            for (var k = 0; k < 64; k++)
            {
                table[k] = is16Bit == 0 ? segment[1 + k] : BinaryPrimitives.ReadUInt16BigEndian(segment[(1 + 2 * k)..]);
                if (table[k] == 0) return PhotoProblems.Corrupt;
            }
            _quant[slot] = table;
            segment = segment[(1 + size)..];
        }
        return null;
    }

    private Problem? ReadHuffman(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            if (segment.Length < 17) return PhotoProblems.Corrupt;
            var (isAc, slot) = (segment[0] >> 4, segment[0] & 15);
            var counts = segment.Slice(1, 16);
            var total = 0;
            foreach (var count in counts) total += count;
            if (isAc > 1 || slot > 3 || total > 256 || segment.Length < 17 + total) return PhotoProblems.Corrupt;
            if (HuffmanTable.Create(counts, segment.Slice(17, total)) is not { } table) return PhotoProblems.Corrupt;
            (isAc == 1 ? _ac : _dc)[slot] = table;
            segment = segment[(17 + total)..];
        }
        return null;
    }

    private Problem? ReadRestartInterval(ReadOnlySpan<byte> segment)
    {
        if (segment.Length != 2) return PhotoProblems.Corrupt;
        _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(segment);
        return null;
    }

    private Problem? ReadJfif(ReadOnlySpan<byte> segment)
    {
        _hasJfif |= segment.StartsWith("JFIF\0"u8);
        return null;
    }

    private Problem? ReadExif(ReadOnlySpan<byte> segment)
    {
        if (_hasExif || !segment.StartsWith("Exif\0"u8) || segment.Length < 6) return null;
        _hasExif = true;
        Orientation = Orientation.FromTiff(segment[6..]);
        return null;
    }

    private Problem? ReadAdobe(ReadOnlySpan<byte> segment)
    {
        if (segment.Length >= 12 && segment.StartsWith("Adobe"u8) && segment[11] <= 2) _adobe = segment[11];
        return null;
    }

    private Problem? ReadScan(ReadOnlySpan<byte> segment)
    {
        if (Image is null || ++_scans > MaxScans || segment.Length < 4) return PhotoProblems.Corrupt;
        var count = segment[0];
        if (count is < 1 or > 4 || segment.Length != 4 + 2 * count) return PhotoProblems.Corrupt;
        var tail = segment[(1 + 2 * count)..];
        var scan = new Scan(
            new JpegComponent[count], new HuffmanTable?[count], new HuffmanTable?[count], tail[0], tail[1], tail[2] >> 4, tail[2] & 15);
        if (!Image.IsProgressive) scan = scan with { First = 0, Last = 63, High = 0, Low = 0 };
        else if (!IsProgressiveScan(scan)) return PhotoProblems.Corrupt;

        var blocksAUnit = 0;
        for (var i = 0; i < count; i++)
        {
            var id = segment[1 + 2 * i];
            var component = Array.Find(Image.Components, c => c.Id == id);
            if (component is null || scan.Components.Contains(component)) return PhotoProblems.Corrupt;
            var (dc, ac) = (segment[2 + 2 * i] >> 4, segment[2 + 2 * i] & 15);
            if (dc > 3 || ac > 3) return PhotoProblems.Corrupt;
            scan.Components[i] = component;
            scan.Dc[i] = _dc[dc];
            scan.Ac[i] = _ac[ac];
            if (scan.First == 0 && scan.High == 0 && scan.Dc[i] is null) return PhotoProblems.Corrupt;
            if (scan.Last > 0 && scan.Ac[i] is null) return PhotoProblems.Corrupt;
            blocksAUnit += component.Across * component.Down;

            component.Quant ??= _quant[component.QuantSlot];
            if (component.Quant is null) return PhotoProblems.Corrupt;
            if (component.Coefficients.Length == 0) component.Coefficients = new short[component.Stride * component.Rows * 64];
            component.HasPicture |= scan.First == 0;
        }
        if (count > 1 && blocksAUnit > 10) return PhotoProblems.Corrupt;

        var decoder = new ScanDecoder(Image, scan, _restartInterval, _file, _position);
        if (!decoder.Decode(cancel)) return PhotoProblems.Corrupt;
        _position = decoder.Position;
        return null;
    }

    /// <summary>ITU-T T.81, G.1.1.1: a scan brings either the DC bits of several components or a band of one.</summary>
    private static bool IsProgressiveScan(Scan scan) =>
        scan.Last <= 63 && scan.Low <= 13 && (scan.High == 0 || scan.High == scan.Low + 1)
        && (scan.First == 0 ? scan.Last == 0 : scan.Components.Length == 1 && scan.First <= scan.Last);

    private Problem? Finish()
    {
        if (Image is null || !Image.Components.All(c => c.HasPicture)) return PhotoProblems.Corrupt;
        var ids = Image.Components.Select(c => (char)c.Id);
        // Three planes named R, G, B without any colour marker are RGB to every decoder; said aloud, it stays so.
        Image.AdobeTransform = _adobe ?? (!_hasJfif && ids.SequenceEqual("RGB") ? 0 : null);
        return null;
    }
}
