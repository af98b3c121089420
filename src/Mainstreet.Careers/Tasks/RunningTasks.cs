using System.Collections.Concurrent;

namespace Mainstreet.Careers.Tasks;

/// <summary>The runs of this process, so that a pause or cancellation asked here is felt at once and not at the run's next step.</summary>
internal sealed class RunningTasks
{
    private readonly ConcurrentDictionary<Guid, Run> _runs = new();

    internal Run Enter(Guid taskId, CancellationToken cancel) => _runs[taskId] = new Run(this, taskId, cancel);

    /// <summary>Call after the commit. Does nothing when the task runs elsewhere or not at all.</summary>
    internal void Stop(Guid taskId)
    {
        if (_runs.TryGetValue(taskId, out var run)) run.Ask();
    }

    /// <summary>One run; its token ends with the process's, or when the run is asked to stop.</summary>
    internal sealed class Run(RunningTasks owner, Guid taskId, CancellationToken cancel) : IDisposable
    {
        private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        internal CancellationToken Token => _source.Token;

        internal bool IsAsked { get; private set; }

        internal void Ask()
        {
            IsAsked = true;
            try
            {
                _source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }

        public void Dispose()
        {
            owner._runs.TryRemove(KeyValuePair.Create(taskId, this));
            _source.Dispose();
        }
    }
}
