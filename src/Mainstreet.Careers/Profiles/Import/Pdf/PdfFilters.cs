using System.IO.Compression;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>Unpacks streams: FlateDecode with predictors, ASCIIHexDecode, ASCII85Decode, RunLengthDecode. All others, pictures among them, hold no text and come out empty.</summary>
internal sealed class PdfFilters(Func<object?, object?> resolve)
{
    private long _left = PdfLimits.Unpacked;

    /// <exception cref="PdfFault">All streams together are larger than the limit.</exception>
    internal byte[] Unpack(PdfStream stream)
    {
        var names = ListOf(stream.Map.GetValueOrDefault("Filter") ?? stream.Map.GetValueOrDefault("F"));
        var parameters = ListOf(stream.Map.GetValueOrDefault("DecodeParms") ?? stream.Map.GetValueOrDefault("DP"));
        var bytes = stream.Raw.ToArray();
        Spend(bytes.Length);
        for (var i = 0; i < names.Count && i < 8; i++)
        {
            bytes = (names[i] as PdfName)?.Text switch
            {
                "FlateDecode" or "Fl" => Predicted(Inflate(bytes), i < parameters.Count ? parameters[i] as PdfMap : null),
                "ASCIIHexDecode" or "AHx" => ((PdfBytes)new PdfLexer((byte[])[(byte)'<', .. bytes, (byte)'>']).Next()!).Bytes,
                "ASCII85Decode" or "A85" => Ascii85(bytes),
                "RunLengthDecode" or "RL" => RunLength(bytes),
                _ => [],
            };
        }

        return bytes;
    }

    private List<object?> ListOf(object? value) => resolve(value) switch { null => [], List<object?> list => [.. list.Select(resolve)], var one => [one] };

    private void Spend(long bytes)
    {
        if ((_left -= bytes) < 0) throw new PdfFault("is too large when unpacked");
    }

    private byte[] Inflate(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            Copy(zlib, unpacked);
        }
        catch (InvalidDataException) when (unpacked.Length == 0 && packed.Length > 2)
        {
            // Without its header, as some programs write it; else what came out before the fault is what there is.
            try
            {
                using var deflate = new DeflateStream(new MemoryStream(packed, 2, packed.Length - 2), CompressionMode.Decompress);
                Copy(deflate, unpacked);
            }
            catch (InvalidDataException)
            {
                return unpacked.ToArray();
            }
        }
        catch (InvalidDataException)
        {
            return unpacked.ToArray();
        }

        return unpacked.ToArray();
    }

    private void Copy(Stream from, MemoryStream to)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            Spend(read);
            to.Write(buffer, 0, read);
        }
    }

    private byte[] Predicted(byte[] bytes, PdfMap? parameters)
    {
        int Of(string name, int otherwise) => parameters is not null && resolve(parameters.GetValueOrDefault(name)) is double n && n is >= 1 and <= 1_000_000 ? (int)n : otherwise;
        var predictor = Of("Predictor", 1);
        if (predictor < 10) return bytes;   // 2 is for pictures
        var pixel = Math.Max(1, Of("Colors", 1) * Of("BitsPerComponent", 8) / 8);
        var row = Math.Max(1, (Of("Columns", 1) * Of("Colors", 1) * Of("BitsPerComponent", 8) + 7) / 8);
        var rows = bytes.Length / (row + 1);
        var plain = new byte[rows * row];
        for (var y = 0; y < rows; y++)
        {
            var kind = bytes[y * (row + 1)];
            for (var x = 0; x < row; x++)
            {
                int left = x >= pixel ? plain[y * row + x - pixel] : 0, up = y > 0 ? plain[(y - 1) * row + x] : 0;
                int corner = x >= pixel && y > 0 ? plain[(y - 1) * row + x - pixel] : 0;
                var guess = kind switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 };
                plain[y * row + x] = (byte)(bytes[y * (row + 1) + 1 + x] + guess);
            }
        }

        return plain;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        int a = Math.Abs(guess - left), b = Math.Abs(guess - up), c = Math.Abs(guess - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static byte[] Ascii85(byte[] text)
    {
        var bytes = new List<byte>();
        var group = new List<uint>(5);
        foreach (var b in text)
        {
            if (b == '~') break;
            if (b == 'z' && group.Count == 0) bytes.AddRange([0, 0, 0, 0]);
            if (b is < (byte)'!' or > (byte)'u') continue;
            group.Add((uint)(b - '!'));
            if (group.Count == 5) Flush(group, bytes, 4);
        }

        var rest = group.Count - 1;
        if (rest < 1) return [.. bytes];
        while (group.Count < 5) group.Add(84);
        Flush(group, bytes, rest);
        return [.. bytes];
    }

    private static void Flush(List<uint> group, List<byte> bytes, int count)
    {
        var value = group.Aggregate(0u, (sum, digit) => unchecked(sum * 85 + digit));
        for (var i = 0; i < count; i++) bytes.Add((byte)(value >> (24 - 8 * i)));
        group.Clear();
    }

    private byte[] RunLength(byte[] packed)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < packed.Length && packed[i] != 128;)
        {
            var length = packed[i++];
            if (length < 128)
            {
                bytes.AddRange(packed.AsSpan(i, Math.Min(length + 1, packed.Length - i)));
                i += length + 1;
            }
            else if (i < packed.Length)
            {
                bytes.AddRange(Enumerable.Repeat(packed[i++], 257 - length));
                Spend(257 - length);
            }
        }

        return [.. bytes];
    }
}
