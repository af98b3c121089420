using System.Buffers.Binary;

using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Photos.Png;

/// <summary>
/// PNG: decoded to pixels and written anew. Kept are the pixels, the palette and its transparency; every other chunk is dropped,
/// interlacing undone. Rows stream through; only interlaced and turned pictures are held in memory whole.
/// </summary>
internal static class PngPhoto
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static Outcome<Photo> Read(ReadOnlyMemory<byte> file, PhotoLimits limits, CancellationToken cancel)
    {
        if (Scan(file.Span, limits, out var chunks) is { } problem) return problem;
        try
        {
            using var rows = new PngRows(chunks.Header, file, chunks.Data);
            return chunks.Header.IsInterlaced || !chunks.Turn.IsUpright
                ? WriteWhole(file.Span, chunks, rows, cancel)
                : WriteRows(file.Span, chunks, rows, cancel);
        }
        catch (InvalidDataException)
        {
            // The decompressor has no other way to say that its input is damaged.
            return PhotoProblems.Corrupt;
        }
    }

    private static Outcome<Photo> WriteWhole(ReadOnlySpan<byte> file, Chunks chunks, PngRows rows, CancellationToken cancel)
    {
        if (chunks.Header.RowBytes * (long)chunks.Header.Height > Array.MaxLength) return PhotoProblems.Corrupt;
        if (PngPixels.Read(chunks.Header, rows, cancel) is not { } picture) return PhotoProblems.Corrupt;
        if (!chunks.Turn.IsUpright) picture = picture.Turn(chunks.Turn, cancel);
        using var writer = new PngWriter(picture.Header, file[chunks.Palette], file[chunks.Transparency]);
        for (var y = 0; y < picture.Header.Height; y++)
        {
            cancel.ThrowIfCancellationRequested();
            writer.Write(picture.Row(y));
        }
        return new Photo("image/png", picture.Header.Width, picture.Header.Height, writer.Finish());
    }

    private static Outcome<Photo> WriteRows(ReadOnlySpan<byte> file, Chunks chunks, PngRows rows, CancellationToken cancel)
    {
        var header = chunks.Header;
        using var writer = new PngWriter(header, file[chunks.Palette], file[chunks.Transparency]);
        var row = new byte[header.RowBytes];
        var above = new byte[header.RowBytes];
        for (var y = 0; y < header.Height; y++)
        {
            cancel.ThrowIfCancellationRequested();
            if (!rows.Read(row, above)) return PhotoProblems.Corrupt;
            writer.Write(row);
            (row, above) = (above, row);
        }
        return new Photo("image/png", header.Width, header.Height, writer.Finish());
    }

    /// <summary>Where the parts lie that are kept.</summary>
    private sealed class Chunks
    {
        internal PngHeader Header { get; set; }

        internal Range Palette { get; set; } = ..0;

        internal Range Transparency { get; set; } = ..0;

        internal Orientation Turn { get; set; }

        internal List<Range> Data { get; } = [];
    }

    /// <summary>Walks the chunks up to IEND, checks their sums and order; nothing is decompressed.</summary>
    private static Problem? Scan(ReadOnlySpan<byte> file, PhotoLimits limits, out Chunks chunks)
    {
        chunks = new Chunks();
        var dataEnded = false;
        for (var position = Signature.Length; ;)
        {
            if (position + 12 > file.Length) return PhotoProblems.Corrupt;
            var size = BinaryPrimitives.ReadUInt32BigEndian(file[position..]);
            if (size > (uint)(file.Length - position - 12)) return PhotoProblems.Corrupt;
            var range = (position + 8)..(position + 8 + (int)size);
            var name = file.Slice(position + 4, 4);
            var body = file[range];
            var isFirst = position == Signature.Length;
            if (isFirst != name.SequenceEqual("IHDR"u8)) return PhotoProblems.Corrupt;
            // Sums of chunks that are dropped do not matter.
            if (IsKept(name) && Crc32.Of(file.Slice(position + 4, 4 + (int)size)) !=
                BinaryPrimitives.ReadUInt32BigEndian(file[range.End.Value..])) return PhotoProblems.Corrupt;
            position = range.End.Value + 4;

            if (isFirst)
            {
                if (PngHeader.Parse(body) is not { } header) return PhotoProblems.Corrupt;
                if (!limits.Allow(header.Width, header.Height)) return PhotoProblems.TooManyPixels(limits);
                chunks.Header = header;
            }
            else if (name.SequenceEqual("IDAT"u8))
            {
                if (dataEnded) return PhotoProblems.Corrupt;
                chunks.Data.Add(range);
                continue;
            }
            else if (name.SequenceEqual("IEND"u8)) return Finish(chunks);
            else if (name.SequenceEqual("PLTE"u8))
            {
                if (size % 3 != 0 || size is 0 or > 768 || chunks.Data.Count > 0) return PhotoProblems.Corrupt;
                // For true colour the palette is a mere suggestion.
                if (chunks.Header.Colour == PngHeader.Palette) chunks.Palette = range;
            }
            else if (name.SequenceEqual("tRNS"u8)) chunks.Transparency = range;
            else if (name.SequenceEqual("eXIf"u8)) chunks.Turn = Orientation.FromTiff(body);
            // An upper-case first letter means that the picture cannot be shown without the chunk (5.4).
            else if ((name[0] & 0x20) == 0) return PhotoProblems.Corrupt;
            dataEnded = chunks.Data.Count > 0;
        }
    }

    private static bool IsKept(ReadOnlySpan<byte> name) =>
        (name[0] & 0x20) == 0 || name.SequenceEqual("tRNS"u8);

    private static Problem? Finish(Chunks chunks)
    {
        if (chunks.Data.Count == 0) return PhotoProblems.Corrupt;
        var palette = Length(chunks.Palette);
        var transparency = Length(chunks.Transparency);
        var isSound = chunks.Header.Colour switch
        {
            0 => transparency is 0 or 2,
            2 => transparency is 0 or 6,
            PngHeader.Palette => palette > 0 && transparency <= palette / 3,
            _ => transparency == 0,
        };
        return isSound ? null : PhotoProblems.Corrupt;
    }

    private static int Length(Range range) => range.End.Value - range.Start.Value;
}
