using System.Security.Cryptography;
using System.Text;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Access.SecondFactor;

/// <summary>
/// What an account has besides its password, and the check of a code. A check runs in a transaction that holds the account's row, so a
/// hundred guesses at once are counted one after the other; a code itself is spent by a guarded update.
/// </summary>
internal sealed partial class SecondFactors(
    AccessDb db, AccountNotices notices, IDataProtectionProvider protection, IOptions<SecondFactorOptions> options, TimeProvider clock, ILogger<SecondFactors> log)
{
    internal const string Totp = "totp";
    internal const string Sms = "sms";
    internal const string Recovery = "recovery";
    internal const string Password = "password";

    /// <summary>The confirmed methods, the best first; empty when the password is all there is.</summary>
    internal async Task<IReadOnlyList<string>> MethodsAsync(Guid accountId, CancellationToken cancel)
    {
        var methods = new List<string>();
        if (await db.TotpFactors.AnyAsync(f => f.AccountId == accountId && f.ConfirmedAt != null, cancel)) methods.Add(Totp);
        if (await db.SmsFactors.AnyAsync(f => f.AccountId == accountId && f.ConfirmedAt != null, cancel)) methods.Add(Sms);
        if (methods.Count > 0 && await db.RecoveryCodes.AnyAsync(c => c.AccountId == accountId && c.UsedAt == null, cancel)) methods.Add(Recovery);
        return methods;
    }

    /// <summary>Encrypts a key for one account. Outside any transaction: the first call of a deployment writes to the database itself.</summary>
    internal string Protect(Guid accountId, byte[] secret) => Convert.ToBase64String(Protector(accountId).Protect(secret));

    /// <summary>
    /// The account's key, or null; null as well when the key ring does not open it, so that recovery codes and text messages still let the owner in.
    /// Outside the transaction that uses it: the key ring may have to be read.
    /// </summary>
    internal async Task<byte[]?> SecretAsync(Guid accountId, bool confirmed, CancellationToken cancel)
    {
        var stored = await db.TotpFactors.AsNoTracking().Where(f => f.AccountId == accountId && (f.ConfirmedAt != null) == confirmed)
            .Select(f => f.Protected).SingleOrDefaultAsync(cancel);
        if (stored is null) return null;
        try
        {
            return Protector(accountId).Unprotect(Convert.FromBase64String(stored));
        }
        catch (CryptographicException exception)
        {
            Log.Sealed(log, accountId, exception);
            return null;
        }
    }

    internal Task<int> RecoveryCodesLeftAsync(Guid accountId, CancellationToken cancel) =>
        db.RecoveryCodes.CountAsync(c => c.AccountId == accountId && c.UsedAt == null, cancel);

    /// <summary>The confirmed phone, or null.</summary>
    internal Task<string?> PhoneAsync(Guid accountId, CancellationToken cancel) =>
        db.SmsFactors.AsNoTracking().Where(f => f.AccountId == accountId && f.ConfirmedAt != null).Select(f => f.Phone).SingleOrDefaultAsync(cancel);

    /// <summary>
    /// Checks and spends a code of any method the account has. Call inside a transaction after <see cref="AccessDb.LockAccountAsync"/>, and commit
    /// whatever comes out: a wrong code is counted.
    /// </summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="secret">From <see cref="SecretAsync"/>, or null.</param>
    /// <param name="code">As typed.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The method, or invalid_code, too_many_attempts.</returns>
    internal async Task<Outcome<string>> CheckAsync(Guid accountId, byte[]? secret, string code, Client client, CancellationToken cancel)
    {
        var typed = Normalise(code);
        if (typed.Length == RecoveryCode.Length)
            return await UseRecoveryAsync(accountId, typed, cancel) ? Recovery : await FailAsync(accountId, client, count: false, cancel);
        if (await WaitAsync(accountId, cancel) is { } wait) return SecondFactorProblems.TooManyCodes(wait);
        if (secret is not null && await UseTotpAsync(accountId, secret, typed, confirmed: true, cancel)) return Totp;
        if (await PhoneAsync(accountId, cancel) is { } phone && await UseSmsAsync(accountId, phone, typed, cancel)) return Sms;
        return await FailAsync(accountId, client, count: true, cancel);
    }

    /// <summary>The same for a factor that is being set up.</summary>
    internal async Task<Problem?> CheckNewAsync(Guid accountId, Func<string, Task<bool>> use, string code, Client client, CancellationToken cancel)
    {
        if (await WaitAsync(accountId, cancel) is { } wait) return SecondFactorProblems.TooManyCodes(wait);
        return await use(Normalise(code)) ? null : (await FailAsync(accountId, client, count: true, cancel)).Problem;
    }

    /// <summary>Takes a code of the app, and none of its time step or before ever again.</summary>
    internal async Task<bool> UseTotpAsync(Guid accountId, byte[] secret, string code, bool confirmed, CancellationToken cancel)
    {
        var factors = db.TotpFactors.Where(f => f.AccountId == accountId && (f.ConfirmedAt != null) == confirmed);
        if (await factors.Select(f => (long?)f.LastStep).SingleOrDefaultAsync(cancel) is not { } last) return false;
        if (OneTimeCodes.Match(secret, code, clock.Now(), last) is not { } step) return false;
        return await factors.Where(f => f.LastStep < step).ExecuteUpdateAsync(set => set.SetProperty(f => f.LastStep, step), cancel) == 1;
    }

    /// <summary>Takes a code that was sent to the phone and has not grown too old.</summary>
    internal async Task<bool> UseSmsAsync(Guid accountId, string phone, string code, CancellationToken cancel)
    {
        var now = clock.Now();
        var sent = await db.SmsCodes.AsNoTracking().Where(c => c.AccountId == accountId && c.Phone == phone && c.UsedAt == null && c.ExpiresAt > now)
            .Select(c => new { c.Id, c.Hash }).ToListAsync(cancel);
        var same = sent.Find(c => CryptographicOperations.FixedTimeEquals(c.Hash, SmsCode.HashOf(c.Id, code)));
        return same is not null
            && await db.SmsCodes.Where(c => c.Id == same.Id && c.UsedAt == null).ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancel) == 1;
    }

    /// <summary>Ten fresh recovery codes; all former ones are void. Inside the caller's transaction.</summary>
    internal async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(Guid accountId, CancellationToken cancel)
    {
        const int Count = 10;
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync(cancel);
        var made = Enumerable.Range(0, Count).Select(_ => RecoveryCode.New(accountId, clock.Now())).ToList();
        db.RecoveryCodes.AddRange(made.Select(m => m.Row));
        await db.AuditAsync(new AuditEntry($"account:{accountId}", accountId, "recovery-codes.made", Detail: new { count = Count }), cancel);
        return [.. made.Select(m => m.Code)];
    }

    /// <summary>Recovery codes for an account whose first factor was just confirmed; none when it has some.</summary>
    internal async Task<IReadOnlyList<string>> FirstRecoveryCodesAsync(Guid accountId, CancellationToken cancel) =>
        await db.RecoveryCodes.AnyAsync(c => c.AccountId == accountId && c.UsedAt == null, cancel) ? [] : await NewRecoveryCodesAsync(accountId, cancel);

    /// <summary>Without a factor there is nothing to recover.</summary>
    internal async Task DropRecoveryCodesWithoutFactorAsync(Guid accountId, CancellationToken cancel)
    {
        if ((await MethodsAsync(accountId, cancel)).Any(m => m is Totp or Sms)) return;
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Has the owner told, with what the caller saves.</summary>
    internal Task TellAsync(Guid accountId, AccountMail.Topic topic, CancellationToken cancel) => notices.TellAsync(accountId, topic, cancel);

    /// <summary>A proof was given in the session: sensitive actions are allowed for a while.</summary>
    internal Task ProvedAsync(Guid? sessionId, CancellationToken cancel)
    {
        var now = clock.Now();
        return sessionId is { } id
            ? db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(set => set.SetProperty(s => s.ProvedAt, now), cancel)
            : Task.CompletedTask;
    }

    private static string Normalise(string code)
    {
        var typed = new StringBuilder(code.Length);
        foreach (var c in code)
        {
            if (!char.IsWhiteSpace(c) && c != '-') typed.Append(char.ToUpperInvariant(c));
        }

        return typed.ToString();
    }

    private static byte[] Subject(Guid accountId) => SHA256.HashData(Encoding.UTF8.GetBytes($"second-factor:{accountId:N}"));

    private IDataProtector Protector(Guid accountId) => protection.CreateProtector("Mainstreet.Access.Totp", accountId.ToString("N"));

    private async Task<bool> UseRecoveryAsync(Guid accountId, string code, CancellationToken cancel)
    {
        var (now, hash) = (clock.Now(), RecoveryCode.HashOf(accountId, code));
        if (await db.RecoveryCodes.Where(c => c.AccountId == accountId && c.Hash == hash && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), cancel) != 1)
        {
            return false;
        }

        var left = await db.RecoveryCodes.CountAsync(c => c.AccountId == accountId && c.UsedAt == null, cancel);
        await db.AuditAsync(new AuditEntry($"account:{accountId}", accountId, "recovery-code.used", Detail: new { left }), cancel);
        await TellAsync(accountId, AccountMail.Topic.RecoveryCodeUsed, cancel);
        return true;
    }

    // A recovery code has fifty random bits: wrong ones need no count, and the owner is not kept out by a stranger's guesses at the app's codes.
    private async Task<Outcome<string>> FailAsync(Guid accountId, Client client, bool count, CancellationToken cancel)
    {
        if (count) db.SignInFailures.Add(new SignInFailure(clock.NewId(), Subject(accountId), client.Address, clock.Now()));
        await db.AuditAsync(new AuditEntry($"account:{accountId}", null, "second-factor.refused", Detail: new { client.Address }), cancel);
        return SecondFactorProblems.InvalidCode;
    }

    private async Task<TimeSpan?> WaitAsync(Guid accountId, CancellationToken cancel)
    {
        var (settings, now, subject) = (options.Value, clock.Now(), Subject(accountId));
        TimeSpan? longest = null;
        foreach (var (limit, window) in new[] { (settings.Failures, TimeSpan.FromMinutes(settings.WindowMinutes)), (settings.FailuresPerDay, TimeSpan.FromDays(1)) })
        {
            var since = now - window;
            var oldest = await db.SignInFailures.Where(f => f.Subject == subject && f.At > since).OrderByDescending(f => f.At).Skip(limit - 1)
                .Select(f => (DateTimeOffset?)f.At).FirstOrDefaultAsync(cancel);
            if (oldest is { } at && (longest is null || at + window - now > longest)) longest = at + window - now;
        }

        return longest;
    }

    private static partial class Log
    {
        [LoggerMessage(1555, LogLevel.Warning, "The key ring does not open the authenticator key of account {AccountId}: its codes are refused")]
        internal static partial void Sealed(ILogger log, Guid accountId, Exception exception);
    }
}
