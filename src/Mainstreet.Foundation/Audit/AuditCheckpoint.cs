using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Audit;

/// <summary>
/// What the whole trail amounted to at an instant. A chain per stream cannot show that its tail, or all of it, is gone;
/// a checkpoint can, because its digest covers every row of every stream up to then. Checkpoints are chained in turn:
/// one hash kept elsewhere vouches for all rows before it.
/// </summary>
public sealed class AuditCheckpoint
{
    /// <summary>1, 2, 3, … without gaps.</summary>
    public int Seq { get; init; }

    /// <summary>Covers rows with <c>at</c> at or before this.</summary>
    public DateTimeOffset Until { get; init; }

    /// <summary>Number of rows covered, from the very first.</summary>
    public long Rows { get; init; }

    /// <summary>
    /// SHA-256 over the previous checkpoint's digest and the hashes of the rows since, ordered by (at, hash); lower-case
    /// hex. A sum of hashes would not need the order, but sums can be forged by inventing rows (Wagner 2002).
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>The hash of the checkpoint before, null for the first.</summary>
    public string? Previous { get; init; }

    /// <summary>SHA-256 of the other fields, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The hash that this checkpoint must carry.</summary>
    public string ExpectedHash() => ComputeHash(Seq, Until, Rows, Digest, Previous);

    internal static AuditCheckpoint After(AuditCheckpoint? previous, DateTimeOffset until, long rows, string digest)
    {
        var seq = (previous?.Seq ?? 0) + 1;
        return new AuditCheckpoint
        {
            Seq = seq,
            Until = until,
            Rows = rows,
            Digest = digest,
            Previous = previous?.Hash,
            Hash = ComputeHash(seq, until, rows, digest, previous?.Hash),
        };
    }

    private static string ComputeHash(int seq, DateTimeOffset until, long rows, string digest, string? previous) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{seq}|{until.ToMicroseconds()}|{rows}|{digest}|{previous}"))));
}

/// <summary>The digest of one stretch of rows, fed in order.</summary>
internal sealed class AuditDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal AuditDigest(string? before) => Add(before ?? "");

    internal long Rows { get; private set; }

    internal void AddRow(string rowHash)
    {
        Add(rowHash);
        Rows++;
    }

    internal string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void Add(string text)
    {
        // A tampered hash may have any length; the separator keeps two rows from spelling one.
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _hash.AppendData("\n"u8);
    }

    /// <summary>
    /// Rows as a checkpoint orders them. Hashes are hex, so every collation of both engines sorts them alike; a stream's
    /// name, being free text, would not keep its order across servers.
    /// </summary>
    internal static IQueryable<AuditRow> InOrder(FoundationDb db) =>
        db.Audit.AsNoTracking().OrderBy(r => r.At).ThenBy(r => r.Hash);
}
