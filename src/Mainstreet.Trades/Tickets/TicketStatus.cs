namespace Mainstreet.Trades.Tickets;

/// <summary>Where a ticket stands. Contracts: submitted, triaged, offered, accepted, inProgress, completed, closed, cancelled.</summary>
public enum TicketStatus
{
    Submitted,
    Triaged,
    Offered,
    Accepted,
    InProgress,
    Completed,
    Closed,
    Cancelled,
}

/// <summary>How urgent the tenant or the agent says it is.</summary>
public enum TicketPriority
{
    Low,
    Normal,
    High,
    Emergency,
}

/// <summary>Who decided the category.</summary>
public enum CategorySource
{
    Classifier,
    Agent,
}
