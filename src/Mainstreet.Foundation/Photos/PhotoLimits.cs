using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Foundation.Photos;

/// <summary>What an uploaded photo may be at most. Checked against the headers, before anything is decoded. Section <c>Photos</c>.</summary>
public sealed record PhotoLimits
{
    /// <summary>Uploaded size in bytes; default 10 MiB.</summary>
    [Range(1, 256 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Width times height in pixels; default 40 million. Decoding takes up to 8 bytes of memory a pixel.</summary>
    [Range(1, 200_000_000)]
    public int MaxPixels { get; init; } = 40_000_000;

    /// <summary>Width and height each, in pixels; default 16 384.</summary>
    [Range(1, 65_535)]
    public int MaxSide { get; init; } = 16_384;

    internal bool Allow(long width, long height) =>
        width <= MaxSide && height <= MaxSide && width * height <= MaxPixels;
}
