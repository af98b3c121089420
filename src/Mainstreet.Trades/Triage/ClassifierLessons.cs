using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Classification;
using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Trades.Triage;

/// <summary>
/// Teaches this replica's classifier what agents decided anywhere. Looks back a little each time, since a row may be
/// committed after one with a later instant; the classifier knows by id what it has learnt.
/// </summary>
internal sealed partial class ClassifierLessons(
    IServiceScopeFactory scopes, OfflineClassifier classifier, TimeProvider clock, ILogger<ClassifierLessons> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = DateTimeOffset.UnixEpoch;
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                since = await LearnAsync(since, stoppingToken);
            }
            catch (Exception exception) when (Storage.IsUnavailable(exception))
            {
                Log.Waiting(log, exception.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task<DateTimeOffset> LearnAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var started = clock.Now();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TradesDb>();
        var batch = new List<Correction>();
        await foreach (var row in db.Corrections.AsNoTracking().Where(c => c.At >= since).OrderBy(c => c.At).AsAsyncEnumerable().WithCancellation(cancel))
        {
            batch.Add(new Correction(row.Id, row.Text, row.Category));
            if (batch.Count < 1_000) continue;
            classifier.Learn(batch);
            batch.Clear();
        }

        if (batch.Count > 0) classifier.Learn(batch);
        return started - Overlap;
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "The classifier waits for the database: {Kind}")]
        internal static partial void Waiting(ILogger log, string kind);
    }
}
