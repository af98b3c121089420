namespace Mainstreet.Foundation.Jobs;

/// <summary>A delayed job. It is done when its row is deleted, in the same transaction as its effect.</summary>
public sealed class JobRow
{
    public Guid Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>What it is about; unique per kind while waiting.</summary>
    public required string Key { get; init; }

    public string? Payload { get; init; }

    public DateTimeOffset DueAt { get; set; }

    public int Attempts { get; set; }

    /// <summary>Raised at each claim: a runner whose lease ran out cannot complete what another took over.</summary>
    public int Fence { get; set; }

    public string? Owner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Given up after the last attempt; stays for inspection.</summary>
    public bool Dead { get; set; }

    public string? LastError { get; set; }
}
