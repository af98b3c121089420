namespace Mainstreet.Foundation.Web;

/// <summary>One use of an <c>Idempotency-Key</c> by one account. The answer is stored in the transaction of the effect.</summary>
public sealed class IdempotencyRow
{
    public Guid AccountId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path and body.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>While running: until when another request with the key is told <c>in_progress</c>.</summary>
    public DateTimeOffset? RunningUntil { get; set; }

    /// <summary>Raised at each take-over, so that an overtaken request cannot complete.</summary>
    public int Fence { get; set; }

    public int? Status { get; set; }

    public string? Location { get; set; }

    public string? Body { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
