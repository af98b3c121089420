using System.Text;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>
/// The objects of a PDF file: cross-reference tables and streams, object streams, and, where those are broken, a search for every object (ISO 32000-1, 7.5).
/// Actions, scripts and embedded files are never looked at.
/// </summary>
internal sealed class PdfSource
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly Dictionary<int, (int Offset, int InStream)> _places = [];
    private readonly Dictionary<int, object?> _read = [];
    private readonly Dictionary<int, Dictionary<int, object?>> _packed = [];
    private readonly HashSet<int> _reading = [];
    private readonly PdfFilters _filters;

    private PdfSource(ReadOnlyMemory<byte> file)
    {
        _file = file;
        _filters = new PdfFilters(Resolve);
    }

    /// <summary>What the file says about itself.</summary>
    internal PdfMap Trailer { get; private set; } = [];

    internal bool IsEncrypted => Trailer.ContainsKey("Encrypt");

    /// <exception cref="PdfFault">There is nothing to read.</exception>
    internal static PdfSource Open(ReadOnlyMemory<byte> file)
    {
        var source = new PdfSource(file);
        try
        {
            source.ReadTables();
        }
        catch (Exception broken) when (broken is PdfFault or InvalidDataException or ArgumentException or InvalidCastException)
        {
            source._places.Clear();
        }

        if (source.Map(source.Trailer, "Root") is not { } root || source.Map(root, "Pages") is null) source.Search();
        return source.Map(source.Trailer, "Root") is null ? throw new PdfFault("has no catalogue") : source;
    }

    /// <summary>The value itself, whatever references lead to it.</summary>
    internal object? Resolve(object? value)
    {
        for (var steps = 0; value is PdfReference reference; steps++)
        {
            if (steps > 20) return null;
            value = Object(reference.Number);
        }

        return value;
    }

    internal object? Get(PdfMap map, string name) => Resolve(map.GetValueOrDefault(name));

    internal PdfMap? Map(PdfMap map, string name) => Get(map, name) switch { PdfMap found => found, PdfStream stream => stream.Map, _ => null };

    internal List<object?>? List(PdfMap map, string name) => Get(map, name) as List<object?>;

    internal double? Number(PdfMap map, string name) => Get(map, name) as double?;

    internal string? Name(PdfMap map, string name) => (Get(map, name) as PdfName)?.Text;

    internal byte[] Unpack(PdfStream stream) => _filters.Unpack(stream);

    private object? Object(int number)
    {
        if (_read.TryGetValue(number, out var known)) return known;
        if (!_places.TryGetValue(number, out var place) || !_reading.Add(number)) return null;
        try
        {
            var value = place.InStream > 0 ? Packed(place.InStream).GetValueOrDefault(number) : At(place.Offset, number);
            _read[number] = value;
            return value;
        }
        finally
        {
            _reading.Remove(number);
        }
    }

    /// <summary>The object that begins here; null when another one does.</summary>
    private object? At(int offset, int number)
    {
        if (offset < 0 || offset >= _file.Length) return null;
        var lexer = new PdfLexer(_file, offset);
        if (lexer.Next() is not double found || (number >= 0 && (int)found != number) || lexer.Next() is not double || lexer.Next() is not PdfWord { Text: "obj" }) return null;
        var value = lexer.NextValue();
        if (value is not PdfMap map) return value;
        var end = lexer.At;
        if (lexer.Next() is not PdfWord { Text: "stream" }) return map;
        var start = lexer.At;
        if (start < _file.Length && _file.Span[start] == '\r') start++;
        if (start < _file.Length && _file.Span[start] == '\n') start++;
        if (end >= start || start > _file.Length) return map;
        return new PdfStream(map, _file.Slice(start, StreamLength(map, start)));
    }

    private int StreamLength(PdfMap map, int start)
    {
        if (Get(map, "Length") is double length and >= 0 && start + length <= _file.Length)
        {
            var lexer = new PdfLexer(_file, start + (int)length);
            if (lexer.Next() is PdfWord { Text: "endstream" }) return (int)length;
        }

        var found = _file.Span[start..].IndexOf("endstream"u8);
        return found < 0 ? _file.Length - start : found;
    }

    private Dictionary<int, object?> Packed(int holder)
    {
        if (_packed.TryGetValue(holder, out var known)) return known;
        var objects = _packed[holder] = [];
        if (Object(holder) is not PdfStream stream) return objects;
        var bytes = Unpack(stream);
        var first = (int)(Number(stream.Map, "First") ?? 0);
        var count = Math.Min((int)(Number(stream.Map, "N") ?? 0), PdfLimits.Objects);
        var index = new PdfLexer(bytes);
        for (var i = 0; i < count && index.Next() is double number && index.Next() is double offset; i++)
        {
            if (first + offset >= 0 && first + offset < bytes.Length) objects[(int)number] = new PdfLexer(bytes, first + (int)offset).NextValue();
        }

        return objects;
    }

    private void ReadTables()
    {
        var tail = _file.Span[Math.Max(0, _file.Length - 2048)..];
        var found = tail.LastIndexOf("startxref"u8);
        if (found < 0) return;
        var lexer = new PdfLexer(_file, _file.Length - tail.Length + found + 9);
        var next = lexer.Next() as double?;
        var seen = new HashSet<int>();
        while (next is { } offset && offset >= 0 && offset < _file.Length && seen.Add((int)offset) && seen.Count < 1000)
        {
            var map = new PdfLexer(_file, (int)offset).Next() is PdfWord { Text: "xref" } ? Table((int)offset) : CrossStream((int)offset);
            foreach (var (name, value) in map) Trailer.TryAdd(name, value);
            if (map.GetValueOrDefault("XRefStm") is double hybrid && hybrid < _file.Length && seen.Add((int)hybrid)) CrossStream((int)hybrid);
            next = map.GetValueOrDefault("Prev") as double?;
        }
    }

    private PdfMap Table(int offset)
    {
        var lexer = new PdfLexer(_file, offset);
        lexer.Next();
        while (true)
        {
            var word = lexer.Next();
            if (word is PdfWord { Text: "trailer" }) return lexer.Next() as PdfMap ?? throw new PdfFault("has no trailer");
            if (word is not double first || lexer.Next() is not double count || count > PdfLimits.Objects) throw new PdfFault("has a broken table");
            for (var i = 0; i < (int)count; i++)
            {
                if (lexer.Next() is not double place || lexer.Next() is not double || lexer.Next() is not PdfWord kind) throw new PdfFault("has a broken table");
                if (kind.Text == "n") _places.TryAdd((int)first + i, ((int)place, 0));
            }
        }
    }

    private PdfMap CrossStream(int offset)
    {
        if (At(offset, -1) is not PdfStream stream) throw new PdfFault("has no table");
        var bytes = Unpack(stream);
        var widths = (List(stream.Map, "W") ?? []).OfType<double>().Select(w => (int)w).ToArray();
        if (widths.Length < 3 || widths.Any(w => w is < 0 or > 8) || widths.Sum() == 0) throw new PdfFault("has a broken table");
        var index = (List(stream.Map, "Index") ?? [0d, Number(stream.Map, "Size") ?? 0]).OfType<double>().Select(n => (int)n).ToArray();
        var at = 0;
        for (var part = 0; part + 1 < index.Length; part += 2)
        {
            for (var i = 0; i < index[part + 1] && at + widths.Sum() <= bytes.Length; i++)
            {
                var kind = widths[0] == 0 ? 1 : Field(bytes, ref at, widths[0]);
                var (second, third) = (Field(bytes, ref at, widths[1]), Field(bytes, ref at, widths[2]));
                if (kind == 1 && second < _file.Length) _places.TryAdd(index[part] + i, ((int)second, 0));
                else if (kind == 2 && second is > 0 and < int.MaxValue && third >= 0) _places.TryAdd(index[part] + i, (0, (int)second));
            }
        }

        return stream.Map;
    }

    private static long Field(byte[] bytes, ref int at, int width)
    {
        long value = 0;
        for (var i = 0; i < width; i++) value = (value << 8) | bytes[at++];
        return value;
    }

    /// <summary>Finds every "12 0 obj" in the file: the last one of a number counts.</summary>
    private void Search()
    {
        _read.Clear();
        _packed.Clear();
        _places.Clear();
        var span = _file.Span;
        for (var at = 0; at < span.Length && _places.Count < PdfLimits.Objects;)
        {
            var found = span[at..].IndexOf(" obj"u8);
            if (found < 0) break;
            var back = at + found - 1;
            while (back > 0 && char.IsAsciiDigit((char)span[back])) back--;
            while (back > 0 && PdfLexer.IsSpace(span[back])) back--;
            while (back >= 0 && char.IsAsciiDigit((char)span[back])) back--;
            if (int.TryParse(Encoding.ASCII.GetString(span[(back + 1)..(at + found)]).Split(' ', '\n', '\r')[0], out var number)) _places[number] = (back + 1, 0);
            at += found + 4;
        }

        for (var at = 0; at < span.Length;)
        {
            var found = span[at..].IndexOf("trailer"u8);
            if (found < 0) break;
            at += found + 7;
            if (new PdfLexer(_file, at).Next() is PdfMap map) foreach (var (name, value) in map) Trailer[name] = value;
        }

        foreach (var number in _places.Keys.ToList())
        {
            switch (Object(number))
            {
                case PdfStream { Map: var map } when map.GetValueOrDefault("Type") is PdfName { Text: "ObjStm" }:
                    foreach (var inner in Packed(number).Keys) _places.TryAdd(inner, (0, number));
                    break;
                case PdfStream { Map: var map } when map.GetValueOrDefault("Type") is PdfName { Text: "XRef" }:
                    foreach (var (name, value) in map) Trailer.TryAdd(name, value);
                    break;
                case PdfMap map when map.GetValueOrDefault("Type") is PdfName { Text: "Catalog" }:
                    Trailer["Root"] = new PdfReference(number);
                    break;
            }
        }
    }
}
