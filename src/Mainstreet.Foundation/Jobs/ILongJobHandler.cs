using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Jobs;

/// <summary>
/// Does a delayed job that takes longer than a transaction may: a talk with a partner, thousands of small steps. It runs outside a
/// transaction under the job's lease, in slots of its own, so that no short job waits for it. What it changes it changes through the
/// <see cref="JobHold"/>, whose transactions fail once the job is another's, and it ends with <see cref="JobHold.CompleteAsync"/>: the
/// row goes in the transaction of the last effect. A run that ends without it has failed and comes again with back-off.
/// </summary>
public interface ILongJobHandler
{
    /// <summary>The context that the hold's transactions are of.</summary>
    ModuleDb Db { get; }

    /// <param name="job">The job and the hold on it.</param>
    /// <param name="cancel">The process stops, or the job went to another runner or was unscheduled.</param>
    Task RunAsync(JobHold job, CancellationToken cancel);

    /// <summary>Records a failed run beside the runner's own record of it: called inside that transaction, on a handler of its own.</summary>
    Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel);
}

/// <param name="Exception">What the run failed with.</param>
/// <param name="NextAt">When it comes again; null when it is given up.</param>
public sealed record JobFailure(Exception Exception, DateTimeOffset? NextAt);
