using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.RateLimits;

/// <summary>
/// Counts uses in a sliding window: in no stretch of time as long as the window are there more than the limit. A use at t leaves the window at exactly
/// t + window. Instants never go back within an account, whichever replica's clock they come from.
/// </summary>
internal sealed class ExactLimits(IDbContextFactory<StudioDb> contexts, IOptionsMonitor<LimitOptions> options, TimeProvider clock)
{
    /// <summary>Uses the limit once, or says for how long that is too much; what is refused is not counted.</summary>
    internal async Task<LimitState> TakeAsync(Guid accountId, StudioLimit limit, CancellationToken cancel)
    {
        var (most, window) = Of(limit);
        var kind = limit.ToString();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await OpenAsync(db, accountId, kind, cancel);
        return await db.InTransactionAsync(async token =>
        {
            // The row is held until the transaction ends.
            var row = db.LimitUses.Where(u => u.AccountId == accountId && u.Kind == kind);
            await row.ExecuteUpdateAsync(set => set.SetProperty(u => u.Uses, u => u.Uses), token);
            var uses = LimitUses.Read(await row.Select(u => u.Uses).SingleAsync(token));
            var now = Math.Max(clock.Now().ToMicroseconds(), uses.Count > 0 ? uses[^1] : long.MinValue);
            var span = window.Ticks / TimeSpan.TicksPerMicrosecond;
            uses.RemoveAll(u => u <= now - span);
            if (uses.Count >= most) return new LimitState(false, most, window, 0, Span(uses[uses.Count - most] + span - now));
            uses.Add(now);
            var text = LimitUses.Write(uses);
            await row.ExecuteUpdateAsync(set => set.SetProperty(u => u.Uses, text), token);
            return new LimitState(true, most, window, most - uses.Count, Span(uses[0] + span - now));
        }, cancel);
    }

    private (int Most, TimeSpan Window) Of(StudioLimit limit)
    {
        var settings = options.CurrentValue;
        return limit switch
        {
            StudioLimit.Ai => (settings.AiRequests, settings.AiWindow),
            StudioLimit.Deploy => (settings.Deployments, settings.DeploymentWindow),
            _ => throw new ArgumentOutOfRangeException(nameof(limit)),
        };
    }

    private static TimeSpan Span(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Makes the row, in a transaction of its own: two who make it at once must not break the one that counts.</summary>
    private static async Task OpenAsync(StudioDb db, Guid accountId, string kind, CancellationToken cancel)
    {
        if (await db.LimitUses.AnyAsync(u => u.AccountId == accountId && u.Kind == kind, cancel)) return;
        db.LimitUses.Add(new LimitUses { AccountId = accountId, Kind = kind });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another request was quicker.
        }

        db.ChangeTracker.Clear();
    }
}
