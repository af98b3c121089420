using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>Puts a new password in the place of the old one, ends what began by the old one, and has the owner told where the address is confirmed.</summary>
internal sealed class PasswordChange(
    UserManager<Account> users, IPasswordHasher<Account> hasher, AccessDb db, AccountNotices notices, TimeProvider clock)
{
    /// <summary>In the audit trail: by somebody who knew the old one.</summary>
    internal const string Changed = "password.changed";

    /// <summary>In the audit trail: by the command line, or by a token that went to the address.</summary>
    internal const string Reset = "password.reset";

    /// <summary>Null when the password's form will do, else 400 with the reasons at the field.</summary>
    internal async Task<Problem?> JudgeAsync(Account account, string password, string field)
    {
        if (password.Length > Passwords.MaxLength) return Problem.Invalid(field, $"must be at most {Passwords.MaxLength} characters");
        var reasons = new List<string>();
        foreach (var validator in users.PasswordValidators)
            reasons.AddRange((await validator.ValidateAsync(users, account, password)).Errors.Select(e => e.Description));
        return reasons.Count == 0 ? null : Problem.Invalid(field, "") with { Errors = new Dictionary<string, string[]> { [field] = [.. reasons] } };
    }

    /// <summary>Slow on purpose: call it outside the transaction.</summary>
    internal string Hash(Account account, string password) => hasher.HashPassword(account, password);

    /// <summary>Inside a transaction that holds the account's row; the caller saves and, after the commit, tells the directory.</summary>
    /// <param name="account">As it was when its old password was looked at.</param>
    /// <param name="hash">From <see cref="Hash"/>.</param>
    /// <param name="keep">The session that goes on; null for none.</param>
    /// <param name="actor">Who does it; null for the command line.</param>
    /// <param name="action"><see cref="Changed"/> or <see cref="Reset"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>How many sessions ended; or concurrent_change when the password is not the one that was looked at.</returns>
    internal async Task<Outcome<int>> SetAsync(Account account, string hash, Guid? keep, Guid? actor, string action, CancellationToken cancel)
    {
        var (id, old) = (account.Id, account.PasswordHash);
        if (await db.Accounts.Where(a => a.Id == id && a.PasswordHash == old).ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, hash), cancel) == 0)
            return Problem.ConcurrentChange;
        var ended = await EndSession.EndAllAsync(db, id, keep, actor, "password_changed", clock.Now(), cancel);
        await db.AuditAsync(new AuditEntry($"account:{id}", actor, action, Detail: new { endedSessions = ended }), cancel);
        await notices.TellAsync(id, AccountMail.Topic.PasswordChanged, cancel);
        return ended;
    }
}
