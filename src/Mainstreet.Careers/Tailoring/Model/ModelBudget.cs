using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tailoring.Model;

/// <summary>Tokens that a person's documents took on a day of UTC.</summary>
internal sealed class ModelDay
{
    public Guid AccountId { get; init; }

    public DateOnly Day { get; init; }

    /// <summary>Counted so far; while a question is out, at its most.</summary>
    public long Tokens { get; init; }
}

/// <summary>
/// The daily budget: one guarded row per person and day, so it holds on any number of replicas. A question is counted at its most before it is asked and
/// at what it took afterwards; of one whose cost nobody knows (it failed, the process died) the most stays counted.
/// </summary>
internal sealed class ModelBudget(IDbContextFactory<CareersDb> contexts, IOptions<TailoringModelOptions> options, TimeProvider clock)
{
    /// <summary>The day on which the tokens were counted; null when the budget does not allow them.</summary>
    internal async Task<DateOnly?> TakeAsync(Guid accountId, long tokens, CancellationToken cancel)
    {
        var day = DateOnly.FromDateTime(clock.Now().UtcDateTime);
        var most = options.Value.TokensPerDay - tokens;
        if (most < 0) return null;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await OpenAsync(db, accountId, day, cancel);
        var taken = await db.InTransactionAsync(token => db.ModelDays.Where(d => d.AccountId == accountId && d.Day == day && d.Tokens <= most)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Tokens, d => d.Tokens + tokens), token), cancel);
        return taken == 1 ? day : null;
    }

    /// <summary>Counts what the question took in place of what was taken for it.</summary>
    internal async Task SettleAsync(Guid accountId, DateOnly day, long taken, long spent, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => db.ModelDays.Where(d => d.AccountId == accountId && d.Day == day)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Tokens, d => d.Tokens + (spent - taken)), token), cancel);
    }

    private static async Task OpenAsync(CareersDb db, Guid accountId, DateOnly day, CancellationToken cancel)
    {
        if (await db.ModelDays.AnyAsync(d => d.AccountId == accountId && d.Day == day, cancel)) return;
        db.ModelDays.Add(new ModelDay { AccountId = accountId, Day = day });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another document was quicker.
        }

        db.ChangeTracker.Clear();
    }
}
