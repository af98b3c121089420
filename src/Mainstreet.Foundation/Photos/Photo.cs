namespace Mainstreet.Foundation.Photos;

/// <summary>An accepted photo, written anew: no metadata, no byte outside the image's own structures.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>, told from the content.</param>
/// <param name="Width">Pixels across, as shown upright.</param>
/// <param name="Height">Pixels down, as shown upright.</param>
/// <param name="Data">The file to store and to serve.</param>
public sealed record Photo(string ContentType, int Width, int Height, ReadOnlyMemory<byte> Data)
{
    /// <summary>Size of <see cref="Data"/> in bytes.</summary>
    public int Bytes => Data.Length;
}
