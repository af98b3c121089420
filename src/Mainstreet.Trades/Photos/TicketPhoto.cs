namespace Mainstreet.Trades.Photos;

/// <summary>A picture of a ticket, re-encoded at upload; the bytes are in the file store.</summary>
internal sealed class TicketPhoto
{
    public Guid Id { get; init; }

    public Guid TicketId { get; init; }

    public Guid UploadedBy { get; init; }

    public required string FileKey { get; init; }

    public required string ContentType { get; init; }

    public long Bytes { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Named by the contractor as proof of the finished work.</summary>
    public bool Proof { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
