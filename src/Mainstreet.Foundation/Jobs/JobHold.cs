using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Jobs;

/// <summary>A long job in the hands of one runner, for as long as its fence stands.</summary>
public sealed class JobHold
{
    private readonly ModuleDb _db;
    private readonly JobRow _row;

    internal JobHold(ModuleDb db, JobRow row)
    {
        _db = db;
        _row = row;
        Execution = new JobExecution(row.Id, row.Kind, row.Key, row.Payload, row.DueAt, row.Attempts);
    }

    public JobExecution Execution { get; }

    /// <summary>Raised at each claim of the job.</summary>
    public int Fence => _row.Fence;

    internal bool Completed { get; private set; }

    /// <summary>
    /// Does the work in one transaction that holds the job's row, so that nobody takes the job over meanwhile. Keep it short: it reads
    /// what it changes, for the tracker is emptied first and the work may be run again.
    /// </summary>
    /// <exception cref="JobLostException">The job is another's by now, or was unscheduled; nothing was written.</exception>
    public Task<T> InTransactionAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel) => _db.InTransactionAsync(async token =>
    {
        _db.ChangeTracker.Clear();
        if (await JobExecutor.Mine(_db, _row).ExecuteUpdateAsync(set => set.SetProperty(j => j.Owner, j => j.Owner), token) != 1) throw new JobLostException();
        return await work(token);
    }, cancel);

    /// <summary>Does the last work and removes the job, in one transaction.</summary>
    /// <exception cref="JobLostException">The job is another's by now, or was unscheduled; nothing was written.</exception>
    public async Task<T> CompleteAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        var result = await _db.InTransactionAsync(async token =>
        {
            _db.ChangeTracker.Clear();
            if (await JobExecutor.Mine(_db, _row).ExecuteDeleteAsync(token) != 1) throw new JobLostException();
            var done = await work(token);
            if (_db.ChangeTracker.HasChanges()) await _db.SaveChangesAsync(token);
            Failpoints.Hit(Failpoints.BeforeJobCommit);
            return done;
        }, cancel);
        Completed = true;
        return result;
    }
}

/// <summary>The job was taken over or unscheduled: its runner has nothing to write any more.</summary>
public sealed class JobLostException() : Exception("The job was taken over or unscheduled.");
