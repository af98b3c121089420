using Mainstreet.Access.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Access.Accounts;

/// <summary>An account on the wire.</summary>
/// <param name="Roles">Account roles and business roles, sorted, each once.</param>
public sealed record AccountView(Guid Id, string Email, string DisplayName, IReadOnlyList<string> Roles);

internal static class AccountViews
{
    internal static async Task<AccountView> ViewAsync(this AccessDb db, Guid accountId, CancellationToken cancel)
    {
        var account = await db.Accounts.AsNoTracking().Where(a => a.Id == accountId)
            .Select(a => new { a.Email, a.DisplayName }).SingleAsync(cancel);
        var roles = await db.AccountRoles.Where(r => r.AccountId == accountId).Select(r => r.Role)
            .Union(db.Members.Where(m => m.AccountId == accountId).Select(m => m.Role)).ToListAsync(cancel);
        roles.Sort(StringComparer.Ordinal);
        return new AccountView(accountId, account.Email, account.DisplayName, roles);
    }
}
