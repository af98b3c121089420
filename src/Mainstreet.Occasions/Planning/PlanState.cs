namespace Mainstreet.Occasions.Planning;

/// <summary>
/// The one row that says up to which instant everything is planned. A change of a recipient reads it under a shared lock and plans
/// up to it; the planner raises it under an exclusive one before it reads recipients: so no change falls between them.
/// </summary>
internal sealed class PlanState
{
    public int Id { get; set; }

    public DateTimeOffset PlannedUntil { get; set; }

    /// <summary>
    /// Up to here the planner has been through everybody. It trails <see cref="PlannedUntil"/> while a plan is being made; a planner that died leaves the
    /// gap, and the next one starts here.
    /// </summary>
    public DateTimeOffset CompleteUntil { get; set; }

    /// <summary>Development only: what the test clock adds to the real one.</summary>
    public TimeSpan ClockOffset { get; set; }
}
