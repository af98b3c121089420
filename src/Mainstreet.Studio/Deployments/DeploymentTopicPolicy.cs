using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Live;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary><c>deployment:{id}</c> is for whom the deployment belongs to.</summary>
internal sealed class DeploymentTopicPolicy(StudioDb db) : ILiveTopicPolicy
{
    public async Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Guid.TryParseExact(topic["deployment:".Length..], "D", out var id) && topic == DeploymentDiary.Topic(id)
        && await db.Deployments.AsNoTracking().AnyAsync(d => d.Id == id && d.AccountId == caller.Id, cancel);
}
