using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Applications;

/// <summary>The postings of this program, with where one applies and who has them.</summary>
internal sealed class StoredApplyTargets(CareersDb db, TimeProvider clock) : IApplyTargets
{
    public async Task<ApplyTarget?> FindAsync(Guid jobId, CancellationToken cancel)
    {
        if (await db.Postings.AsNoTracking().SingleOrDefaultAsync(p => p.Id == jobId, cancel) is not { } posting) return null;
        var sources = await db.Adverts.Where(a => a.PostingId == jobId && a.GoneAt == null).Select(a => a.Source).Distinct().OrderBy(s => s).ToListAsync(cancel);
        return new ApplyTarget(posting.ToText(), posting.ApplyUrl ?? posting.Url, sources, posting.ClosedAt is not null || posting.ValidUntil < clock.Now());
    }
}
