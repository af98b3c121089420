using System.Buffers.Binary;
using System.Text;

namespace Mainstreet.Image;

/// <summary>
/// Takes out of ICU's data library what .NET never asks for: legacy converters, dictionaries for word breaks, units, transliteration, names of
/// characters. The data is one package (ICU's "CmnD": a header, a table of contents, the items) in a read-only segment of the library.
/// </summary>
internal static class CultureData
{
    private const int PageSize = 4096;

    private static bool Wanted(string item)
    {
        var path = item[(item.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (path.StartsWith("unit/", StringComparison.Ordinal) || path.StartsWith("translit/", StringComparison.Ordinal)) return false;
        if (path.StartsWith("brkitr/", StringComparison.Ordinal)) return !path.EndsWith(".dict", StringComparison.Ordinal) && !path.Contains("_model", StringComparison.Ordinal);
        return !path.EndsWith(".cnv", StringComparison.Ordinal) && !path.EndsWith(".spp", StringComparison.Ordinal) && path is not ("unames.icu" or "confusables.cfu");
    }

    /// <summary>Rewrites the library; answers by how many bytes it is smaller.</summary>
    /// <exception cref="InvalidDataException">It is not laid out as known.</exception>
    internal static long Slim(string library)
    {
        var elf = File.ReadAllBytes(library);
        if (elf is not [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..]) throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var start = elf.AsSpan().IndexOf("CmnD"u8) - 12;
        if (start < 0 || elf[start + 2] != 0xda || elf[start + 3] != 0x27) throw new InvalidDataException("no ICU data package in it");

        var (table, entrySize, count) = ((int)Long(elf, 32), Short(elf, 54), Short(elf, 56));
        var segments = Enumerable.Range(0, count).Select(i => table + (i * entrySize)).ToList();
        var holder = segments.Single(s => Int(elf, s) == 1 && (long)Long(elf, s + 8) <= start && start < (long)(Long(elf, s + 8) + Long(elf, s + 32)));
        var (holderAt, holderSize) = ((int)Long(elf, holder + 8), (int)Long(elf, holder + 32));
        var package = Repack(elf.AsSpan(start, holderAt + holderSize - start));

        var made = new List<byte>(elf.AsSpan(0, start).ToArray());
        made.AddRange(package);
        var after = segments.Where(s => (int)Long(elf, s + 8) >= holderAt + holderSize).ToList();
        var shown = elf[..(table + (count * entrySize))];
        Put(shown, holder + 32, start - holderAt + package.Length);
        Put(shown, holder + 40, start - holderAt + package.Length);
        foreach (var segment in after.Where(s => Int(elf, s) == 1).OrderBy(s => Long(elf, s + 8)))
        {
            var (from, length, address) = ((int)Long(elf, segment + 8), (int)Long(elf, segment + 32), (long)Long(elf, segment + 16));
            while (made.Count % PageSize != address % PageSize) made.Add(0);
            // Parts of it (the dynamic section, what is made read-only) move with it.
            foreach (var part in after.Where(s => (int)Long(elf, s + 8) >= from && (int)Long(elf, s + 8) < from + length)) Put(shown, part + 8, made.Count + (int)Long(elf, part + 8) - from);
            made.AddRange(elf.AsSpan(from, length));
        }

        // Sections are for linkers and debuggers; the loader reads segments.
        Put(shown, 40, 0);
        BinaryPrimitives.WriteInt16LittleEndian(shown.AsSpan(60), 0);
        BinaryPrimitives.WriteInt16LittleEndian(shown.AsSpan(62), 0);
        var bytes = made.ToArray();
        shown.CopyTo(bytes, 0);
        File.WriteAllBytes(library, bytes);
        return elf.Length - bytes.Length;
    }

    private static byte[] Repack(ReadOnlySpan<byte> package)
    {
        var header = BinaryPrimitives.ReadUInt16LittleEndian(package);
        var contents = package[header..];
        var count = BinaryPrimitives.ReadInt32LittleEndian(contents);
        var items = new List<(string Name, byte[] Data)>();
        for (var i = 0; i < count; i++)
        {
            var (name, from) = (Entry(contents, i, 0), Entry(contents, i, 4));
            var end = i + 1 < count ? Entry(contents, i + 1, 4) : contents.Length;
            var text = Encoding.ASCII.GetString(contents[name..(name + contents[name..].IndexOf((byte)0))]);
            if (Wanted(text)) items.Add((text, contents[from..end].ToArray()));
        }

        if (items.Count < count / 3 || items.Count == count) throw new InvalidDataException($"{items.Count} of {count} items would stay");
        var names = 4 + (items.Count * 8);
        var data = Aligned(names + items.Sum(i => i.Name.Length + 1));
        using var made = new MemoryStream();
        made.Write(package[..header]);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, items.Count);
        made.Write(number);
        foreach (var (name, bytes) in items)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, names);
            made.Write(number);
            BinaryPrimitives.WriteInt32LittleEndian(number, data);
            made.Write(number);
            names += name.Length + 1;
            data += Aligned(bytes.Length);
        }

        foreach (var (name, _) in items) made.Write(Encoding.ASCII.GetBytes(name + "\0"));
        foreach (var (_, bytes) in items)
        {
            while ((made.Length - header) % 16 != 0) made.WriteByte(0);
            made.Write(bytes);
        }

        return made.ToArray();
    }

    private static int Entry(ReadOnlySpan<byte> contents, int index, int part) => BinaryPrimitives.ReadInt32LittleEndian(contents[(4 + (index * 8) + part)..]);

    private static int Aligned(int length) => (length + 15) & ~15;

    private static int Int(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    private static int Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static ulong Long(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private static void Put(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
}
