using System.Buffers.Binary;
using System.Security.Cryptography;

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Accounts;

/// <summary>Verifies passwords so that an account that does not exist takes as long as one that does.</summary>
internal sealed class Passwords(IPasswordHasher<Account> hasher, IOptions<AccessOptions> options)
{
    /// <summary>Longest password, in characters: hashing more is work for nothing.</summary>
    internal const int MaxLength = 256;

    private readonly Account _nobody = Account.Open(Guid.Empty, "", "", DateTimeOffset.UnixEpoch, []);
    private readonly string _nobodysHash = HashOfNoPassword(options.Value.PasswordIterations);

    /// <returns>Whether it fits, and the new hash to store when the old one was made with fewer rounds.</returns>
    internal (bool Fits, string? Rehashed) Verify(Account? account, string password)
    {
        if (password.Length > MaxLength) password = password[..MaxLength] + '\0';
        if (account?.PasswordHash is not { } hash)
        {
            hasher.VerifyHashedPassword(_nobody, _nobodysHash, password);
            return (false, null);
        }

        return hasher.VerifyHashedPassword(account, hash, password) switch
        {
            PasswordVerificationResult.Success => (true, null),
            PasswordVerificationResult.SuccessRehashNeeded => (true, hasher.HashPassword(account, password)),
            _ => (false, null),
        };
    }

    /// <summary>A hash in Identity's format 3 (marker, PRF, rounds, salt size, salt, subkey) of no known password.</summary>
    private static string HashOfNoPassword(int iterations)
    {
        var bytes = RandomNumberGenerator.GetBytes(13 + 16 + 32);
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), 2); // HMAC-SHA512
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), (uint)iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), 16);
        return Convert.ToBase64String(bytes);
    }
}
