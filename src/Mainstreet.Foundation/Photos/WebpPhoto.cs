using System.Buffers.Binary;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Photos;

/// <summary>
/// WebP (RFC 9649): keeps one still picture (lossy with or without alpha, or lossless) and drops every other chunk. The picture
/// data is checked by its headers and copied as it is, not decoded.
/// </summary>
internal static class WebpPhoto
{
    private const byte AlphaFlag = 0x10;
    private const byte ExifFlag = 0x08;
    private const byte AnimationFlag = 0x02;

    internal static bool Is(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    internal static Outcome<Photo> Read(ReadOnlySpan<byte> file, PhotoLimits limits)
    {
        var riffSize = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (riffSize < 4 || riffSize > (uint)file.Length - 8) return PhotoProblems.Corrupt;

        ReadOnlySpan<byte> picture = default, alpha = default, canvas = default;
        var isLossless = false;
        var orientation = Orientation.Upright;
        for (var rest = file.Slice(12, (int)riffSize - 4); rest.Length > 0;)
        {
            if (rest.Length < 8) return PhotoProblems.Corrupt;
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (size > (uint)rest.Length - 8) return PhotoProblems.Corrupt;
            var name = rest[..4];
            var body = rest.Slice(8, (int)size);
            // The padding byte of an odd last chunk is left out by some writers.
            rest = rest[Math.Min(rest.Length, 8 + body.Length + (body.Length & 1))..];

            if (name.SequenceEqual("VP8X"u8))
            {
                if (body.Length < 10) return PhotoProblems.Corrupt;
                if ((body[0] & AnimationFlag) != 0) return PhotoProblems.Animated;
                canvas = body;
            }
            else if (name.SequenceEqual("ANIM"u8) || name.SequenceEqual("ANMF"u8)) return PhotoProblems.Animated;
            else if (name.SequenceEqual("EXIF"u8)) orientation = ReadExif(body);
            else if (!picture.IsEmpty) continue;
            else if (name.SequenceEqual("ALPH"u8)) alpha = body;
            else if (name.SequenceEqual("VP8 "u8)) picture = body;
            else if (name.SequenceEqual("VP8L"u8))
            {
                picture = body;
                isLossless = true;
            }
        }

        if ((isLossless ? LosslessSize(picture) : LossySize(picture)) is not { } size2) return PhotoProblems.Corrupt;
        var (width, height) = size2;
        if (!limits.Allow(width, height)) return PhotoProblems.TooManyPixels(limits);
        if (!canvas.IsEmpty && (Read24(canvas[4..]) + 1 != width || Read24(canvas[7..]) + 1 != height)) return PhotoProblems.Corrupt;
        if (isLossless) alpha = default;
        // RFC 9649, 2.7.1.2: method 0 is one raw byte a pixel, 1 is compressed; 2 and 3 are not defined.
        if (!alpha.IsEmpty && ((alpha[0] & 3) > 1 || ((alpha[0] & 3) == 0 && alpha.Length - 1 < width * height))) return PhotoProblems.Corrupt;

        var data = Write(picture, isLossless, alpha, orientation, width, height);
        return orientation.Transpose
            ? new Photo("image/webp", height, width, data)
            : new Photo("image/webp", width, height, data);
    }

    private static Orientation ReadExif(ReadOnlySpan<byte> body) =>
        Orientation.FromTiff(body.StartsWith("Exif\0\0"u8) ? body[6..] : body);

    /// <summary>RFC 6386, 9.1: a key frame's tag, start code and 14-bit sizes; the first partition must fit.</summary>
    private static (int Width, int Height)? LossySize(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 11) return null;
        var tag = Read24(frame);
        var isKeyFrame = (tag & 1) == 0;
        var isShown = (tag >> 4 & 1) == 1;
        var firstPartition = tag >> 5;
        if (!isKeyFrame || !isShown || (tag >> 1 & 7) > 3) return null;
        if (!frame[3..].StartsWith<byte>([0x9D, 0x01, 0x2A]) || firstPartition == 0 || firstPartition > frame.Length - 10) return null;
        var width = BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3FFF;
        var height = BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3FFF;
        return width == 0 || height == 0 ? null : (width, height);
    }

    /// <summary>RFC 9649, 3.4: a signature byte, two 14-bit sizes less one, an alpha hint, version 0.</summary>
    private static (int Width, int Height)? LosslessSize(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 6 || stream[0] != 0x2F) return null;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(stream[1..]);
        return bits >> 29 != 0 ? null : ((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1);
    }

    private static byte[] Write(
        ReadOnlySpan<byte> picture, bool isLossless, ReadOnlySpan<byte> alpha, Orientation orientation, int width, int height)
    {
        using var output = new MemoryStream(picture.Length + alpha.Length + 128);
        output.Write("RIFF\0\0\0\0WEBP"u8);
        if (!alpha.IsEmpty || !orientation.IsUpright)
        {
            Span<byte> canvas = stackalloc byte[10];
            canvas.Clear();
            var hasAlpha = !alpha.IsEmpty || (isLossless && (picture[4] & AlphaFlag) != 0);
            canvas[0] = (byte)((hasAlpha ? AlphaFlag : 0) | (orientation.IsUpright ? 0 : ExifFlag));
            Write24(canvas[4..], width - 1);
            Write24(canvas[7..], height - 1);
            WriteChunk(output, "VP8X"u8, canvas);
        }
        if (!alpha.IsEmpty) WriteChunk(output, "ALPH"u8, alpha);
        WriteChunk(output, isLossless ? "VP8L"u8 : "VP8 "u8, picture);
        if (!orientation.IsUpright) WriteChunk(output, "EXIF"u8, orientation.ToTiff());

        var file = output.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static void WriteChunk(MemoryStream output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        output.Write(name);
        output.Write(size);
        output.Write(body);
        if ((body.Length & 1) == 1) output.WriteByte(0);
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;

    private static void Write24(Span<byte> bytes, int value)
    {
        bytes[0] = (byte)value;
        bytes[1] = (byte)(value >> 8);
        bytes[2] = (byte)(value >> 16);
    }
}
