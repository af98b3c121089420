using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Applies each business's misfire policy to messages whose instant passed while nothing ran.</summary>
internal sealed class LateMessages(IDueRows rows, IPolicies policies, OccasionClock clock, IOptions<OccasionsOptions> options, PlanMetrics misfires, DeliveryMetrics metrics)
{
    private const int Batch = 5_000;

    internal TimeSpan Grace => TimeSpan.FromMinutes(options.Value.MisfireGraceMinutes);

    /// <returns>How many are on their way, and how many were skipped.</returns>
    internal async Task<RecoveryReport> DecideAsync(CancellationToken cancel)
    {
        var (recovered, skipped) = (0, 0);
        int taken;
        do
        {
            var now = clock.Now();
            var (batchRecovered, batchSkipped) = (0, 0);
            var byPolicy = new Dictionary<MisfirePolicy, int>();
            taken = await rows.DecideLateAsync(now - Grace, now, Batch, async (db, late, token) =>
            {
                (batchRecovered, batchSkipped) = (0, 0);
                byPolicy.Clear();
                var rules = await policies.ForAsync(db, [.. late.Select(m => m.BusinessId).Distinct()], token);
                var decisions = late.Select(m => Decide(m, rules[m.BusinessId], now)).ToList();
                foreach (var (message, decision) in late.Zip(decisions))
                {
                    if (decision.Status == MessageStatus.Skipped) batchSkipped++;
                    else batchRecovered++;
                    var policy = rules[message.BusinessId].Misfire;
                    byPolicy[policy] = byPolicy.GetValueOrDefault(policy) + 1;
                }

                return decisions;
            }, cancel);
            recovered += batchRecovered;
            skipped += batchSkipped;
            metrics.Skipped(batchSkipped);
            foreach (var (policy, messages) in byPolicy) misfires.Misfired(policy, messages);
        }
        while (taken == Batch);
        return new RecoveryReport(recovered, skipped);
    }

    /// <summary>What becomes of a late message: sent now, moved, or skipped.</summary>
    internal static LateDecision Decide(LateMessage message, SendPolicy policy, DateTimeOffset now)
    {
        if (message.Paused)
        {
            // Its deadline has passed, or it would not be here; for the next window it waits as long as a greeting is one.
            return policy.Misfire == MisfirePolicy.NextWindow && now <= message.DueAt + Misfire.Longest
                ? new LateDecision(message.Id, MessageStatus.Scheduled, message.DueAt, message.DueAt + Misfire.Longest, message.Reason, null)
                : new LateDecision(message.Id, MessageStatus.Skipped, message.DueAt, message.SendBy, message.Reason, Misfire.TooLatePaused);
        }

        if (Zones.Find(message.TimeZone) is not { } zone)
            return new LateDecision(message.Id, MessageStatus.Skipped, message.DueAt, message.SendBy, message.Reason, Misfire.TooLate);
        var decision = Misfire.Decide(message.DueAt, message.SendBy, ReasonWords.Parse(message.Reason), zone, policy, now);
        var status = decision.Status == MessageStatus.Skipped ? MessageStatus.Skipped
            : decision.DueAt <= now ? MessageStatus.Queued : MessageStatus.Scheduled;
        return new LateDecision(message.Id, status, decision.DueAt, decision.SendBy, ReasonWords.Of(decision.Reasons), decision.Error);
    }
}
