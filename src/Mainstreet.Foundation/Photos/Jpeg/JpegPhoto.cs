using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Photos.Jpeg;

/// <summary>Writes a JPEG photo anew from its coefficients, turned upright.</summary>
internal static class JpegPhoto
{
    internal static Outcome<Photo> Read(ReadOnlyMemory<byte> file, PhotoLimits limits, CancellationToken cancel)
    {
        var reader = new JpegReader(file.Span, limits, cancel);
        if (reader.Read() is { } problem) return problem;
        var turn = JpegMirror.Apply(reader.Image!, reader.Orientation, cancel);
        var upright = new JpegTurn(reader.Image!, turn);
        using var writer = new JpegWriter(upright, cancel);
        return new Photo("image/jpeg", upright.Width, upright.Height, writer.Write());
    }
}
