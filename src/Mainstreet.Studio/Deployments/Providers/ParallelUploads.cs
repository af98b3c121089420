using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>Sends files a few at a time, and saves after each few how far it is, so that a crash sends little twice.</summary>
internal sealed class ParallelUploads(IOptions<DeploymentOptions> options)
{
    /// <param name="work">The deployment.</param>
    /// <param name="files">What is to be sent, each content once.</param>
    /// <param name="remember">Keep the digests: the provider names nowhere what it has.</param>
    /// <param name="send">Sends one.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task RunAsync(
        DeployWork work, IReadOnlyList<DeploymentFile> files, bool remember, Func<DeploymentFile, byte[], CancellationToken, Task> send, CancellationToken cancel)
    {
        foreach (var few in files.Chunk(options.Value.ParallelUploads))
        {
            var contents = await work.ContentsAsync([.. few.Select(f => f.Sha256).Distinct()], cancel);
            var sending = few.Select(file => send(file, contents[file.Sha256], cancel)).ToArray();
            try
            {
                await Task.WhenAll(sending);
            }
            finally
            {
                // What was sent is sent, whatever became of its neighbours.
                var sent = few.Where((_, i) => sending[i].IsCompletedSuccessfully).ToArray();
                if (sent.Length > 0) await work.SentAsync(sent.Length, remember ? (db, token) => RememberAsync(db, work, sent, token) : null, cancel);
            }
        }
    }

    private static async Task RememberAsync(Data.StudioDb db, DeployWork work, DeploymentFile[] sent, CancellationToken cancel)
    {
        var digests = sent.Select(f => f.Sha1).ToArray();
        var known = await db.DeploymentDigests.AsNoTracking()
            .Where(d => d.ProjectId == work.ProjectId && d.Target == work.Target && d.Team == work.Credentials.Team && digests.Contains(d.Sha1)).Select(d => d.Sha1).ToListAsync(cancel);
        foreach (var digest in digests.Except(known))
            db.DeploymentDigests.Add(new DeploymentDigest { ProjectId = work.ProjectId, Target = work.Target, Team = work.Credentials.Team, Sha1 = digest });
    }
}
