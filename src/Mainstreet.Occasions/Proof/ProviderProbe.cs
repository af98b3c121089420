using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>One message to see whether the server's provider is the double at all.</summary>
internal static class ProviderProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="ProofException">Nothing arrived.</exception>
    internal static async Task RunAsync(OccasionsStage stage, CancellationToken cancel)
    {
        stage.Run.Progress($"a probe to the provider double at {stage.Provider.Address}");
        var business = await stage.FoundAsync("probe", "sendLate", 720, cancel);
        await stage.RunJobAsync("daily", cancel);
        var from = stage.Clock.Now + TimeSpan.FromMinutes(1);
        var probe = await stage.AddAsync(business, GreetingTimes.Between(from, from + TimeSpan.FromHours(4))[0], "probe", cancel);
        await stage.ReachAsync(probe.DueAt, cancel);
        var start = stage.Run.Clock.GetTimestamp();
        var beat = 0;
        while (stage.Provider.Arrivals.All(a => a.RecipientId != probe.RecipientId))
        {
            if (stage.Run.Clock.GetElapsedTime(start) > Patience)
            {
                var message = (await stage.MessagesOfAsync(probe.RecipientId, cancel)).SingleOrDefault();
                throw new ProofException(
                    $"A probe message did not reach the provider double at {stage.Provider.Address} within {Patience.TotalSeconds:F0} s (the server says: {message?.ToString() ?? "no message"}). " +
                    $"Start the server with Occasions__Providers__0__Url={stage.Provider.Address}, or give the address that it has as --{OccasionsProof.Double.Name}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), stage.Run.Clock, cancel);
            if (++beat % 40 == 0) await stage.RunJobAsync("minute", cancel);
            // An attempt that was refused waits before the next one.
            if (beat % 100 == 0) await stage.Clock.MoveAsync(stage.Clock.Now + TimeSpan.FromMinutes(1), cancel);
        }
    }
}
