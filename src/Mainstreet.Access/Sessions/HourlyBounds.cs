using System.Security.Cryptography;
using System.Text;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Sessions;

/// <summary>Bounds on what may be done so many times an hour, counted in the database so that replicas agree.</summary>
internal sealed class HourlyBounds(AccessDb db, TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A place under a bound, or how long to wait for one.</summary>
    internal readonly record struct Place(Guid Id, TimeSpan? Wait);

    /// <summary>
    /// Takes a place, outside any transaction. It is written first and counted afterwards, and taken back when there are too many: of those who keep
    /// theirs, the last to commit saw all others, so many at once get no more than the bound.
    /// </summary>
    /// <param name="of">What is bounded, for whom: <c>registration:192.0.2.7</c>. Kept as its SHA-256.</param>
    /// <param name="limit">Most in an hour, 1 or more.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task<Place> TakeAsync(string of, int limit, CancellationToken cancel)
    {
        var subject = SHA256.HashData(Encoding.UTF8.GetBytes(of));
        var now = clock.Now();
        var taken = db.SignInFailures.Where(f => f.Subject == subject);
        // Who is refused anyhow writes nothing.
        if (await SignInLimits.FullForAsync(taken, Hour, limit, now, cancel) is { } full) return new Place(Guid.Empty, full);
        var row = new SignInFailure(clock.NewId(), subject, "", now);
        db.SignInFailures.Add(row);
        await db.SaveChangesAsync(cancel);
        if (await SignInLimits.FullForAsync(taken, Hour, limit + 1, now, cancel) is null) return new Place(row.Id, null);
        await GiveBackAsync(row.Id, CancellationToken.None);
        return new Place(Guid.Empty, await SignInLimits.FullForAsync(taken, Hour, limit, now, cancel) ?? TimeSpan.FromSeconds(1));
    }

    /// <summary>Gives back the place of something that did not come about.</summary>
    internal Task GiveBackAsync(Guid place, CancellationToken cancel) =>
        db.InTransactionAsync(token => db.SignInFailures.Where(f => f.Id == place).ExecuteDeleteAsync(token), cancel);
}
