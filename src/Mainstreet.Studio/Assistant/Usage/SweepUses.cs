using Mainstreet.Foundation.Jobs;

namespace Mainstreet.Studio.Assistant.Usage;

/// <summary>Gives back what uses hold that nobody ends any more.</summary>
internal sealed class SweepUses(TokenLedger ledger) : IRecurringJob
{
    public async Task RunAsync(CancellationToken cancel) => await ledger.CloseLostAsync(cancel);
}
