namespace Mainstreet.Foundation.Jobs;

/// <summary>When a recurring job runs next, and how it went last.</summary>
public sealed class RecurringRow
{
    public required string Name { get; init; }

    public DateTimeOffset NextDue { get; set; }

    public DateTimeOffset? LastStarted { get; set; }

    public DateTimeOffset? LastFinished { get; set; }

    /// <summary>What the last run failed with; <c>null</c> after a good one.</summary>
    public string? LastError { get; set; }
}
