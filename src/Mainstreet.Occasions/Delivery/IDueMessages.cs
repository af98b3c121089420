namespace Mainstreet.Occasions.Delivery;

/// <summary>What a run of the recovery job found.</summary>
/// <param name="Recovered">Messages that had been missed or abandoned and are on their way again.</param>
/// <param name="Skipped">Messages that were found too late to be sent.</param>
internal sealed record RecoveryReport(int Recovered, int Skipped);

/// <summary>Moves messages from the plan to delivery. Safe to run at any time, twice, and on every replica.</summary>
internal interface IDueMessages
{
    /// <summary>Hands every due message to delivery, except what is paused; what is past its deadline is skipped.</summary>
    /// <returns>How many were handed over.</returns>
    Task<int> EnqueueAsync(CancellationToken cancel);

    /// <summary>Finds what was missed, stuck or abandoned and puts it right.</summary>
    Task<RecoveryReport> RecoverAsync(CancellationToken cancel);
}
