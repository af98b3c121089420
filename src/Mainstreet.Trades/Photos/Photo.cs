namespace Mainstreet.Trades.Photos;

/// <summary>An accepted photo, written anew: no metadata, no byte outside the image's own structures.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>, told from the content.</param>
/// <param name="Width">Pixels across, as shown upright.</param>
/// <param name="Height">Pixels down, as shown upright.</param>
/// <param name="Data">The file to store and to serve.</param>
internal sealed record Photo(string ContentType, int Width, int Height, ReadOnlyMemory<byte> Data)
{
    /// <summary>Size of <see cref="Data"/> in bytes.</summary>
    internal int Bytes => Data.Length;
}

/// <summary>Why an upload is refused.</summary>
/// <param name="Code">Stable word for clients.</param>
/// <param name="Status">HTTP status that belongs to it.</param>
/// <param name="Detail">One sentence for people, safe to show.</param>
internal sealed record PhotoProblem(string Code, int Status, string Detail)
{
    internal static readonly PhotoProblem Unsupported = new(
        "photo_unsupported", 415, "The file is not a JPEG, PNG or WebP photo.");

    internal static readonly PhotoProblem Animated = Unsupported with { Detail = "Animated images are not accepted." };

    internal static readonly PhotoProblem UnusualCoding = Unsupported with
    {
        Detail = "The photo uses a rare coding that browsers do not show. Save it as an ordinary JPEG.",
    };

    internal static readonly PhotoProblem Corrupt = new(
        "photo_corrupt", 422, "The photo is damaged or incomplete.");

    internal static PhotoProblem TooLarge(PhotoLimits limits) => new(
        "photo_too_large", 413, $"A photo may have at most {limits.MaxBytes} bytes.");

    internal static PhotoProblem TooManyPixels(PhotoLimits limits) => new(
        "photo_too_many_pixels", 422,
        $"A photo may have at most {limits.MaxPixels} pixels and {limits.MaxSide} pixels a side.");
}

/// <summary>Either a photo or a problem.</summary>
internal readonly record struct PhotoResult
{
    internal Photo? Photo { get; private init; }

    internal PhotoProblem? Problem { get; private init; }

    public static implicit operator PhotoResult(Photo photo) => new() { Photo = photo };

    public static implicit operator PhotoResult(PhotoProblem problem) => new() { Problem = problem };
}
