using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Studio.Projects;

/// <summary>What a file holds.</summary>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsText">UTF-8 without control characters other than white space.</param>
/// <param name="Bytes">Null when the project has this content already.</param>
internal sealed record FileContent(string Sha256, int Size, bool IsText, byte[]? Bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    internal static FileContent Of(byte[] bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length, Looks(bytes), bytes);

    internal static FileContent Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    private static bool Looks(byte[] bytes)
    {
        foreach (var each in bytes)
        {
            if (each is < 0x09 or (> 0x0d and < 0x20 and not 0x1b) or 0x7f) return false;
        }

        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
