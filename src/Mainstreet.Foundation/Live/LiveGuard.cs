using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// Looks the callers behind open connections up again, on a timer and whenever accounts change: a session that ended is
/// cut, a topic that its caller may no longer follow is taken away.
/// </summary>
internal sealed partial class LiveGuard(
    LiveConnections connections, LiveTopics topics, IServiceScopeFactory scopes, IWakeUps wakeUps, IOptions<LiveOptions> options,
    TimeProvider clock, ILogger<LiveGuard> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var waiter = wakeUps.Listen(Wakes.Access | Wakes.Rules);
        var rulesVersion = 0L;
        var allCheckedAt = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await waiter.WaitAsync(TimeSpan.FromSeconds(options.Value.RecheckSeconds), stoppingToken);
                var rules = await RulesVersionAsync(stoppingToken);
                // A grant that went may have been what opened a topic.
                var all = rules != rulesVersion || clock.GetElapsedTime(allCheckedAt) >= TimeSpan.FromSeconds(options.Value.TopicRecheckSeconds);
                await CheckAsync(all, stoppingToken);
                rulesVersion = rules;
                if (all) allCheckedAt = clock.GetTimestamp();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(log, exception, Storage.IsUnavailable(exception));
            }
        }
    }

    private async Task<long> RulesVersionAsync(CancellationToken cancel)
    {
        if (!connections.All.Any()) return 0;
        await using var scope = scopes.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<IAccessRules>() is not { } rules) return 0;
        await rules.RefreshAsync(cancel);
        return rules.Version;
    }

    private async Task CheckAsync(bool all, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var directory = scope.ServiceProvider.GetRequiredService<IAccountDirectory>();
        foreach (var session in connections.All.GroupBy(c => (c.AccountId, c.SessionId)).ToList())
        {
            var caller = await directory.FindAsync(session.Key.AccountId, session.Key.SessionId, cancel);
            if (caller is null)
            {
                foreach (var connection in session) connection.Cut("signed_out");
                continue;
            }

            var changed = session.Any(c => !IsSame(c.Caller, caller));
            foreach (var connection in session) connection.Caller = caller;
            if (all || changed) await CheckTopicsAsync([.. session], caller, cancel);
        }
    }

    private async Task CheckTopicsAsync(List<LiveConnection> session, Caller caller, CancellationToken cancel)
    {
        foreach (var topic in session.SelectMany(c => c.Subscriptions.Keys).Distinct().ToList())
        {
            if (await topics.AllowsAsync(caller, topic, cancel)) continue;
            foreach (var connection in session) connections.Revoke(connection, topic, LiveTopics.Forbidden.Code);
        }
    }

    private static bool IsSame(Caller before, Caller now) =>
        ReferenceEquals(before, now)
        || (before.AccountRoles.SequenceEqual(now.AccountRoles) && before.Memberships.SequenceEqual(now.Memberships));

    private static partial class Log
    {
        [LoggerMessage(1340, LogLevel.Warning, "The callers behind live connections could not be looked up; database unavailable: {Unavailable}")]
        internal static partial void Failed(ILogger log, Exception exception, bool unavailable);
    }
}
