using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// A reported problem. Every act raises <see cref="Version"/>, which guards each save: of two acts at once one wins and
/// the other starts over from what is then true.
/// </summary>
internal sealed class Ticket
{
    private Ticket()
    {
    }

    public Guid Id { get; private init; }

    public long Number { get; private init; }

    public Guid BusinessId { get; private init; }

    public Guid? TenantId { get; private init; }

    public Guid? PropertyId { get; private init; }

    /// <summary>The agent's account; null while the ticket waits in the common queue.</summary>
    public Guid? AgentId { get; private set; }

    public Guid? ContractorId { get; private set; }

    public string? ExternalId { get; private init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public double Lat { get; private init; }

    public double Lon { get; private init; }

    public string? Address { get; private init; }

    public TicketPriority Priority { get; private set; }

    public TicketStatus Status { get; private set; }

    public TradeCategory Category { get; private set; }

    /// <summary>0 to 1; 1 once an agent has decided.</summary>
    public double Confidence { get; private set; }

    public CategorySource CategorySource { get; private set; }

    /// <summary>The classifier was not sure: triage shows it first.</summary>
    public bool Uncertain { get; private set; }

    public long? EstimateMin { get; private set; }

    public long? EstimateMax { get; private set; }

    public long? Price { get; private set; }

    public required string Currency { get; set; }

    public bool Escalated { get; private set; }

    public bool Synthetic { get; private init; }

    /// <summary>Counts rounds of offering; a release, a no-show and a reassignment start a new one.</summary>
    public int Try { get; private set; }

    /// <summary>The latest wave of the try.</summary>
    public int Wave { get; private set; }

    public int? WaveSize { get; private set; }

    public int? ExpiresInSeconds { get; private set; }

    public double? RadiusMeters { get; private set; }

    public DateTimeOffset? StartBy { get; private set; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    public string? CompletionNote { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public int? Stars { get; private set; }

    public string? Comment { get; private set; }

    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>True once somebody holds or held the job and it was not given back.</summary>
    public bool Taken => Status is TicketStatus.Accepted or TicketStatus.InProgress or TicketStatus.Completed or TicketStatus.Closed;

    public bool Ended => Status is TicketStatus.Closed or TicketStatus.Cancelled;

    internal static Ticket Report(
        Guid id, Guid businessId, Guid? tenantId, Guid? propertyId, string? externalId, string title, string description,
        GeoPoint location, string? address, TicketPriority priority, TradeCategory category, double confidence, bool uncertain,
        string currency, bool synthetic, DateTimeOffset createdAt, DateTimeOffset now) => new()
        {
            Id = id,
            BusinessId = businessId,
            TenantId = tenantId,
            PropertyId = propertyId,
            ExternalId = externalId,
            Title = title,
            Description = description,
            Lat = location.Lat,
            Lon = location.Lon,
            Address = address,
            Priority = priority,
            Status = TicketStatus.Submitted,
            Category = category,
            Confidence = confidence,
            CategorySource = CategorySource.Classifier,
            Uncertain = uncertain,
            Currency = currency,
            Synthetic = synthetic,
            Version = 1,
            CreatedAt = createdAt,
            UpdatedAt = now,
        };

    internal void AssignAgent(Guid agentId) => AgentId = agentId;

    internal Problem? Triage(TradeCategory category, TicketPriority? priority, Estimate? estimate, DateTimeOffset now)
    {
        if (Status is not (TicketStatus.Submitted or TicketStatus.Triaged)) return TradesProblems.WrongStatus(Status);
        Status = TicketStatus.Triaged;
        Category = category;
        CategorySource = CategorySource.Agent;
        Confidence = 1;
        Uncertain = false;
        Priority = priority ?? Priority;
        if (estimate is not null)
        {
            EstimateMin = estimate.Min.Amount;
            EstimateMax = estimate.Max.Amount;
            Currency = estimate.Min.Currency;
        }

        Touch(now);
        return null;
    }

    /// <summary>Opens a new try; the old one's offers must be closed by the caller.</summary>
    internal void BeginTry(int? waveSize, int? expiresInSeconds, double? radiusMeters)
    {
        Try++;
        Wave = 0;
        WaveSize = waveSize ?? WaveSize;
        ExpiresInSeconds = expiresInSeconds ?? ExpiresInSeconds;
        RadiusMeters = radiusMeters ?? RadiusMeters;
    }

    internal void BeginWave(DateTimeOffset now)
    {
        Wave++;
        Status = TicketStatus.Offered;
        Escalated = false;
        ContractorId = null;
        StartBy = AcceptedAt = StartedAt = null;
        Touch(now);
    }

    internal void Accept(Guid contractorId, DateTimeOffset startBy, DateTimeOffset now)
    {
        Status = TicketStatus.Accepted;
        ContractorId = contractorId;
        AcceptedAt = now;
        StartBy = startBy;
        Escalated = false;
        Touch(now);
    }

    internal void Start(DateTimeOffset now)
    {
        Status = TicketStatus.InProgress;
        StartedAt = now;
        Touch(now);
    }

    internal void Complete(string note, Money? price, DateTimeOffset now)
    {
        Status = TicketStatus.Completed;
        CompletionNote = note;
        CompletedAt = now;
        if (price is not null)
        {
            Price = price.Amount;
            Currency = price.Currency;
        }

        Touch(now);
    }

    internal void Close(int? stars, string? comment, DateTimeOffset now)
    {
        Status = TicketStatus.Closed;
        Stars = stars;
        Comment = comment;
        ClosedAt = now;
        Touch(now);
    }

    internal void Cancel(DateTimeOffset now)
    {
        Status = TicketStatus.Cancelled;
        Escalated = false;
        ClosedAt = now;
        StartBy = null;
        Touch(now);
    }

    /// <summary>The contractor is off the job; what follows (a wave, another contractor, the agents) is the caller's next step.</summary>
    internal void TakeBack(DateTimeOffset now)
    {
        Status = TicketStatus.Triaged;
        ContractorId = null;
        StartBy = AcceptedAt = StartedAt = null;
        Touch(now);
    }

    /// <summary>Back to the agents: nobody is left to ask, or the tries are used up.</summary>
    internal void Escalate(DateTimeOffset now)
    {
        Status = TicketStatus.Triaged;
        Escalated = true;
        ContractorId = null;
        StartBy = AcceptedAt = StartedAt = null;
        Touch(now);
    }

    internal void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }
}
