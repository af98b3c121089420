using System.Globalization;
using System.Text;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>Reads values from bytes in PDF syntax (ISO 32000-1, 7.2 and 7.3). Faulty syntax is read past, not refused.</summary>
internal sealed class PdfLexer(ReadOnlyMemory<byte> data, int at = 0)
{
    private static readonly object End = new PdfWord("");

    internal int At { get; set; } = at;

    private ReadOnlySpan<byte> Span => data.Span;

    internal bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return At >= data.Length;
        }
    }

    /// <summary>The next value; an operator is a <see cref="PdfWord"/>, empty at the end.</summary>
    internal object? Next(int depth = 0)
    {
        if (depth > PdfLimits.Depth) throw new PdfFault("nested too deep");
        SkipSpace();
        if (At >= data.Length) return End;
        var first = Span[At];
        switch (first)
        {
            case (byte)'/':
                At++;
                return new PdfName(Name());
            case (byte)'(':
                return new PdfBytes(Literal());
            case (byte)'<' when Peek(1) == '<':
                At += 2;
                return Map(depth);
            case (byte)'<':
                return new PdfBytes(Hexadecimal());
            case (byte)'[':
                At++;
                return List(depth);
            case (byte)']' or (byte)'}' or (byte)'{' or (byte)')':
                At++;
                return new PdfWord(((char)first).ToString());
            case (byte)'>':
                At += Peek(1) == '>' ? 2 : 1;
                return new PdfWord(">>");
            default:
                return Word();
        }
    }

    /// <summary>The next value, with "12 0 R" read as a reference.</summary>
    internal object? NextValue(int depth = 0)
    {
        var value = Next(depth);
        if (value is not double number || number < 0 || number > int.MaxValue || number % 1 != 0) return value;
        var back = At;
        if (Next(depth) is double && Next(depth) is PdfWord { Text: "R" }) return new PdfReference((int)number);
        At = back;
        return value;
    }

    internal void SkipSpace()
    {
        var span = Span;
        while (At < span.Length)
        {
            if (span[At] == '%')
            {
                while (At < span.Length && span[At] is not ((byte)'\n' or (byte)'\r')) At++;
            }
            else if (IsSpace(span[At]))
            {
                At++;
            }
            else
            {
                return;
            }
        }
    }

    internal static bool IsSpace(byte b) => b is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsDelimiter(byte b) => b is (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'/' or (byte)'%';

    private int Peek(int ahead) => At + ahead < data.Length ? Span[At + ahead] : -1;

    private object? Word()
    {
        var start = At;
        while (At < data.Length && !IsSpace(Span[At]) && !IsDelimiter(Span[At])) At++;
        if (At == start) At++;
        var text = Encoding.Latin1.GetString(Span[start..Math.Min(At, start + 128)]);
        if (text[0] is '+' or '-' or '.' or (>= '0' and <= '9'))
        {
            if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return number;
            // Some programs write -12.3-4 or --5; what is left of it is better than nothing.
            return double.TryParse(text.TrimStart('-', '+').Split('-')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) ? -number : 0d;
        }

        return text switch { "true" => true, "false" => false, "null" => null, _ => new PdfWord(text) };
    }

    private string Name()
    {
        var name = new StringBuilder();
        while (At < data.Length && !IsSpace(Span[At]) && !IsDelimiter(Span[At]))
        {
            if (Span[At] == '#' && At + 2 < data.Length && Digit(Span[At + 1]) is >= 0 and var high && Digit(Span[At + 2]) is >= 0 and var low)
            {
                name.Append((char)(high * 16 + low));
                At += 3;
            }
            else
            {
                name.Append((char)Span[At++]);
            }
        }

        return name.ToString();
    }

    private PdfMap Map(int depth)
    {
        var map = new PdfMap();
        while (true)
        {
            var key = Next(depth + 1);
            if (key is PdfWord { Text: "" or ">>" }) return map;
            if (key is not PdfName name) continue;
            var value = NextValue(depth + 1);
            if (value is PdfWord { Text: "" or ">>" }) return map;
            map[name.Text] = value;
        }
    }

    private List<object?> List(int depth)
    {
        var list = new List<object?>();
        while (true)
        {
            var value = NextValue(depth + 1);
            if (value is PdfWord { Text: "" or "]" or ">>" }) return list;
            list.Add(value);
            if (list.Count > PdfLimits.Objects) throw new PdfFault("a list is too long");
        }
    }

    private byte[] Literal()
    {
        var bytes = new List<byte>();
        var open = 1;
        At++;
        while (At < data.Length)
        {
            var b = Span[At++];
            if (b == '(') open++;
            else if (b == ')' && --open == 0) break;
            if (b == '\\') Escaped(bytes);
            else bytes.Add(b);
        }

        return [.. bytes];
    }

    private void Escaped(List<byte> bytes)
    {
        if (At >= data.Length) return;
        var b = Span[At++];
        switch (b)
        {
            case (byte)'n': bytes.Add(10); break;
            case (byte)'r': bytes.Add(13); break;
            case (byte)'t': bytes.Add(9); break;
            case (byte)'b': bytes.Add(8); break;
            case (byte)'f': bytes.Add(12); break;
            case (byte)'\r':
                if (Peek(0) == '\n') At++;
                break;
            case (byte)'\n': break;
            case >= (byte)'0' and <= (byte)'7':
                var octal = b - '0';
                for (var i = 0; i < 2 && At < data.Length && Span[At] is >= (byte)'0' and <= (byte)'7'; i++) octal = octal * 8 + Span[At++] - '0';
                bytes.Add((byte)octal);
                break;
            default: bytes.Add(b); break;
        }
    }

    private byte[] Hexadecimal()
    {
        var bytes = new List<byte>();
        var half = -1;
        At++;
        while (At < data.Length)
        {
            var b = Span[At++];
            if (b == '>') break;
            if (Digit(b) is not (>= 0 and var digit)) continue;
            if (half < 0)
            {
                half = digit;
            }
            else
            {
                bytes.Add((byte)(half * 16 + digit));
                half = -1;
            }
        }

        if (half >= 0) bytes.Add((byte)(half * 16));
        return [.. bytes];
    }

    private static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
