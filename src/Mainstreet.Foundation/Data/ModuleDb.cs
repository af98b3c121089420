using System.Data;
using System.Text.Json;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Data;

/// <summary>
/// A module's context. It also maps Foundation's write-side tables, so that one commit covers state, audit, outbox and
/// jobs: a use case changes entities, calls <see cref="Publish"/>, <see cref="Notify"/>, <see cref="AuditAsync"/> and
/// <see cref="Schedule"/>, and saves once. Nothing is sent before the commit.
/// </summary>
public abstract class ModuleDb(DbContextOptions options) : DbContext(options)
{
    private bool _holdsGate;
    private Wakes _pending;

    /// <summary>The module's name: schema on PostgreSQL, table prefix on SQLite.</summary>
    protected abstract string Module { get; }

    public Storage Storage => field ??= this.GetService<Storage>();

    public Engine Engine => Storage.Engine;

    private TimeSpan Patience => this.GetService<IOptions<JobOptions>>().Value.Poll;

    private TimeProvider Clock => field ??= this.GetService<TimeProvider>();

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();

    /// <summary>Queues an event for other modules. Order is kept per <paramref name="key"/>.</summary>
    public void Publish<TEvent>(string key, TEvent @event)
        where TEvent : class =>
        Enqueue(OutboxKind.Event, key, EventNames.Of<TEvent>(), JsonSerializer.Serialize(@event, Json.Stored), null);

    /// <summary>Queues a notification for live topics. Order is kept per <paramref name="key"/>.</summary>
    /// <param name="key">The aggregate, for example <c>ticket:{id}</c>.</param>
    /// <param name="type">What happened, for example <c>ticket.accepted</c>.</param>
    /// <param name="payload">Sent as JSON (camelCase) to each subscriber of the topics.</param>
    /// <param name="topics">Topics such as <c>user:{id}</c>; duplicates are dropped.</param>
    public void Notify(string key, string type, object payload, params IEnumerable<string> topics)
    {
        var list = topics.Distinct(StringComparer.Ordinal).ToArray();
        if (list.Length == 0) return;
        Enqueue(OutboxKind.Live, key, type, JsonSerializer.Serialize(payload, Json.Wire), string.Join(' ', list));
    }

    /// <summary>Appends to the audit chain of one stream; see <see cref="AuditRow"/>.</summary>
    public async Task AuditAsync(AuditEntry entry, CancellationToken cancel)
    {
        // The last row may be one that this very transaction is about to write.
        var last = Audit.Local.Where(a => a.Stream == entry.Stream).MaxBy(a => a.Seq)
            ?? await Audit.AsNoTracking().Where(a => a.Stream == entry.Stream)
                .OrderByDescending(a => a.Seq).FirstOrDefaultAsync(cancel);
        Audit.Add(AuditRow.After(last, entry, Clock.Now()));
    }

    /// <summary>Starts the audit chain of a stream that did not exist before this transaction.</summary>
    public void AuditFirst(AuditEntry entry) => Audit.Add(AuditRow.After(null, entry, Clock.Now()));

    /// <summary>Runs a job of the kind at or after the instant, once; a job of the same kind and key is replaced by the database's unique key, so unschedule first.</summary>
    public void Schedule(string kind, string key, DateTimeOffset dueAt, object? payload = null)
    {
        Jobs.Add(new JobRow
        {
            Id = Clock.NewId(),
            Kind = kind,
            Key = key,
            DueAt = dueAt.Cut(),
            Payload = payload is null ? null : JsonSerializer.Serialize(payload, Json.Stored),
        });
        // The runner looks by itself every now and then; only what is due before that needs to wake it.
        if (dueAt <= Clock.Now() + Patience) _pending |= Wakes.Jobs;
    }

    /// <summary>
    /// Removes a scheduled job. Call inside a transaction. A job that is running at this moment is not waited for: its handler
    /// looks at the state, as every handler must, and finds nothing to do.
    /// </summary>
    public Task UnscheduleAsync(string kind, string key, CancellationToken cancel) => JobRemoval.RemoveAsync(this, kind, key, cancel);

    /// <summary>
    /// Runs the work in one transaction (READ COMMITTED on PostgreSQL, IMMEDIATE on SQLite) and commits. Runs inside an
    /// open transaction when there is one. A deadlock or serialization failure is run again, at most five times, so the
    /// work must begin by reading what it changes.
    /// </summary>
    public async Task<T> InTransactionAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        if (Database.CurrentTransaction is not null) return await work(cancel);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await EnterGateAsync(cancel);
                await using var transaction = await Database.BeginTransactionAsync(cancel);
                var result = await InItAsync(transaction, work, cancel);
                LeaveGate();
                RaiseWakes();
                return result;
            }
            catch (Exception exception) when (attempt < 5 && Storage.IsRetryable(exception))
            {
                ChangeTracker.Clear();
                _pending = Wakes.None;
            }
            finally
            {
                LeaveGate();
            }
        }
    }

    private async Task<T> InItAsync<T>(IDbContextTransaction transaction, Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            var result = await work(cancel);
            await transaction.CommitAsync(cancel);
            return result;
        }
        catch (InvalidOperationException exception) when (Database.GetDbConnection().State != ConnectionState.Open)
        {
            // The server went away between two commands: Npgsql says of the second that it is out of order, not why.
            throw new ConnectionLostException(exception);
        }
    }

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public Task InTransactionAsync(Func<CancellationToken, Task> work, CancellationToken cancel) =>
        InTransactionAsync<object?>(async token => { await work(token); return null; }, cancel);

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null)
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        await EnterGateAsync(cancellationToken);
        int rows;
        try
        {
            rows = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            LeaveGate();
        }

        RaiseWakes();
        return rows;
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Save with SaveChangesAsync.");

    /// <summary>Maps the module's own entities; give tables by their bare snake_case name with <c>ToTable("tickets")</c>.</summary>
    protected abstract void Map(ModelBuilder model);

    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        FoundationMapping.Map(modelBuilder);
        Map(modelBuilder);
        Naming.Apply(modelBuilder, Module, Engine);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
        if (Engine == Engine.Sqlite)
        {
            // SQLite has no instant type that EF can order or compare.
            configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MicrosecondsConverter>();
        }
    }

    private void Enqueue(OutboxKind kind, string key, string name, string payload, string? topics)
    {
        Outbox.Add(new OutboxRow
        {
            EventId = Clock.NewId(),
            Kind = kind,
            Module = Module,
            Key = key,
            Name = name,
            Payload = payload,
            Topics = topics,
            At = Clock.Now(),
            TraceParent = System.Diagnostics.Activity.Current?.Id,
        });
        _pending |= Wakes.Outbox;
    }

    private async Task EnterGateAsync(CancellationToken cancel)
    {
        if (Engine != Engine.Sqlite || _holdsGate) return;
        await Storage.WriteGate.WaitAsync(cancel);
        _holdsGate = true;
    }

    private void LeaveGate()
    {
        if (!_holdsGate) return;
        _holdsGate = false;
        Storage.WriteGate.Release();
    }

    private void RaiseWakes()
    {
        if (_pending == Wakes.None) return;
        var raised = _pending;
        _pending = Wakes.None;
        this.GetService<IWakeUps>().Raise(raised);
    }
}
