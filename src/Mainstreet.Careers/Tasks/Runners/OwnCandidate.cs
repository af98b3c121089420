using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>The profile of a task's owner, ready to be held against postings. Errors: profile_not_found.</summary>
internal static class OwnCandidate
{
    internal static async Task<Outcome<Candidate>> ReadAsync(CareersDb db, Guid accountId, DateTimeOffset now, CancellationToken cancel)
    {
        var document = await db.Profiles.AsNoTracking().Where(p => p.AccountId == accountId).Select(p => p.Document).SingleOrDefaultAsync(cancel);
        if (document is null) return CareersProblems.ProfileNotFound;
        return new Candidate(FactReader.Read(document), CandidateWishes.None, DateOnly.FromDateTime(now.UtcDateTime), SkillRecogniser.Own);
    }
}
