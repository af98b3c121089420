using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Access.Decisions;

/// <summary>Keeps the compiled rules up to date while nobody asks: at each wake-up, and twice a second without one.</summary>
internal sealed partial class RuleWatcher(RuleBook book, IWakeUps wakes, ILogger<RuleWatcher> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiter = wakes.Listen(Wakes.Rules);
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await waiter.WaitAsync(Interval, stoppingToken);
                await book.RefreshAsync(stoppingToken);
                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Requests read for themselves and answer 503; one line says so here.
                if (!failing) Log.NotRead(log, exception, Storage.IsUnavailable(exception));
                failing = true;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1550, LogLevel.Warning, "Roles and grants could not be read; database unavailable: {Unavailable}")]
        internal static partial void NotRead(ILogger log, Exception exception, bool unavailable);
    }
}
