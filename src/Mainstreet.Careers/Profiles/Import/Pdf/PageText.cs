namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>A piece of text as a page places it. Points from the lower left corner.</summary>
internal sealed record TextRun(double X, double EndX, double Y, double Size, bool Bold, string Text);

/// <summary>A plane's scale, turn and shift: six numbers as in ISO 32000-1, 8.3.3.</summary>
internal readonly record struct Plane(double A, double B, double C, double D, double E, double F)
{
    internal static readonly Plane Unit = new(1, 0, 0, 1, 0, 0);

    /// <summary>This one first, then the other.</summary>
    internal Plane Then(Plane o) => new(
        A * o.A + B * o.C, A * o.B + B * o.D, C * o.A + D * o.C, C * o.B + D * o.D, E * o.A + F * o.C + o.E, E * o.B + F * o.D + o.F);
}

/// <summary>Runs a page's operators as far as they place text (ISO 32000-1, 9.4). Pictures, paths and scripts are passed over.</summary>
internal sealed class PageText(PdfSource source)
{
    private readonly Dictionary<PdfMap, PdfTextFont> _fonts = new(ReferenceEqualityComparer.Instance);
    private readonly List<TextRun> _runs = [];
    private int _operators;
    private int _letters;
    private State _state = new();

    private sealed record State
    {
        internal Plane Page { get; init; } = Plane.Unit;

        internal PdfTextFont? Font { get; init; }

        internal double Size { get; init; } = 1;

        internal double LetterSpace { get; init; }

        internal double WordSpace { get; init; }

        internal double Stretch { get; init; } = 1;

        internal double Leading { get; init; }

        internal double Rise { get; init; }
    }

    private Plane _text = Plane.Unit;
    private Plane _line = Plane.Unit;

    /// <summary>The runs of one page, in the order in which the page shows them.</summary>
    internal IReadOnlyList<TextRun> Read(PdfMap page, PdfMap resources)
    {
        _runs.Clear();
        _state = new State();
        using var content = new MemoryStream();
        var parts = source.Get(page, "Contents") switch { List<object?> list => list.Select(source.Resolve), var one => [one] };
        foreach (var part in parts.OfType<PdfStream>())
        {
            content.Write(source.Unpack(part));
            content.WriteByte((byte)'\n');
        }

        Run(content.ToArray(), resources, 0);
        return [.. _runs];
    }

    private void Run(byte[] content, PdfMap resources, int depth)
    {
        var lexer = new PdfLexer(content);
        var saved = new Stack<State>();
        var operands = new List<object?>();
        while (!lexer.IsAtEnd)
        {
            var value = lexer.Next();
            if (value is not PdfWord { Text: var word })
            {
                if (operands.Count < 100) operands.Add(value);
                continue;
            }

            if (++_operators > PdfLimits.Operators) throw new PdfFault("has too many operators");
            switch (word)
            {
                case "q" when saved.Count < 1000: saved.Push(_state); break;
                case "Q": if (saved.Count > 0) _state = saved.Pop(); break;
                case "cm": _state = _state with { Page = PlaneOf(operands).Then(_state.Page) }; break;
                case "BT": _text = _line = Plane.Unit; break;
                case "BI": SkipPicture(lexer, content); break;
                case "Do": Form(operands, resources, depth); break;
                default: Text(word, operands, resources); break;
            }

            operands.Clear();
        }
    }

    private void Text(string word, List<object?> operands, PdfMap resources)
    {
        switch (word)
        {
            case "Tf" when operands is [PdfName name, double size, ..]: _state = _state with { Font = FontOf(name.Text, resources), Size = size }; break;
            case "Tc": _state = _state with { LetterSpace = Number(operands, 0) }; break;
            case "Tw": _state = _state with { WordSpace = Number(operands, 0) }; break;
            case "Tz": _state = _state with { Stretch = Number(operands, 0) / 100 }; break;
            case "TL": _state = _state with { Leading = Number(operands, 0) }; break;
            case "Ts": _state = _state with { Rise = Number(operands, 0) }; break;
            case "Td": Move(Number(operands, 0), Number(operands, 1)); break;
            case "TD":
                _state = _state with { Leading = -Number(operands, 1) };
                Move(Number(operands, 0), Number(operands, 1));
                break;
            case "Tm": _text = _line = PlaneOf(operands); break;
            case "T*": Move(0, -_state.Leading); break;
            case "Tj" when operands is [PdfBytes text, ..]: Show(text.Bytes); break;
            case "'" when operands is [PdfBytes text, ..]:
                Move(0, -_state.Leading);
                Show(text.Bytes);
                break;
            case "\"" when operands is [double words, double letters, PdfBytes text, ..]:
                _state = _state with { WordSpace = words, LetterSpace = letters };
                Move(0, -_state.Leading);
                Show(text.Bytes);
                break;
            case "TJ" when operands is [List<object?> list, ..]:
                foreach (var item in list)
                {
                    if (item is PdfBytes text) Show(text.Bytes);
                    else if (item is double back) _text = new Plane(1, 0, 0, 1, -back / 1000 * _state.Size * _state.Stretch, 0).Then(_text);
                }

                break;
        }
    }

    private void Move(double x, double y) => _text = _line = new Plane(1, 0, 0, 1, x, y).Then(_line);

    private void Show(byte[] bytes)
    {
        if (_state.Font is not { } font) return;
        var letters = new System.Text.StringBuilder();
        var from = Place();
        var end = from;
        foreach (var glyph in font.Read(bytes))
        {
            if (++_letters > PdfLimits.Letters) throw new PdfFault("has too many letters");
            letters.Append(glyph.Letters);
            var advance = (glyph.Width / 1000 * _state.Size + _state.LetterSpace + (glyph.IsBlank ? _state.WordSpace : 0)) * _state.Stretch;
            _text = new Plane(1, 0, 0, 1, advance, 0).Then(_text);
            end = Place();
        }

        var size = Math.Abs(_state.Size) * Math.Sqrt(from.C * from.C + from.D * from.D);
        // What runs up or down the page is ornament; what is outside all bounds is a trick.
        if (letters.Length == 0 || Math.Abs(from.B) > Math.Abs(from.A) || size is < 0.5 or > 500 || !double.IsFinite(from.E + from.F + end.E)) return;
        _runs.Add(new TextRun(Math.Min(from.E, end.E), Math.Max(from.E, end.E), from.F, size, font.IsBold, letters.ToString()));
    }

    private Plane Place() => new Plane(1, 0, 0, 1, 0, _state.Rise).Then(_text).Then(_state.Page);

    private PdfTextFont? FontOf(string name, PdfMap resources)
    {
        if (source.Map(resources, "Font") is not { } fonts || source.Map(fonts, name) is not { } font) return null;
        if (!_fonts.TryGetValue(font, out var known)) _fonts[font] = known = new PdfTextFont(source, font);
        return known;
    }

    private void Form(List<object?> operands, PdfMap resources, int depth)
    {
        if (depth >= 8 || operands is not [PdfName name, ..] || source.Map(resources, "XObject") is not { } objects
            || source.Get(objects, name.Text) is not PdfStream form || source.Name(form.Map, "Subtype") != "Form") return;
        var before = (_state, _text, _line);
        if (source.List(form.Map, "Matrix") is { Count: 6 } matrix) _state = _state with { Page = PlaneOf([.. matrix.Select(source.Resolve)]).Then(_state.Page) };
        Run(source.Unpack(form), source.Map(form.Map, "Resources") ?? resources, depth + 1);
        (_state, _text, _line) = before;
    }

    private static void SkipPicture(PdfLexer lexer, byte[] content)
    {
        while (!lexer.IsAtEnd && lexer.Next() is not PdfWord { Text: "ID" })
        {
            // Its dictionary.
        }

        for (var at = lexer.At; at + 2 < content.Length; at++)
        {
            if (content[at] == 'E' && content[at + 1] == 'I' && PdfLexer.IsSpace(content[at - 1]) && PdfLexer.IsSpace(content[at + 2]))
            {
                lexer.At = at + 2;
                return;
            }
        }

        lexer.At = content.Length;
    }

    private static double Number(List<object?> operands, int index) => index < operands.Count && operands[index] is double number ? number : 0;

    private static Plane PlaneOf(List<object?> n) => new(Number(n, 0), Number(n, 1), Number(n, 2), Number(n, 3), Number(n, 4), Number(n, 5));
}
