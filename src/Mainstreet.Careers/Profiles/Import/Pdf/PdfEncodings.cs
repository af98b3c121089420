using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>What the bytes of simple fonts mean (ISO 32000-1, annex D), and the letters behind glyph names (Adobe Glyph List, as far as résumés go).</summary>
internal static class PdfEncodings
{
    /// <summary>Windows-1252 at 0x80 to 0x9F.</summary>
    private const string WinHigh = "€\u2022‚ƒ„…†‡ˆ‰Š‹Œ\u2022Ž\u2022\u2022‘’“”•–—˜™š›œ\u2022žŸ";

    /// <summary>Mac OS Roman at 0x80 to 0xFF.</summary>
    private const string MacHigh =
        "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uF8FFÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

    /// <summary>Adobe's standard encoding at 0xA1 to 0xFF; a blank where it has nothing.</summary>
    private const string StandardHigh =
        "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß    ";

    private static readonly FrozenDictionary<string, string> Names = Build();

    internal static string? Win(int code) => code switch
    {
        < 0x20 => null,
        < 0x80 => ((char)code).ToString(),
        < 0xA0 => WinHigh[code - 0x80].ToString(),
        _ => ((char)code).ToString(),
    };

    internal static string? Mac(int code) => code < 0x20 ? null : code < 0x80 ? ((char)code).ToString() : MacHigh[code - 0x80].ToString();

    internal static string? Standard(int code) => code switch
    {
        < 0x20 => null,
        0x27 => "’",
        0x60 => "‘",
        < 0x7F => ((char)code).ToString(),
        > 0xA0 and < 0x100 when code - 0xA1 < StandardHigh.Length && StandardHigh[code - 0xA1] != ' ' => StandardHigh[code - 0xA1].ToString(),
        _ => null,
    };

    /// <summary>The letters that a glyph's name stands for, or null: <c>eacute</c>, <c>uni00E9</c>, <c>f_i</c>, <c>a.sc</c>.</summary>
    internal static string? OfGlyph(string name)
    {
        if (Names.TryGetValue(name, out var known)) return known;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0) return OfGlyph(name[..dot]);
        if (name.Contains('_', StringComparison.Ordinal))
        {
            var parts = name.Split('_').Select(OfGlyph).ToList();
            return parts.Contains(null) ? null : string.Concat(parts);
        }

        if (name.StartsWith("uni", StringComparison.Ordinal) && name.Length == 7) return Hex(name.AsSpan(3));
        return name.Length is >= 5 and <= 7 && name[0] == 'u' ? Hex(name.AsSpan(1)) : null;
    }

    private static string? Hex(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code) && code > 0 ? new Rune(code).ToString() : null;

    private static FrozenDictionary<string, string> Build()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var letter = 'A'; letter <= 'Z'; letter++)
        {
            names[letter.ToString()] = letter.ToString();
            names[char.ToLowerInvariant(letter).ToString()] = char.ToLowerInvariant(letter).ToString();
        }

        const string marks = "grave\u0300 acute\u0301 circumflex\u0302 tilde\u0303 macron\u0304 breve\u0306 dotaccent\u0307 dieresis\u0308 ring\u030A hungarumlaut\u030B caron\u030C cedilla\u0327 ogonek\u0328";
        foreach (var mark in marks.Split(' '))
        {
            foreach (var letter in "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz")
            {
                var composed = $"{letter}{mark[^1]}".Normalize(NormalizationForm.FormC);
                if (composed.Length == 1) names[letter + mark[..^1]] = composed;
            }
        }

        const string plain =
            "space   exclam ! quotedbl \" numbersign # dollar $ percent % ampersand & quotesingle ' quoteright ’ quoteleft ‘ parenleft ( parenright ) asterisk * plus + comma , " +
            "hyphen - minus − period . slash / zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 colon : semicolon ; less < equal = greater > " +
            "question ? at @ bracketleft [ backslash \\ bracketright ] asciicircum ^ underscore _ grave ` braceleft { bar | braceright } asciitilde ~ bullet • " +
            "endash – emdash — ellipsis … quotedblleft “ quotedblright ” quotesinglbase ‚ quotedblbase „ guillemotleft « guillemotright » guilsinglleft ‹ guilsinglright › " +
            "fi fi fl fl ff ff ffi ffi ffl ffl AE Æ ae æ OE Œ oe œ Oslash Ø oslash ø germandbls ß Lslash Ł lslash ł dotlessi ı Eth Ð eth ð Thorn Þ thorn þ " +
            "Euro € sterling £ yen ¥ cent ¢ section § copyright © registered ® trademark ™ degree ° plusminus ± multiply × divide ÷ periodcentered · middot · " +
            "exclamdown ¡ questiondown ¿ paragraph ¶ dagger † daggerdbl ‡ mu µ onehalf ½ onequarter ¼ threequarters ¾ ordfeminine ª ordmasculine º nbspace   " +
            "perthousand ‰ fraction ⁄ florin ƒ acute ´ dieresis ¨ circumflex ˆ tilde ˜ cedilla ¸ macron ¯ Scommaaccent Ș scommaaccent ș Tcommaaccent Ț tcommaaccent ț";
        var words = plain.Split(' ');
        for (var i = 0; i + 1 < words.Length;)
        {
            // The two blanks are themselves split: an empty value stands for one.
            if (words[i + 1].Length == 0)
            {
                names[words[i]] = " ";
                i += 3;
            }
            else
            {
                names[words[i]] = words[i + 1];
                i += 2;
            }
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
