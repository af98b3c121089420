namespace Mainstreet.Foundation.Web;

/// <summary>
/// Finds where a row and its fields end, byte by byte, so that it can go on where the last chunk stopped. UTF-8 never uses the
/// bytes of comma, quote, CR and LF inside other characters, so structure is read before text is decoded.
/// </summary>
internal sealed class CsvScanner(int maxFields)
{
    private enum State
    {
        /// <summary>At the start of a field.</summary>
        Start,

        /// <summary>In a field without quotes.</summary>
        Plain,

        /// <summary>Inside quotes.</summary>
        Quoted,

        /// <summary>After a quote inside quotes: the end, or the first of two.</summary>
        QuoteInQuoted,
    }

    private readonly List<Field> _fields = [];
    private int _fieldStart;
    private bool _hasQuotes;
    private State _state;

    /// <summary>A field's bytes in the row, outer quotes included.</summary>
    internal readonly record struct Field(int Start, int Length, bool IsQuoted);

    /// <summary>Fields of the finished row, up to the largest number wanted.</summary>
    internal IReadOnlyList<Field> Fields => _fields;

    /// <summary>Number of fields, those past the largest number included.</summary>
    internal int Count { get; private set; }

    /// <summary>Bytes of the longest field, outer quotes not counted.</summary>
    internal int Longest { get; private set; }

    /// <summary>Bytes looked at so far; after <see cref="Scan"/> found the end, the row's length without its line end.</summary>
    internal int Position { get; private set; }

    /// <summary>A quote stands where none may.</summary>
    internal bool IsBroken { get; private set; }

    internal void Reset()
    {
        _fields.Clear();
        _fieldStart = Position = Count = Longest = 0;
        _hasQuotes = IsBroken = false;
        _state = State.Start;
    }

    /// <summary>Goes on over a row that begins at the first byte.</summary>
    /// <returns>True when the row ended at <see cref="Position"/>, or broke; false when more bytes are needed.</returns>
    internal bool Scan(ReadOnlySpan<byte> row)
    {
        while (Position < row.Length)
        {
            switch (_state)
            {
                case State.Plain when row[Position..].IndexOfAny("\",\r\n"u8) is var ahead and not 0:
                    Position = ahead < 0 ? row.Length : Position + ahead;
                    continue;
                case State.Quoted when row[Position..].IndexOf((byte)'"') is var ahead and not 0:
                    Position = ahead < 0 ? row.Length : Position + ahead;
                    continue;
            }
            switch ((_state, row[Position]))
            {
                case (State.Quoted, _):
                    _state = State.QuoteInQuoted;
                    break;
                case (State.QuoteInQuoted, (byte)'"'):
                    _state = State.Quoted;
                    break;
                case (State.Start, (byte)'"'):
                    _state = State.Quoted;
                    _hasQuotes = true;
                    break;
                case (_, (byte)','):
                    EndField();
                    _fieldStart = Position + 1;
                    break;
                case (_, (byte)'\r' or (byte)'\n'):
                    EndField();
                    return true;
                case (State.QuoteInQuoted, _) or (State.Plain, (byte)'"'):
                    IsBroken = true;
                    return true;
                default:
                    _state = State.Plain;
                    break;
            }
            Position++;
        }
        return false;
    }

    /// <summary>The file ended here: closes the row.</summary>
    internal void End()
    {
        if (_state == State.Quoted) IsBroken = true;
        else EndField();
    }

    private void EndField()
    {
        var field = new Field(_fieldStart, Position - _fieldStart, _hasQuotes);
        if (Count++ < maxFields) _fields.Add(field);
        Longest = Math.Max(Longest, field.Length - (_hasQuotes ? 2 : 0));
        _hasQuotes = false;
        _state = State.Start;
    }
}
