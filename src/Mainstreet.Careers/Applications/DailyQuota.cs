using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Applications;

/// <summary>How many applications a person submitted on a day of UTC.</summary>
internal sealed class ApplicationDay
{
    public Guid AccountId { get; init; }

    public DateOnly Day { get; init; }

    public int Used { get; init; }
}

/// <param name="Day">A day of UTC.</param>
internal sealed record QuotaState(DateOnly Day, int Limit, int Used)
{
    internal int Left => Math.Max(0, Limit - Used);

    /// <summary>When the next day begins.</summary>
    internal DateTimeOffset ResetsAt => new(Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}

/// <summary>The daily limit. It is one guarded row per person and day, so it holds on any number of replicas and over restarts.</summary>
internal sealed class DailyQuota(CareersDb db, IDbContextFactory<CareersDb> contexts, IOptions<CareersOptions> options, TimeProvider clock)
{
    internal DateOnly Today => DateOnly.FromDateTime(clock.Now().UtcDateTime);

    internal async Task<QuotaState> ReadAsync(Guid accountId, CancellationToken cancel)
    {
        var today = Today;
        var used = await db.ApplicationDays.Where(d => d.AccountId == accountId && d.Day == today).Select(d => d.Used).SingleOrDefaultAsync(cancel);
        return new QuotaState(today, options.Value.ApplicationsPerDay, used);
    }

    /// <summary>Makes the day's row, in a transaction of its own: two who make it at once must not break the one that counts.</summary>
    internal async Task OpenAsync(Guid accountId, DateOnly day, CancellationToken cancel)
    {
        if (await db.ApplicationDays.AnyAsync(d => d.AccountId == accountId && d.Day == day, cancel)) return;
        await using var own = await contexts.CreateDbContextAsync(cancel);
        own.ApplicationDays.Add(new ApplicationDay { AccountId = accountId, Day = day });
        try
        {
            await own.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another request was quicker.
        }
    }

    /// <summary>Counts one within the open transaction. False when the day is used up.</summary>
    internal async Task<bool> TakeAsync(Guid accountId, DateOnly day, CancellationToken cancel)
    {
        var limit = options.Value.ApplicationsPerDay;
        return await db.ApplicationDays.Where(d => d.AccountId == accountId && d.Day == day && d.Used < limit)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Used, d => d.Used + 1), cancel) == 1;
    }

    /// <summary>Gives one back that certainly did not go out, within the open transaction.</summary>
    internal Task<int> ReturnAsync(Guid accountId, DateOnly day, CancellationToken cancel) =>
        db.ApplicationDays.Where(d => d.AccountId == accountId && d.Day == day && d.Used > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Used, d => d.Used - 1), cancel);
}
