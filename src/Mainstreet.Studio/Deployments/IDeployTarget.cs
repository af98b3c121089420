using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Deployments;

/// <summary>A place to publish to. Registered scoped, one a target.</summary>
internal interface IDeployTarget
{
    DeployTarget Target { get; }

    /// <summary>What is wrong with publishing these files here; looked at before a deployment is made. Null: nothing.</summary>
    Problem? Check(PublishedFiles files, bool withVariables);

    /// <summary>Where a deployment begins.</summary>
    DeployStep First(bool rollback);

    /// <summary>
    /// Does one step. It may be the second time: a crash leaves what the first made at the provider and nothing here, so a step looks
    /// before it makes. Nothing is written here but through the result and <see cref="DeployWork.SentAsync"/>.
    /// </summary>
    /// <exception cref="Providers.ProviderException">It could not be done; the kind says whether another try may help.</exception>
    Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel);
}
