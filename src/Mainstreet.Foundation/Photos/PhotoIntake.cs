using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Photos.Jpeg;
using Mainstreet.Foundation.Photos.Png;

namespace Mainstreet.Foundation.Photos;

/// <summary>
/// Takes an uploaded photo in: tells its format from the content alone, checks size and dimensions before decoding, and
/// writes it anew so that nothing travels along: no Exif, XMP, IPTC, comments, thumbnails, colour profiles, animation, and no
/// bytes before, between or after the image's own structures.
/// <list type="bullet">
/// <item>JPEG: decoded to its coefficients and coded again, turned upright among the coefficients: no generation loss, except
/// that a size which is no multiple of the coding unit (8 or 16 pixels) makes some turns go through the samples.</item>
/// <item>PNG: decoded to pixels, turned upright, filtered and compressed again.</item>
/// <item>WebP: the container is written anew around the unchanged picture data; a turn is kept as an Exif block of our own that
/// holds nothing else.</item>
/// </list>
/// Safe for concurrent use; at most one photo a processor is worked on at a time, the others wait.
/// </summary>
public sealed class PhotoIntake : IDisposable
{
    private readonly SemaphoreSlim _workers = new(Environment.ProcessorCount);

    /// <summary>Reads the whole stream, at most one byte past the limit.</summary>
    /// <returns>
    /// The photo, or a problem: <c>photo_too_large</c> (413), <c>photo_unsupported</c> (415), <c>photo_too_many_pixels</c> (422),
    /// <c>photo_corrupt</c> (422).
    /// </returns>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public async Task<Outcome<Photo>> ReadAsync(Stream upload, PhotoLimits limits, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await upload.ReadAsync(chunk, cancel)) > 0)
        {
            if (body.Length + read > limits.MaxBytes) return PhotoProblems.TooLarge(limits);
            body.Write(chunk, 0, read);
        }

        await _workers.WaitAsync(cancel);
        try
        {
            return await Task.Run(() => Read(body.GetBuffer().AsMemory(0, (int)body.Length), limits, cancel), cancel);
        }
        finally
        {
            _workers.Release();
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, for bytes already in memory and on the caller's thread.</summary>
    internal static Outcome<Photo> Read(ReadOnlyMemory<byte> file, PhotoLimits limits, CancellationToken cancel)
    {
        var start = file.Span;
        if (start.Length > limits.MaxBytes) return PhotoProblems.TooLarge(limits);
        if (start.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return JpegPhoto.Read(file, limits, cancel);
        if (start.StartsWith(PngPhoto.Signature)) return PngPhoto.Read(file, limits, cancel);
        if (WebpPhoto.Is(start)) return WebpPhoto.Read(start, limits);
        return PhotoProblems.Unsupported;
    }

    public void Dispose() => _workers.Dispose();
}
