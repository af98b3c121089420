using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Data;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>Makes administrators and lets people in again for the command line, whose user already rules the database.</summary>
internal sealed class Administrators(UserManager<Account> users, AccessDb db, AccountDirectory directory, TimeProvider clock) : IAdministrators
{
    private static readonly EmailAddressAttribute Email = new();

    public Task<Outcome<Guid>> CreateAsync(string email, string displayName, string password, CancellationToken cancel)
    {
        if (email.Length > 254 || !Email.IsValid(email.Trim()))
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("email", "is not an e-mail address"));
        if (string.IsNullOrWhiteSpace(displayName) || displayName.Length > 200)
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("displayName", "must be 1 to 200 characters"));
        if (password.Length > Passwords.MaxLength)
            return Task.FromResult<Outcome<Guid>>(Problem.Invalid("password", $"must be at most {Passwords.MaxLength} characters"));
        var account = Account.Open(clock.NewId(), email, displayName, clock.Now(), [Roles.Admin], emailConfirmed: true);
        return Register.OpenAsync(users, db, account, password, null, cancel);
    }

    public async Task<Outcome<Guid>> ResetSecondFactorAsync(string email, CancellationToken cancel)
    {
        var normalized = EmailNormalizer.Normalize(email);
        if (await db.Accounts.AsNoTracking().Where(a => a.NormalizedEmail == normalized).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancel) is not { } id)
            return Problem.NotFound;
        await db.InTransactionAsync(async token =>
        {
            var now = clock.Now();
            await db.LockAccountAsync(id, token);
            await db.TotpFactors.Where(f => f.AccountId == id).ExecuteDeleteAsync(token);
            await db.SmsFactors.Where(f => f.AccountId == id).ExecuteDeleteAsync(token);
            await db.RecoveryCodes.Where(c => c.AccountId == id).ExecuteDeleteAsync(token);
            await db.AuditAsync(new AuditEntry($"account:{id}", null, "second-factor.reset", Detail: new { by = "command line" }), token);
            foreach (var session in await db.Sessions.AsNoTracking().Where(s => s.AccountId == id && s.EndedAt == null && s.ExpiresAt > now).Select(s => s.Id).ToListAsync(token))
                await EndSession.EndAsync(db, session, id, null, "second_factor_reset", now, token);
            await db.SaveChangesAsync(token);
        }, cancel);
        directory.Changed(id);
        return id;
    }
}
