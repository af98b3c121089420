using System.Security.Cryptography;

namespace Mainstreet.Foundation.Files;

/// <summary>The form of keys, the same for every store, so that files can be carried from one to another.</summary>
internal static class FileKey
{
    private const int Bytes = 16;

    internal static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The only form of key that ever becomes a path or the name of an object.</summary>
    internal static bool IsOne(string? key) => key is { Length: Bytes * 2 } && key.All(char.IsAsciiHexDigitLower);
}
