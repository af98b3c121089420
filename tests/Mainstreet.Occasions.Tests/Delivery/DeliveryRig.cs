using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Templates;
using Mainstreet.Occasions.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>A database with people and messages in it, on which any number of pretended processes deliver.</summary>
internal sealed class DeliveryRig : IAsyncDisposable
{
    private readonly List<RigProcess> _processes = [];

    private DeliveryRig(TestDatabase database) => Database = database;

    internal TestDatabase Database { get; }

    internal Guid BusinessId { get; } = Guid.CreateVersion7();

    /// <summary>A process that delivers nothing by itself, for looking and preparing.</summary>
    internal RigProcess Office { get; private set; } = null!;

    internal static async Task<DeliveryRig> StartAsync(Engine engine)
    {
        var rig = new DeliveryRig(await TestDatabase.CreateAsync(
            engine, new MigrationSource("foundation", typeof(FoundationDb).Assembly), new OccasionsModule().Migrations));
        rig.Office = rig.Process(new LedgerProviders());
        return rig;
    }

    /// <summary>Another process on the same database.</summary>
    internal RigProcess Process(IProviders providers, Action<DeliveryOptions>? configure = null, Action<OccasionsOptions>? occasions = null, TimeSpan ahead = default)
    {
        var options = new DeliveryOptions
        {
            Concurrency = 16, BatchSize = 50, MaxHeld = 200, LeaseTime = TimeSpan.FromSeconds(1.5), Poll = TimeSpan.FromMilliseconds(20),
            FirstRetry = TimeSpan.FromMilliseconds(20), LongestRetry = TimeSpan.FromMilliseconds(200), StopWithin = TimeSpan.FromSeconds(2),
            PauseLook = TimeSpan.FromMilliseconds(100), MaxAttempts = 100,
        };
        configure?.Invoke(options);
        var general = new OccasionsOptions();
        occasions?.Invoke(general);
        var process = new RigProcess(Database, providers, options, general, ahead);
        lock (_processes) _processes.Add(process);
        return process;
    }

    /// <summary>Messages with a recipient each.</summary>
    internal async Task<List<Message>> AddAsync(int count, Action<int, Recipient, Message>? shape = null)
    {
        var now = Office.Clock.Now();
        var messages = new List<Message>();
        await using var db = await Office.Contexts.CreateDbContextAsync();
        for (var i = 0; i < count; i++)
        {
            var recipient = new Recipient
            {
                Id = Guid.CreateVersion7(), BusinessId = BusinessId, FirstName = $"Ada{i}", LastName = "Example", Email = $"ada{i}@example.test",
                Phone = $"+1415555{i:0000}", Birthday = "--06-14", BirthdayDay = 614, TimeZone = "Etc/UTC", Channels = "", Version = 1, CreatedAt = now, UpdatedAt = now,
            };
            var message = new Message
            {
                Id = Guid.CreateVersion7(), BusinessId = BusinessId, RecipientId = recipient.Id, Occasion = Occasion.Birthday, LocalYear = 2026, LocalDate = "2026-06-14",
                TimeZone = "Etc/UTC", DueAt = now - TimeSpan.FromSeconds(1), SendBy = now + TimeSpan.FromHours(1), Status = MessageStatus.Scheduled, CreatedAt = now,
            };
            shape?.Invoke(i, recipient, message);
            db.Recipients.Add(recipient);
            db.Messages.Add(message);
            messages.Add(message);
        }

        await db.SaveChangesAsync();
        return messages;
    }

    internal Task<List<Message>> ReadAsync() => WithAsync(db => db.Messages.AsNoTracking().OrderBy(m => m.Id).ToListAsync());

    internal async Task<Message> ReadAsync(Guid id) => (await ReadAsync()).Single(m => m.Id == id);

    internal async Task<T> WithAsync<T>(Func<OccasionsDb, Task<T>> work)
    {
        await using var db = await Office.Contexts.CreateDbContextAsync();
        return await work(db);
    }

    internal Task SettingsAsync(Action<BusinessSettings> shape) => WithAsync(async db =>
    {
        var settings = BusinessSettings.Default(BusinessId, new OccasionsOptions());
        shape(settings);
        db.Settings.Add(settings);
        return await db.SaveChangesAsync();
    });

    /// <summary>Waits until every message is at its end.</summary>
    internal async Task FinishedAsync(TimeSpan? within = null)
    {
        var deadline = Environment.TickCount64 + (long)(within ?? TimeSpan.FromSeconds(60)).TotalMilliseconds;
        while (true)
        {
            var open = await WithAsync(db => db.Messages.CountAsync(m => m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued || m.Status == MessageStatus.Sending));
            if (open == 0) return;
            if (Environment.TickCount64 > deadline) throw new TimeoutException($"{open} messages are not finished.");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>What one process is made of, wired as the module wires it.</summary>
internal sealed class RigProcess : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly MortalProviders _providers;
    private Task _running = Task.CompletedTask;

    internal RigProcess(TestDatabase database, IProviders providers, DeliveryOptions options, OccasionsOptions general, TimeSpan ahead)
    {
        Options = options;
        _providers = new MortalProviders(providers);
        var storage = database.OpenStorage();
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddSingleton<IWakeUps, WakeUps>();
        services.AddMetrics();
        services.AddLogging();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(options));
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(general));
        services.AddPooledDbContextFactory<OccasionsDb>((provider, builder) => storage.Configure(builder, provider));
        services.AddSingleton<OccasionClock>();
        services.AddSingleton<PlanMetrics>();
        services.AddSingleton<IPolicies, Policies>();
        services.AddSingleton<IWording, RigWording>();
        services.AddSingleton<DeliveryState>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<IDueRows>(p => storage.Engine == Engine.Postgres
            ? ActivatorUtilities.CreateInstance<PostgresDueRows>(p) : ActivatorUtilities.CreateInstance<SqliteDueRows>(p));
        services.AddSingleton(p => new MortalClaims(storage.Engine == Engine.Postgres
            ? new PostgresClaims(storage) : ActivatorUtilities.CreateInstance<SqliteClaims>(p)));
        services.AddSingleton<IDeliveryTransport, DatabaseTransport>();
        services.AddSingleton<LateMessages>();
        services.AddSingleton<DueMessages>();
        services.AddSingleton<IProviders>(_providers);
        services.AddSingleton<MessageSender>();
        _services = services.BuildServiceProvider();
        Get<OccasionClock>().Move(ahead);
    }

    internal DeliveryOptions Options { get; }

    internal OccasionClock Clock => Get<OccasionClock>();

    internal IDbContextFactory<OccasionsDb> Contexts => Get<IDbContextFactory<OccasionsDb>>();

    internal DueMessages Due => Get<DueMessages>();

    internal IDueRows Rows => Get<IDueRows>();

    internal MortalClaims Claims => Get<MortalClaims>();

    internal MessageSender Sender => Get<MessageSender>();

    internal DeliveryState State => Get<DeliveryState>();

    internal T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Begins to deliver.</summary>
    internal RigProcess Run()
    {
        var loop = new DeliveryLoop(
            Claims, Sender, _providers, Get<IDeliveryTransport>(), Get<IWakeUps>(), Options, Get<Storage>().Engine, Clock, TimeProvider.System, State,
            Get<DeliveryMetrics>(), NullLogger<DeliveryLoop>.Instance);
        _running = Task.Run(() => loop.RunAsync(_stop.Token));
        return this;
    }

    /// <summary>As on SIGTERM.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>As on kill -9: from now on nothing reaches the database or a provider any more.</summary>
    internal void Kill()
    {
        Claims.Die();
        _providers.Die();
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await _services.DisposeAsync();
    }
}

/// <summary>Claims of a process that can die.</summary>
internal sealed class MortalClaims(IClaims inner) : IClaims
{
    private volatile bool _dead;

    internal void Die() => _dead = true;

    public Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, int count, TimeSpan lease, CancellationToken cancel) =>
        LiveAsync(() => inner.ClaimAsync(now, count, lease, cancel));

    public Task<IReadOnlyList<ClaimedMessage>> ClaimAsync(DateTimeOffset now, Guid[] ids, TimeSpan lease, CancellationToken cancel) =>
        LiveAsync(() => inner.ClaimAsync(now, ids, lease, cancel));

    public Task<IReadOnlyCollection<Guid>> CompleteAsync(IReadOnlyList<Completion> completions, CancellationToken cancel) =>
        LiveAsync(() => inner.CompleteAsync(completions, cancel));

    public Task<IReadOnlyCollection<Guid>> RenewAsync(IReadOnlyList<ClaimedMessage> held, TimeSpan lease, CancellationToken cancel) =>
        LiveAsync(() => inner.RenewAsync(held, lease, cancel));

    // What was committed just before the death stays; its answer reaches nobody.
    private async Task<T> LiveAsync<T>(Func<Task<T>> call)
    {
        if (_dead) throw new IOException("This process is dead.");
        var result = await call();
        return _dead ? throw new IOException("This process is dead.") : result;
    }
}

/// <summary>Providers as a process that can die reaches them.</summary>
internal sealed class MortalProviders : IProviders
{
    private readonly IProviders _inner;
    private readonly Dictionary<string, IProvider> _byName;
    private volatile bool _dead;

    internal MortalProviders(IProviders inner)
    {
        _inner = inner;
        All = [.. inner.All.Select(p => new Mortal(p, this))];
        _byName = All.ToDictionary(p => p.Name);
    }

    public IReadOnlyList<IProvider> All { get; }

    public IReadOnlyList<IProvider> For(string channel) => [.. _inner.For(channel).Select(p => _byName[p.Name])];

    public IProvider? Find(string name) => _byName.GetValueOrDefault(name);

    internal void Die() => _dead = true;

    private sealed class Mortal(IProvider inner, MortalProviders process) : IProvider
    {
        public string Name => inner.Name;

        public string Channel => inner.Channel;

        public bool HonoursKeys => inner.HonoursKeys;

        public int Concurrency => inner.Concurrency;

        public DateTimeOffset? ClosedUntil => inner.ClosedUntil;

        public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
        {
            if (process._dead) throw new OperationCanceledException("This process is dead.");
            return await inner.SendAsync(message, cancel);
        }
    }
}

internal sealed class RigWording : IWording
{
    private static readonly GreetingTemplate Template = StoredWording.BuiltInFor(Occasion.Birthday, "en");
    private static readonly Task<Wording> Words = Task.FromResult(new Wording(Template, Template, "en", 0, null, "Corner Shop"));

    public Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel) => Words;
}
