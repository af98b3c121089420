using System.Collections.Frozen;
using System.Security.Cryptography;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Mainstreet.Access.Tokens;

/// <summary>
/// The keys of access tokens: 64 random bytes each for HMAC-SHA256 (RFC 7518, 3.2), kept under Data Protection. Replicas
/// share them through the database. A new key takes over some minutes after it was made; every replica reads the keys
/// again at least once a minute, so each knows a key before a token bears it. An old key is accepted until the last
/// token that it signed has expired.
/// </summary>
internal sealed partial class SigningKeys(
    IDbContextFactory<AccessDb> contexts, IDataProtectionProvider protection, IOptions<AccessOptions> options,
    IWakeUps wakes, TimeProvider clock, ILogger<SigningKeys> log) : IDisposable
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnknownKeyReadsApart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TakesOverAfter = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("Mainstreet.Access.SigningKeys.v1");
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Ring? _ring;

    /// <summary>Changes when the set of keys was read again and differs.</summary>
    internal int Version => _ring?.Version ?? 0;

    /// <summary>The key that signs now. Makes the first one.</summary>
    internal async ValueTask<SigningCredentials> CurrentAsync(CancellationToken cancel)
    {
        var ring = _ring;
        if (ring is null || ring.Empty || Age(ring) > ReadAgainAfter) ring = await ReadAsync(ring, cancel);
        if (ring.Empty)
        {
            await AddAsync(after: 0, clock.Now(), cancel);
            // What another request read meanwhile may be from before the key was there.
            while (ring.Empty) ring = await ReadAsync(ring, cancel);
        }

        return ring.SignerAt(clock.Now());
    }

    /// <summary>The key of this <c>kid</c>, or <c>null</c>. An unknown one is looked up in the database at most once a second.</summary>
    internal async ValueTask<SecurityKey?> FindAsync(string? kid, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(kid)) return null;
        var ring = _ring;
        if (ring is null || Age(ring) > ReadAgainAfter || (!ring.ById.ContainsKey(kid) && Age(ring) > UnknownKeyReadsApart))
            ring = await ReadAsync(ring, cancel);
        return ring.ById.GetValueOrDefault(kid);
    }

    /// <summary>Makes a successor when the newest key is old enough, and drops keys whose tokens have all expired.</summary>
    internal async Task RotateAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var keys = await db.SigningKeys.AsNoTracking().OrderBy(k => k.Number).ToListAsync(cancel);
        if (keys.Count == 0 || now - keys[^1].CreatedAt >= TimeSpan.FromDays(options.Value.SigningKeyDays))
            await AddAsync(keys.Count == 0 ? 0 : keys[^1].Number, keys.Count == 0 ? now : now + TakesOverAfter, cancel);

        // A key stops signing when its successor takes over; replicas may be a read and a clock behind.
        var silentBefore = now - TimeSpan.FromMinutes(options.Value.AccessTokenMinutes) - TakesOverAfter;
        for (var i = 0; i + 1 < keys.Count; i++)
        {
            if (keys[i + 1].SignsFrom >= silentBefore) break;
            var id = keys[i].Id;
            await db.InTransactionAsync(token => db.SigningKeys.Where(k => k.Id == id).ExecuteDeleteAsync(token), cancel);
            Log.Dropped(log, keys[i].Number);
        }

        await ReadAsync(_ring, cancel);
        wakes.Raise(Wakes.Access);
    }

    // The number is that of the last key seen plus one, not of the last key there is: of two replicas that saw the same, one wins.
    private async Task AddAsync(int after, DateTimeOffset signsFrom, CancellationToken cancel)
    {
        // Outside any transaction: the first Protect of a deployment writes to the database itself.
        var secret = _protector.Protect(RandomNumberGenerator.GetBytes(64));
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var key = new SigningKey(Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(12)), after + 1, Convert.ToBase64String(secret), clock.Now(), signsFrom.Cut());
        db.SigningKeys.Add(key);
        db.AuditFirst(new Foundation.Audit.AuditEntry($"signing-key:{key.Id}", null, "signing-key.created", Detail: new { key.Number }));
        try
        {
            await db.SaveChangesAsync(cancel);
            Log.Added(log, key.Number);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            Log.Beaten(log, key.Number);
        }
    }

    /// <summary>Reads the keys at the next use, because another replica said that something changed.</summary>
    internal void Forget()
    {
        if (_ring is { } ring) _ring = ring with { ReadAt = clock.GetTimestamp() - 2 * ReadAgainAfter.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond };
    }

    public void Dispose() => _reading.Dispose();

    private TimeSpan Age(Ring ring) => clock.GetElapsedTime(ring.ReadAt);

    private async Task<Ring> ReadAsync(Ring? seen, CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            // Somebody else read while this call waited.
            if (_ring is { } newer && !ReferenceEquals(newer, seen)) return newer;
            var readAt = clock.GetTimestamp();
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var rows = await db.SigningKeys.AsNoTracking().OrderBy(k => k.Number).ToListAsync(cancel);
            if (_ring is { } same && same.Rows.SequenceEqual(rows)) return _ring = same with { ReadAt = readAt };
            return _ring = new Ring(rows, rows.ToFrozenDictionary(r => r.Id, Open, StringComparer.Ordinal), readAt, Version + 1);
        }
        finally
        {
            _reading.Release();
        }
    }

    private SymmetricSecurityKey Open(SigningKey row) =>
        new(_protector.Unprotect(Convert.FromBase64String(row.Protected))) { KeyId = row.Id };

    private sealed record Ring(List<SigningKey> Rows, FrozenDictionary<string, SymmetricSecurityKey> ById, long ReadAt, int Version)
    {
        internal bool Empty => Rows.Count == 0;

        internal SigningCredentials SignerAt(DateTimeOffset now)
        {
            var row = Rows.FindLast(r => r.SignsFrom <= now) ?? Rows[0];
            return new SigningCredentials(ById[row.Id], SecurityAlgorithms.HmacSha256);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1500, LogLevel.Information, "Made signing key {Number}")]
        internal static partial void Added(ILogger log, int number);

        [LoggerMessage(1501, LogLevel.Information, "Another replica made signing key {Number} first")]
        internal static partial void Beaten(ILogger log, int number);

        [LoggerMessage(1502, LogLevel.Information, "Dropped signing key {Number}: its last token has expired")]
        internal static partial void Dropped(ILogger log, int number);
    }
}
