namespace Mainstreet.Careers.Profiles.Import.Pdf;

/// <summary>A name, without its stroke.</summary>
internal sealed record PdfName(string Text);

/// <summary>A reference to an object of the file.</summary>
internal sealed record PdfReference(int Number);

/// <summary>An operator of a page, or a word of the file's structure.</summary>
internal sealed record PdfWord(string Text);

/// <summary>A text as bytes: what they mean is up to the font.</summary>
internal sealed record PdfBytes(byte[] Bytes);

/// <summary>A dictionary; members may be references.</summary>
internal sealed class PdfMap : Dictionary<string, object?>
{
    internal PdfMap()
        : base(StringComparer.Ordinal)
    {
    }
}

/// <summary>A dictionary with bytes, still packed.</summary>
internal sealed record PdfStream(PdfMap Map, ReadOnlyMemory<byte> Raw);

/// <summary>The file is no PDF that we can read. Stays inside this folder.</summary>
internal sealed class PdfFault(string reason) : Exception(reason);

/// <summary>What a hostile file may cost us at most.</summary>
internal static class PdfLimits
{
    internal const int Depth = 60;

    internal const int Pages = 200;

    internal const int Objects = 200_000;

    /// <summary>All streams of a file together, unpacked, in bytes.</summary>
    internal const long Unpacked = 64_000_000;

    /// <summary>Operators of all pages together.</summary>
    internal const int Operators = 2_000_000;

    /// <summary>Letters of all pages together.</summary>
    internal const int Letters = 1_000_000;
}
