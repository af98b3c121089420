using System.Data.Common;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Tests.Audit;

/// <summary>A trail in a database of its own, with the means to write it as the program does and to tamper with it as an owner could.</summary>
internal sealed class AuditTrailFixture : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly ServiceProvider _services;
    private int _written;

    private AuditTrailFixture(TestDatabase database)
    {
        _database = database;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(database.Storage);
        services.AddSingleton<IWakeUps, Silence>();
        services.AddPooledDbContextFactory<FoundationDb>((provider, options) => database.Storage.Configure(options, provider));
        _services = services.BuildServiceProvider();
        Contexts = _services.GetRequiredService<IDbContextFactory<FoundationDb>>();
        Verifier = new AuditVerifier(Contexts);
    }

    internal SettableClock Clock { get; } = new(new DateTimeOffset(2025, 6, 1, 9, 0, 0, TimeSpan.Zero));

    internal IDbContextFactory<FoundationDb> Contexts { get; }

    internal AuditVerifier Verifier { get; }

    internal string Table => _database.Storage.Table("foundation", "audit");

    internal string Checkpoints => _database.Storage.Table("foundation", "audit_checkpoints");

    private bool Postgres => _database.Engine == Engine.Postgres;

    internal static async Task<AuditTrailFixture> CreateAsync(Engine engine) => new(await TestDatabase.CreateAsync(engine));

    /// <summary>Appends a row, some milliseconds after the one before.</summary>
    internal async Task AppendAsync(string stream)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(7));
        await using var db = await Contexts.CreateDbContextAsync();
        var n = ++_written;
        await db.AuditAsync(new AuditEntry(stream, n % 3 == 0 ? null : Clock.NewId(), "ticket.moved", "a", $"b{n}", new { N = n }), CancellationToken.None);
        await db.SaveChangesAsync();
    }

    /// <summary>Lets the rows grow old enough and runs the job.</summary>
    internal async Task CheckpointAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(5));
        await new AuditCheckpointJob(Contexts, Clock, Options.Create(_database.Options), NullLogger<AuditCheckpointJob>.Instance).RunAsync(CancellationToken.None);
    }

    internal Task<AuditVerification> VerifyAsync(string? expected = null) => Verifier.VerifyAsync(null, expected, CancellationToken.None);

    /// <summary>Takes the triggers away first, as somebody with the owner's rights would.</summary>
    internal async Task TamperAsync(string sql)
    {
        await ExecuteAsync(Postgres
            ? "ALTER TABLE foundation.audit DISABLE TRIGGER ALL; ALTER TABLE foundation.audit_checkpoints DISABLE TRIGGER ALL"
            : """
              DROP TRIGGER IF EXISTS foundation_audit_no_update; DROP TRIGGER IF EXISTS foundation_audit_no_delete;
              DROP TRIGGER IF EXISTS foundation_audit_checkpoints_no_update; DROP TRIGGER IF EXISTS foundation_audit_checkpoints_no_delete
              """);
        await ExecuteAsync(sql);
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var connection = await _database.Storage.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    internal Task<DbConnection> OpenAsync() => _database.Storage.OpenAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    internal sealed class SettableClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset _now = now;

        internal void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }

    private sealed class Silence : IWakeUps
    {
        public void Raise(Wakes wakes)
        {
        }

        public IWaiter Listen(Wakes wakes) => throw new NotSupportedException();
    }
}
