using Mainstreet.Access.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.Sessions;

/// <summary>
/// Bounds on failed sign-ins, counted in the database so that replicas agree, and by e-mail whether or not it has an
/// account, so that a bound tells nothing either. Three bounds hold at once: per e-mail and address, per address, and per
/// e-mail from everywhere. The last one does not apply to addresses that the account is known to sign in from: a plain
/// lockout would let any stranger keep the owner out.
/// </summary>
internal sealed class SignInLimits(AccessDb db, TimeProvider clock, IOptionsMonitor<SignInOptions> options)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private TimeSpan Window => TimeSpan.FromMinutes(options.CurrentValue.WindowMinutes);

    /// <summary>
    /// How long this client must wait, or <c>null</c> when it may try.
    /// </summary>
    /// <param name="subject">SHA-256 of the normalised e-mail.</param>
    /// <param name="client">Who tries.</param>
    /// <param name="accountId">The account, or <see cref="Guid.Empty"/>: the same statements run either way.</param>
    /// <param name="own">1 when this attempt's own failure is recorded already, else 0.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<TimeSpan?> WaitAsync(byte[] subject, Client client, Guid accountId, int own, CancellationToken cancel)
    {
        var settings = options.CurrentValue;
        var now = clock.Now();
        var address = client.Address;
        var wait = await FullForAsync(db.SignInFailures.Where(f => f.Subject == subject && f.Address == address),
            Window, settings.FailuresPerAccountAndAddress + own, now, cancel);
        var byAddress = await FullForAsync(db.SignInFailures.Where(f => f.Address == address), Window, settings.FailuresPerAddress + own, now, cancel);
        if (byAddress > wait || wait is null) wait = byAddress;
        var byAccount = await LockedForAsync(subject, own, cancel);
        var since = now - TimeSpan.FromDays(settings.KnownAddressDays);
        var known = await db.Sessions.AnyAsync(s => s.AccountId == accountId && s.Address == address && s.CreatedAt > since, cancel);
        if (!known && (byAccount > wait || wait is null)) wait = byAccount;
        return wait;
    }

    /// <summary>How long strange addresses must wait for this e-mail, or <c>null</c>.</summary>
    internal Task<TimeSpan?> LockedForAsync(byte[] subject, int own, CancellationToken cancel) =>
        FullForAsync(db.SignInFailures.Where(f => f.Subject == subject), Hour, options.CurrentValue.FailuresPerAccount + own, clock.Now(), cancel);

    /// <summary>Counts one failure; committed before the caller is answered.</summary>
    internal Task RecordAsync(byte[] subject, Client client, CancellationToken cancel)
    {
        db.SignInFailures.Add(new SignInFailure(clock.NewId(), subject, client.Address, clock.Now()));
        return db.SaveChangesAsync(cancel);
    }

    /// <summary>A success clears what this client failed before. Call inside the transaction that starts the session.</summary>
    internal Task ClearAsync(byte[] subject, Client client, CancellationToken cancel)
    {
        var address = client.Address;
        return db.SignInFailures.Where(f => f.Subject == subject && f.Address == address).ExecuteDeleteAsync(cancel);
    }

    /// <summary>How long a bound stays reached: while its limit-th latest row is still inside the window.</summary>
    internal static async Task<TimeSpan?> FullForAsync(
        IQueryable<SignInFailure> failures, TimeSpan window, int limit, DateTimeOffset now, CancellationToken cancel)
    {
        var since = now - window;
        var oldest = await failures.Where(f => f.At > since).OrderByDescending(f => f.At).Skip(limit - 1)
            .Select(f => (DateTimeOffset?)f.At).FirstOrDefaultAsync(cancel);
        return oldest is { } at ? at + window - now : null;
    }
}

/// <summary>Forgets failures that no bound looks back to, and sessions that ended or ran out a month ago, with their tokens.</summary>
internal sealed class SignInPruning(AccessDb db, TimeProvider clock) : IRecurringJob
{
    public Task RunAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var dayAgo = now - TimeSpan.FromDays(1);
        var monthAgo = now - TimeSpan.FromDays(31);
        return db.InTransactionAsync(async token =>
        {
            await db.SignInFailures.Where(f => f.At < dayAgo).ExecuteDeleteAsync(token);
            await db.SignInChallenges.Where(c => c.ExpiresAt < dayAgo).ExecuteDeleteAsync(token);
            await db.SmsCodes.Where(c => c.SentAt < dayAgo).ExecuteDeleteAsync(token);
            // An expired token is refused as unknown whether or not it was used before.
            await db.RefreshTokens.Where(t => t.ExpiresAt < dayAgo).ExecuteDeleteAsync(token);
            var old = db.Sessions.Where(s => s.ExpiresAt < monthAgo || (s.EndedAt != null && s.EndedAt < monthAgo)).Select(s => s.Id);
            await db.RefreshTokens.Where(t => old.Contains(t.SessionId)).ExecuteDeleteAsync(token);
            await db.Sessions.Where(s => s.ExpiresAt < monthAgo || (s.EndedAt != null && s.EndedAt < monthAgo)).ExecuteDeleteAsync(token);
        }, cancel);
    }
}
