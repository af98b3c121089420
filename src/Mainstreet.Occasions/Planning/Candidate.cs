using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Recipients;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Planning;

/// <summary>What a plan is made from: a recipient as it was read, at one version.</summary>
internal sealed record Candidate(
    Guid Id, Guid BusinessId, string? Birthday, string? Anniversary, string TimeZone, int Version, bool Synthetic, DateTimeOffset CreatedAt)
{
    public static Candidate Of(Recipient r) => new(r.Id, r.BusinessId, r.Birthday, r.Anniversary, r.TimeZone, r.Version, r.Synthetic, r.CreatedAt);

    public string? DateOf(Occasion occasion) => occasion == Occasion.Birthday ? Birthday : Anniversary;
}

/// <summary>Reading them.</summary>
internal static class Candidates
{
    internal static IQueryable<Candidate> AsCandidates(this IQueryable<Recipient> recipients) => recipients.AsNoTracking()
        .Select(r => new Candidate(r.Id, r.BusinessId, r.Birthday, r.Anniversary, r.TimeZone, r.Version, r.Synthetic, r.CreatedAt));

    /// <summary>Those whose recipient has another version by now, as they are; the deleted are left out.</summary>
    internal static async Task<List<Candidate>> ChangedSinceAsync(OccasionsDb db, IReadOnlyCollection<PlannedRow> rows, CancellationToken cancel)
    {
        var read = rows.GroupBy(r => r.RecipientId).ToDictionary(g => g.Key, g => g.First().RecipientVersion);
        var ids = read.Keys.ToArray();
        var now = await db.Recipients.Where(r => ids.Contains(r.Id)).AsCandidates().ToListAsync(cancel);
        return now.FindAll(c => read[c.Id] != c.Version);
    }
}
