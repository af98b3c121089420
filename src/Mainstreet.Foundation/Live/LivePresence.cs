using System.Collections.Concurrent;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>Who follows a topic.</summary>
/// <param name="Count">Accounts, each once however many sockets it has.</param>
/// <param name="Accounts">At most 500 of them, by id.</param>
internal sealed record LivePresenceView(int Count, IReadOnlyList<LivePresentAccount> Accounts);

/// <param name="Id">The account.</param>
/// <param name="DisplayName"><c>null</c> when the account is gone.</param>
internal sealed record LivePresentAccount(Guid Id, string? DisplayName);

/// <summary>
/// Presence over replicas. Each replica writes the topics of its sockets, in batches as they change, and signs its own row;
/// what it wrote counts until that row expires, so the presence of a killed replica disappears by itself. A replica
/// answers for its own sockets from memory.
/// </summary>
internal sealed partial class LivePresence : BackgroundService
{
    /// <summary>Changes of this long go into one transaction.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private readonly LiveConnections _connections;
    private readonly IDbContextFactory<FoundationDb> _contexts;
    private readonly IServiceScopeFactory _scopes;
    private readonly LiveMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<LivePresence> _log;
    private readonly TimeSpan _expiry;
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _known;

    public LivePresence(
        LiveConnections connections, IDbContextFactory<FoundationDb> contexts, IServiceScopeFactory scopes, LiveMetrics metrics,
        IOptions<LiveOptions> options, TimeProvider clock, ILogger<LivePresence> log)
    {
        (_connections, _contexts, _scopes, _metrics, _clock, _log) = (connections, contexts, scopes, metrics, clock, log);
        _expiry = TimeSpan.FromSeconds(options.Value.PresenceExpirySeconds);
        ReplicaId = $"{Environment.MachineName}-{clock.NewId():N}";
        connections.Changed += connection =>
        {
            _changed[connection.Id] = 0;
            Wake();
        };
    }

    /// <summary>This process, this run.</summary>
    public string ReplicaId { get; }

    /// <summary>Who follows the topic on any replica. Other replicas' changes are seen after about a tenth of a second.</summary>
    public async Task<LivePresenceView> ViewAsync(string topic, CancellationToken cancel)
    {
        var now = _clock.Now();
        List<Guid> elsewhere;
        await using (var db = await _contexts.CreateDbContextAsync(cancel))
        {
            elsewhere = await db.Set<LivePresenceRow>()
                .Where(p => p.Topic == topic && p.ReplicaId != ReplicaId)
                .Join(db.Set<LiveReplicaRow>().Where(r => r.ExpiresAt > now), p => p.ReplicaId, r => r.Id, (p, r) => p.AccountId)
                .Distinct().ToListAsync(cancel);
        }

        var accounts = _connections.On(topic).Select(s => s.Connection.AccountId).Concat(elsewhere).Distinct().Order().ToList();
        var shown = accounts.Take(500).ToList();
        await using var scope = _scopes.CreateAsyncScope();
        var names = await scope.ServiceProvider.GetRequiredService<IAccountDirectory>().NamesAsync(shown, cancel);
        return new LivePresenceView(accounts.Count, [.. shown.Select(id => new LivePresentAccount(id, names.GetValueOrDefault(id)))]);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            await db.InTransactionAsync(async token =>
            {
                await db.Set<LivePresenceRow>().Where(p => p.ReplicaId == ReplicaId).ExecuteDeleteAsync(token);
                await db.Set<LiveReplicaRow>().Where(r => r.Id == ReplicaId).ExecuteDeleteAsync(token);
            }, cancellationToken);
        }
        catch (Exception exception)
        {
            // The row expires by itself.
            Log.Failed(_log, exception, Storage.IsUnavailable(exception));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _wake.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var taken = _changed.Keys.ToList();
            foreach (var id in taken) _changed.TryRemove(id, out _);
            try
            {
                await SignAsync(taken, stoppingToken);
                await _wake.WaitAsync(_expiry / 3, stoppingToken);
                await Task.Delay(Gathering, _clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Failed(_log, exception, Storage.IsUnavailable(exception));
                foreach (var id in taken) _changed[id] = 0;
                await Task.Delay(_expiry / 6, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SignAsync(List<string> changed, CancellationToken cancel)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(async token =>
        {
            // On the first sign of life, and when the row was swept while this process stood still, everything is written.
            if (!await SignReplicaAsync(db, token) || !_known)
            {
                await db.Set<LivePresenceRow>().Where(p => p.ReplicaId == ReplicaId).ExecuteDeleteAsync(token);
                changed = [.. _connections.All.Select(c => c.Id)];
            }

            foreach (var part in changed.Chunk(500))
            {
                await db.Set<LivePresenceRow>().Where(p => part.Contains(p.ConnectionId)).ExecuteDeleteAsync(token);
                foreach (var connection in part.Select(_connections.Find).OfType<LiveConnection>())
                {
                    db.AddRange(connection.Subscriptions.Keys.Select(topic => new LivePresenceRow
                    {
                        ConnectionId = connection.Id,
                        Topic = topic,
                        AccountId = connection.AccountId,
                        ReplicaId = ReplicaId,
                    }));
                }
            }

            await db.SaveChangesAsync(token);
        }, cancel);
        _known = true;
    }

    /// <summary>False when the row had to be made.</summary>
    private async Task<bool> SignReplicaAsync(FoundationDb db, CancellationToken cancel)
    {
        var row = new LiveReplicaRow
        {
            Id = ReplicaId,
            Connections = _connections.Count,
            Subscriptions = _connections.SubscriptionCount,
            Sent = _metrics.SentTotal,
            Cut = _metrics.CutTotal,
            ExpiresAt = _clock.Now() + _expiry,
        };
        var signed = await db.Set<LiveReplicaRow>().Where(r => r.Id == ReplicaId).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.Connections, row.Connections).SetProperty(r => r.Subscriptions, row.Subscriptions)
            .SetProperty(r => r.Sent, row.Sent).SetProperty(r => r.Cut, row.Cut)
            .SetProperty(r => r.ExpiresAt, row.ExpiresAt), cancel);
        if (signed == 0) db.Add(row);
        return signed > 0;
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same moment.
        }
        catch (ObjectDisposedException)
        {
            // The process is stopping.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1330, LogLevel.Warning, "Presence could not be written; database unavailable: {Unavailable}")]
        internal static partial void Failed(ILogger log, Exception exception, bool unavailable);
    }
}
