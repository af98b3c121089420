using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// A hash of all rows of a table that does not depend on their order, so that tables need no key and nothing is sorted: SHA-256 of the columns' names,
/// the number of rows and the sum, modulo 2^256, of the rows' SHA-256. It finds what was lost, doubled or changed; who can choose rows freely could
/// find collisions of such a sum, so against forgery stand the files' checksums and seals, not this.
/// </summary>
internal sealed class RowSum
{
    private readonly ulong[] _sum = new ulong[4];

    internal long Rows { get; private set; }

    internal void Add(ReadOnlySpan<byte> row)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, digest);
        ulong carry = 0;
        for (var i = 0; i < 4; i++)
        {
            var sum = (UInt128)_sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(digest[(i * 8)..]) + carry;
            (_sum[i], carry) = ((ulong)sum, (ulong)(sum >> 64));
        }

        Rows++;
    }

    internal TableSum End(string table, IEnumerable<string> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in columns) hash.AppendData(Encoding.UTF8.GetBytes(column + "\0"));
        Span<byte> numbers = stackalloc byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, Rows);
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(numbers[(8 + i * 8)..], _sum[i]);
        hash.AppendData(numbers);
        return new TableSum(table, Rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
