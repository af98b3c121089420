using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Photos;

/// <summary>Why an upload is refused.</summary>
public static class PhotoProblems
{
    public static Problem Unsupported { get; } = new(415, "photo_unsupported", "The file is not a JPEG, PNG or WebP photo.");

    internal static readonly Problem Animated = Unsupported.With("Animated images are not accepted.");

    internal static readonly Problem UnusualCoding = Unsupported.With(
        "The photo uses a rare coding that browsers do not show. Save it as an ordinary JPEG.");

    public static Problem Corrupt { get; } = new(422, "photo_corrupt", "The photo is damaged or incomplete.");

    public static Problem TooLarge(PhotoLimits limits) =>
        new Problem(413, "photo_too_large", "The photo is too large.").With($"At most {limits.MaxBytes} bytes are accepted.");

    internal static Problem TooManyPixels(PhotoLimits limits) =>
        new Problem(422, "photo_too_many_pixels", "The photo has too many pixels.")
            .With($"At most {limits.MaxPixels} pixels, and {limits.MaxSide} a side, are accepted.");
}
