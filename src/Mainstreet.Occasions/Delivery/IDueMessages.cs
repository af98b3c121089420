namespace Mainstreet.Occasions.Delivery;

/// <param name="Recovered">Messages taken up again.</param>
/// <param name="Skipped">Messages given up as too late.</param>
internal sealed record RecoveryReport(int Recovered, int Skipped);

/// <summary>The jobs' way into delivery. Safe to run twice and on every replica.</summary>
internal interface IDueMessages
{
    /// <summary>Hands what is due to delivery; answers how many.</summary>
    Task<int> EnqueueAsync(CancellationToken cancel);

    /// <summary>Takes up what is stuck or was lost on the way; gives up what is too late.</summary>
    Task<RecoveryReport> RecoverAsync(CancellationToken cancel);
}
