using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

/// <summary>
/// How well adverts of one job are found: adverts from a seed whose jobs are known, in any order, from several sources. Precision: of all pairs that were
/// merged, those that are one job. Recall: of all pairs of one job, those that were merged.
/// </summary>
[Trait("kind", "db")]
public sealed class DuplicateTests(ITestOutputHelper output)
{
    [Theory, EachEngine]
    public async Task Adverts_of_one_job_become_one_posting_and_others_do_not(Engine engine)
    {
        await using var rig = await JobRig.StartAsync(engine);
        var (adverts, seed) = (new List<LabelledAdvert>(), 20261122);
        adverts.AddRange(new AdvertCrowd(seed).Make(jobs: 500));
        var shuffled = new Random(seed);
        foreach (var group in adverts.OrderBy(_ => shuffled.Next()).Chunk(120))
        {
            foreach (var source in group.GroupBy(a => a.Source)) await rig.TakeAsync(source.Key, "", source.Select(a => a.Raw));
        }

        var ids = await rig.InDbAsync(db => db.Adverts.ToDictionaryAsync(a => (a.Source, a.ExternalId), a => a.PostingId));
        var places = await rig.InDbAsync(db => db.Postings.ToDictionaryAsync(p => p.Id, p => p.Places));
        var (merged, right, same) = (0, 0, 0);
        var (missedKinds, wrongKinds) = (new SortedDictionary<string, int>(), new SortedDictionary<string, int>());
        for (var i = 0; i < adverts.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (isMerged, isSame) = (ids[(adverts[i].Source, adverts[i].Raw.Id!)] == ids[(adverts[j].Source, adverts[j].Raw.Id!)], adverts[i].Job == adverts[j].Job);
                (merged, right, same) = (merged + (isMerged ? 1 : 0), right + (isMerged && isSame ? 1 : 0), same + (isSame ? 1 : 0));
                if (isSame && !isMerged) missedKinds[adverts[i].Changes] = missedKinds.GetValueOrDefault(adverts[i].Changes) + 1;
                if (isMerged && !isSame) wrongKinds[adverts[i].Kind + "/" + adverts[j].Kind] = wrongKinds.GetValueOrDefault(adverts[i].Kind + "/" + adverts[j].Kind) + 1;
            }
        }

        var (precision, recall) = ((double)right / merged, (double)right / same);
        output.WriteLine($"{adverts.Count} adverts of {adverts.Select(a => a.Job).Distinct().Count()} jobs, {places.Count} postings; {same} pairs of one job, {merged} merged: precision {precision:0.0000}, recall {recall:0.0000}");
        output.WriteLine($"missed: {string.Join(", ", missedKinds.Select(k => $"{k.Key} {k.Value}"))}; wrong: {string.Join(", ", wrongKinds.Select(k => $"{k.Key} {k.Value}"))}");
        precision.ShouldBeGreaterThan(0.98);
        recall.ShouldBeGreaterThan(0.85);
        foreach (var posting in adverts.GroupBy(a => ids[(a.Source, a.Raw.Id!)])) posting.Select(a => a.Town).Distinct().Count().ShouldBe(1, "never across towns");
    }
}
