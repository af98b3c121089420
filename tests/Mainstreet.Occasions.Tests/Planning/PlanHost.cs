using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Tests.Planning;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    internal DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>Planning as one process of a deployment has it, with a pool and a clock of its own.</summary>
internal sealed class PlanHost : IAsyncDisposable
{
    /// <summary>Of everybody for whom no other is named.</summary>
    internal static readonly Guid Business = new("01980000-0000-7000-8000-000000000001");

    private readonly ServiceProvider _services;

    private PlanHost(ServiceProvider services, ManualClock clock) => (_services, Clock) = (services, clock);

    internal ManualClock Clock { get; }

    internal Planner Planner => _services.GetRequiredService<Planner>();

    internal Replanner Replanner => _services.GetRequiredService<Replanner>();

    internal static Task<TestDatabase> CreateDatabaseAsync(Engine engine) =>
        TestDatabase.CreateAsync(engine, new MigrationSource("foundation", typeof(FoundationDb).Assembly), new OccasionsModule().Migrations);

    internal static PlanHost Build(TestDatabase database, string now, Action<OccasionsOptions>? configure = null)
    {
        var clock = new ManualClock(Mainstreet.Occasions.Tests.Time.OccurrencesTests.Instant(now));
        var options = new OccasionsOptions();
        configure?.Invoke(options);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(_ => database.OpenStorage());
        services.AddSingleton(Options.Create(options));
        services.AddPooledDbContextFactory<OccasionsDb>((provider, db) => provider.GetRequiredService<Storage>().Configure(db, provider));
        services.AddSingleton<OccasionClock>();
        services.AddSingleton<PlanMetrics>();
        services.AddSingleton(IPlanTable.For(database.Engine));
        services.AddSingleton<IPolicies, Policies>();
        services.AddSingleton<Planner>();
        services.AddSingleton<Replanner>();
        return new PlanHost(services.BuildServiceProvider(), clock);
    }

    internal OccasionsDb Open() => _services.GetRequiredService<IDbContextFactory<OccasionsDb>>().CreateDbContext();

    internal Recipient Person(string? birthday, string zone = "Europe/London", string? anniversary = null, Guid? business = null) => new()
    {
        Id = Clock.NewId(), BusinessId = business ?? Business, FirstName = "Ada", LastName = "Byron", TimeZone = zone, Version = 1,
        Birthday = birthday, BirthdayDay = OccasionDate.Parse(birthday)?.MonthDay, Anniversary = anniversary, AnniversaryDay = OccasionDate.Parse(anniversary)?.MonthDay,
        CreatedAt = Clock.GetUtcNow(), UpdatedAt = Clock.GetUtcNow(),
    };

    /// <summary>Writes recipients as if they had been there before anything was planned.</summary>
    internal async Task StoreAsync(params IEnumerable<Recipient> people)
    {
        await using var db = Open();
        db.Recipients.AddRange(people);
        await db.SaveChangesAsync();
    }

    /// <summary>Creates a recipient as the route does.</summary>
    internal async Task<Recipient> AddAsync(Recipient person)
    {
        await using var db = Open();
        await db.InTransactionAsync(async cancel =>
        {
            db.Recipients.Add(person);
            await db.SaveChangesAsync(cancel);
            await Replanner.ReplanAsync(db, person, cancel);
        }, CancellationToken.None);
        return person;
    }

    /// <summary>Changes a recipient as the route does; false when there is none any more.</summary>
    internal async Task<bool> ChangeAsync(Guid id, Action<Recipient> change, bool replan = true)
    {
        await using var db = Open();
        return await db.InTransactionAsync(async cancel =>
        {
            if (await HoldAsync(db, id, cancel) is not { } person) return false;
            change(person);
            person.BirthdayDay = OccasionDate.Parse(person.Birthday)?.MonthDay;
            person.AnniversaryDay = OccasionDate.Parse(person.Anniversary)?.MonthDay;
            person.Version++;
            await db.SaveChangesAsync(cancel);
            if (replan) await Replanner.ReplanAsync(db, person, cancel);
            return true;
        }, CancellationToken.None);
    }

    internal async Task DeleteAsync(Guid id)
    {
        await using var db = Open();
        await db.InTransactionAsync(async cancel =>
        {
            if (await HoldAsync(db, id, cancel) is not { } person) return;
            await Replanner.CancelAllAsync(db, id, cancel);
            db.Recipients.Remove(person);
            await db.SaveChangesAsync(cancel);
        }, CancellationToken.None);
    }

    internal async Task RuleAsync(Guid business, Action<BusinessSettings> change)
    {
        await using var db = Open();
        await db.InTransactionAsync(async cancel =>
        {
            await _services.GetRequiredService<IPlanTable>().LockAsync(db, exclusive: true, cancel);
            var settings = await db.Settings.SingleOrDefaultAsync(s => s.BusinessId == business, cancel);
            if (settings is null) db.Settings.Add(settings = BusinessSettings.Default(business, new OccasionsOptions()));
            change(settings);
            settings.Version++;
            await db.SaveChangesAsync(cancel);
            await Replanner.ReplanBusinessAsync(db, business, cancel);
        }, CancellationToken.None);
    }

    internal async Task<List<Message>> MessagesAsync(Guid? recipient = null)
    {
        await using var db = Open();
        return await db.Messages.AsNoTracking().Where(m => recipient == null || m.RecipientId == recipient).OrderBy(m => m.DueAt).ThenBy(m => m.Id).ToListAsync();
    }

    internal async Task<List<Recipient>> PeopleAsync()
    {
        await using var db = Open();
        return await db.Recipients.AsNoTracking().ToListAsync();
    }

    internal async Task<PlanState> StateAsync()
    {
        await using var db = Open();
        return await db.PlanStates.AsNoTracking().SingleAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static Task<Recipient?> HoldAsync(OccasionsDb db, Guid id, CancellationToken cancel) => db.Engine == Engine.Postgres
        ? db.Recipients.FromSql($"SELECT * FROM occasions.recipients WHERE id = {id} FOR UPDATE").SingleOrDefaultAsync(cancel)
        : db.Recipients.SingleOrDefaultAsync(r => r.Id == id, cancel);
}
