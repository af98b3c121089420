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

/// <summary>Makes administrators, lets people in again and keeps thieves out for the command line, whose user already rules the database.</summary>
internal sealed class Administrators(
    UserManager<Account> users, AccessDb db, PasswordChange change, AccountNotices notices, AccountDirectory directory, TimeProvider clock) : IAdministrators
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
        if (await FindAsync(email, cancel) is not { Id: var id }) return Problem.NotFound;
        await ActAsync(id, async token =>
        {
            var factors = await db.TotpFactors.Where(f => f.AccountId == id).ExecuteDeleteAsync(token) + await db.SmsFactors.Where(f => f.AccountId == id).ExecuteDeleteAsync(token);
            await db.RecoveryCodes.Where(c => c.AccountId == id).ExecuteDeleteAsync(token);
            await NoteAsync(id, "second-factor.reset", token);
            if (factors > 0) await notices.TellAsync(id, AccountMail.Topic.SecondFactorReset, token);
            await EndSession.EndAllAsync(db, id, null, null, "second_factor_reset", clock.Now(), token);
        }, cancel);
        return id;
    }

    public async Task<Outcome<Guid>> DisableAsync(string email, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { Id: var id }) return Problem.NotFound;
        await ActAsync(id, async token =>
        {
            var now = clock.Now();
            var rows = await db.Accounts.Where(a => a.Id == id && a.DisabledAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.DisabledAt, (DateTimeOffset?)now), token);
            if (rows > 0) await NoteAsync(id, "account.disabled", token);
            await EndSession.EndAllAsync(db, id, null, null, "account_disabled", now, token);
        }, cancel);
        return id;
    }

    public async Task<Outcome<Guid>> EnableAsync(string email, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { Id: var id }) return Problem.NotFound;
        await ActAsync(id, async token =>
        {
            var rows = await db.Accounts.Where(a => a.Id == id && a.DisabledAt != null)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.DisabledAt, (DateTimeOffset?)null), token);
            if (rows > 0) await NoteAsync(id, "account.enabled", token);
        }, cancel);
        return id;
    }

    public async Task<Outcome<Guid>> ResetPasswordAsync(string email, string password, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { } account) return Problem.NotFound;
        if (await change.JudgeAsync(account, password, "password") is { } problem) return problem;
        var hash = change.Hash(account, password);
        Problem? refused = null;
        await ActAsync(account.Id, async token => refused = (await change.SetAsync(account, hash, null, null, PasswordChange.Reset, token)).Problem, cancel);
        return refused is null ? account.Id : refused;
    }

    public async Task<Outcome<Guid>> ConfirmEmailAsync(string email, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { Id: var id, EmailConfirmed: var confirmed }) return Problem.NotFound;
        if (!confirmed) await ActAsync(id, token => EmailConfirmation.MarkAsync(db, id, null, "command line", token), cancel);
        return id;
    }

    private Task<Account?> FindAsync(string email, CancellationToken cancel)
    {
        var normalized = EmailNormalizer.Normalize(email);
        return db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.NormalizedEmail == normalized, cancel);
    }

    private async Task ActAsync(Guid id, Func<CancellationToken, Task> work, CancellationToken cancel)
    {
        await db.InTransactionAsync(async token =>
        {
            await db.LockAccountAsync(id, token);
            await work(token);
            await db.SaveChangesAsync(token);
        }, cancel);
        directory.Changed(id);
    }

    private Task NoteAsync(Guid id, string action, CancellationToken cancel) =>
        db.AuditAsync(new AuditEntry($"account:{id}", null, action, Detail: new { by = "command line" }), cancel);
}
