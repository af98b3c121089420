using System.Linq.Expressions;

using Mainstreet.Access.Data;
using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Access.Businesses;

/// <summary>Businesses for other modules.</summary>
internal sealed class BusinessDirectory(IDbContextFactory<AccessDb> contexts, IHostEnvironment environment) : IBusinessDirectory
{
    private static readonly Expression<Func<Business, BusinessInfo>> Info =
        b => new BusinessInfo(b.Id, b.Name, b.TimeZone, b.Currency, b.Synthetic, b.Demo);

    public async Task<BusinessInfo?> FindAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Businesses.AsNoTracking().Where(b => b.Id == id).Select(Info).SingleOrDefaultAsync(cancel);
    }

    public async Task<BusinessInfo?> DefaultAsync(CancellationToken cancel)
    {
        if (environment.IsDevelopment() && await FindAsync(DemoIds.Business, cancel) is { } demo) return demo;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var real = await db.Businesses.AsNoTracking().Where(b => !b.Synthetic).OrderBy(b => b.CreatedAt).Take(2).Select(Info).ToListAsync(cancel);
        return real.Count == 1 ? real[0] : null;
    }

    public async Task<IReadOnlyList<Guid>> AgentsAsync(Guid businessId, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        return await db.Members.AsNoTracking().Where(m => m.BusinessId == businessId && m.Role == Roles.Agent)
            .Join(db.Accounts.Where(a => a.DisabledAt == null), m => m.AccountId, a => a.Id, (m, a) => a.Id)
            .OrderBy(id => id).ToListAsync(cancel);
    }
}
