using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects;

/// <summary>How many projects an account may have: one guarded row each, so it holds under concurrency and on any number of replicas.</summary>
internal sealed class ProjectQuota(IDbContextFactory<StudioDb> contexts, IOptions<StudioOptions> options)
{
    internal Problem Full => ProjectProblems.TooManyProjects.With($"At most {options.Value.ProjectsPerAccount} are kept.");

    /// <summary>Makes the account's row, in a transaction of its own: two who make it at once must not break the one that counts.</summary>
    internal async Task OpenAsync(Guid accountId, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (await db.ProjectCounts.AnyAsync(c => c.AccountId == accountId, cancel)) return;
        db.ProjectCounts.Add(new ProjectCount { AccountId = accountId });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another request was quicker.
        }
    }

    /// <summary>Counts one within the open transaction. False when there are enough.</summary>
    internal async Task<bool> TakeAsync(StudioDb db, Guid accountId, CancellationToken cancel)
    {
        var most = options.Value.ProjectsPerAccount;
        return await db.ProjectCounts.Where(c => c.AccountId == accountId && c.Projects < most)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Projects, c => c.Projects + 1), cancel) == 1;
    }

    /// <summary>Gives one back within the open transaction.</summary>
    internal static Task<int> ReturnAsync(StudioDb db, Guid accountId, CancellationToken cancel) =>
        db.ProjectCounts.Where(c => c.AccountId == accountId && c.Projects > 0).ExecuteUpdateAsync(set => set.SetProperty(c => c.Projects, c => c.Projects - 1), cancel);
}
