using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Backups;

/// <summary>How a backup's key is made, as its manifest says. Nothing in it is secret.</summary>
/// <param name="Cipher">Always <see cref="SealedFormat.Name"/>.</param>
/// <param name="Derivation"><c>hkdf-sha256</c> of a key, or <c>pbkdf2-sha256</c> of a passphrase.</param>
/// <param name="Salt">32 random bytes, Base64.</param>
/// <param name="Iterations">Rounds of PBKDF2; 0 with a key.</param>
/// <param name="KeyCheck">Tells the right key from a wrong one: 8 bytes, hexadecimal, derived from the key and the salt.</param>
internal sealed record EncryptionHeader(string Cipher, string Derivation, string Salt, int Iterations, string KeyCheck);

/// <summary>The key of one backup; each file has its own key below it.</summary>
internal sealed class BackupKeys
{
    internal const string Form = "must be 32 bytes, as 64 hexadecimal digits or Base64";

    /// <summary>OWASP's figure for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).</summary>
    private const int Rounds = 600_000;
    private const int MostRounds = 20_000_000;
    private const string ByKey = "hkdf-sha256";
    private const string ByPassphrase = "pbkdf2-sha256";

    private readonly byte[] _root;

    private BackupKeys(byte[] root, EncryptionHeader header) => (_root, Header) = (root, header);

    internal EncryptionHeader Header { get; }

    /// <summary>A key for a new backup.</summary>
    /// <exception cref="BackupException">Neither a key nor a passphrase is set.</exception>
    internal static BackupKeys ForNew(BackupOptions options)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        if (options.Key is { } key) return Make(FromKey(Parse(key)!, salt), ByKey, salt, 0);
        if (options.Passphrase is { } passphrase) return Make(FromPassphrase(passphrase, salt, Rounds), ByPassphrase, salt, Rounds);
        throw new BackupException(BackupFailure.Configuration, "to encrypt a backup, set Backup:Key (or Backup__Key_FILE, the file of 'openssl rand -hex 32') or Backup:Passphrase");
    }

    /// <summary>The key of a backup that exists; null when no key or passphrase is set.</summary>
    /// <exception cref="BackupException">What is set is another key.</exception>
    internal static BackupKeys? ForExisting(BackupOptions options, EncryptionHeader header)
    {
        if (options.Key is null && options.PreviousKey is null && options.Passphrase is null) return null;
        var salt = Convert.FromBase64String(header.Salt);
        IEnumerable<byte[]> roots = header.Derivation == ByKey
            ? new[] { options.Key, options.PreviousKey }.OfType<string>().Select(k => FromKey(Parse(k)!, salt))
            : options.Passphrase is { } passphrase ? [FromPassphrase(passphrase, salt, header.Iterations)] : [];
        foreach (var root in roots)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CheckOf(root)), Encoding.ASCII.GetBytes(header.KeyCheck))) return new BackupKeys(root, header);
        }

        throw new BackupException(BackupFailure.Refused, header.Derivation == ByKey
            ? "the backup is encrypted with another key than Backup:Key or Backup:PreviousKey"
            : "the backup is encrypted with another passphrase than Backup:Passphrase");
    }

    /// <summary>Null when the header is one that this program could have written.</summary>
    internal static string? Refuse(EncryptionHeader header)
    {
        if (header.Cipher != SealedFormat.Name) return $"the cipher '{header.Cipher}' is unknown";
        if (header.Derivation is not (ByKey or ByPassphrase)) return $"the key derivation '{header.Derivation}' is unknown";
        var salt = new byte[32];
        if (!Convert.TryFromBase64String(header.Salt, salt, out var length) || length != 32) return "the salt is malformed";
        // An upper bound, or a forged manifest could keep the reader busy for days.
        return header.Derivation == ByPassphrase && header.Iterations is < 100_000 or > MostRounds ? "the number of iterations is out of bounds" : null;
    }

    /// <summary>The key of one file. The path is part of it: files cannot change places.</summary>
    internal byte[] OfFile(string path, ReadOnlySpan<byte> salt)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, key, salt, Encoding.UTF8.GetBytes("mainstreet backup file " + path));
        return key;
    }

    /// <summary>The 32 bytes, or null when the text is no key.</summary>
    internal static byte[]? Parse(string text)
    {
        text = text.Trim();
        if (text.Length == 64 && text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(text);
        var bytes = new byte[33];
        return Convert.TryFromBase64String(text, bytes, out var length) && length == 32 ? bytes[..32] : null;
    }

    private static BackupKeys Make(byte[] root, string derivation, byte[] salt, int rounds) =>
        new(root, new EncryptionHeader(SealedFormat.Name, derivation, Convert.ToBase64String(salt), rounds, CheckOf(root)));

    private static byte[] FromKey(byte[] key, byte[] salt) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt, "mainstreet backup"u8.ToArray());

    private static byte[] FromPassphrase(string passphrase, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, rounds, HashAlgorithmName.SHA256, 32);

    private static string CheckOf(byte[] root) =>
        Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 8, null, "mainstreet backup key check"u8.ToArray()));
}
