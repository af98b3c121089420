using Mainstreet.Access.Data;
using Mainstreet.Contracts;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>Accounts for other modules.</summary>
internal sealed class AccountReader(IDbContextFactory<AccessDb> contexts) : IAccounts
{
    public async Task<AccountInfo?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await Project(db.Accounts.Where(a => a.Id == id)).SingleOrDefaultAsync(cancel);
    }

    public async Task<AccountInfo?> FindByEmailAsync(string email, CancellationToken cancel)
    {
        var normalized = EmailNormalizer.Normalize(email);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await Project(db.Accounts.Where(a => a.NormalizedEmail == normalized)).SingleOrDefaultAsync(cancel);
    }

    private static IQueryable<AccountInfo> Project(IQueryable<Account> accounts) => accounts.AsNoTracking()
        .Where(a => a.DisabledAt == null)
        .Select(a => new AccountInfo(a.Id, a.Email, a.EmailConfirmed, a.DisplayName, a.Synthetic));
}
