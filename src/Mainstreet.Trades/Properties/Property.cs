namespace Mainstreet.Trades.Properties;

/// <summary>A building or a unit in one that a business looks after.</summary>
internal sealed class Property
{
    public Guid Id { get; init; }

    public Guid BusinessId { get; init; }

    public required string Name { get; set; }

    public string? Unit { get; set; }

    public required string Address { get; set; }

    public double Lat { get; set; }

    public double Lon { get; set; }

    public bool Synthetic { get; init; }

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
