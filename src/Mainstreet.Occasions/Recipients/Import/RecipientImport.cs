namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>How far one import has come. Written by the transaction of each batch, so a file sent again goes on where it stopped.</summary>
internal sealed class RecipientImport
{
    public Guid Id { get; set; }

    public Guid BusinessId { get; set; }

    public Guid AccountId { get; set; }

    /// <summary>The <c>Idempotency-Key</c> it was sent with; unique for the account.</summary>
    public string? Key { get; set; }

    /// <summary>Raised at each take-over: a request that was given up for dead writes nothing more.</summary>
    public int Fence { get; set; }

    /// <summary>Rows up to and including this line of the file are dealt with.</summary>
    public long Line { get; set; }

    /// <summary>SHA-256, lower-case hex, of the rows up to <see cref="Line"/>: the same file, or another one under the same key?</summary>
    public string Digest { get; set; } = "";

    public long Accepted { get; set; }

    public long Rejected { get; set; }

    /// <summary>Bytes of the file read so far.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of the whole file, when the request said so.</summary>
    public long? TotalBytes { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Last sign of life.</summary>
    public DateTimeOffset TouchedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
