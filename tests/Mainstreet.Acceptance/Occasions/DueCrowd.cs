using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Proof;
using Mainstreet.Occasions.Recipients;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

namespace Mainstreet.Acceptance.Occasions;

/// <summary>Messages in a database that some process is to deliver, and what must be true of them in the end.</summary>
internal sealed class DueCrowd : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    internal DueCrowd(Storage storage)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(storage);
        services.AddPooledDbContextFactory<OccasionsDb>((provider, options) => storage.Configure(options, provider));
        _services = services.BuildServiceProvider();
    }

    /// <summary>Messages with a recipient each, due between now and then.</summary>
    /// <param name="planned">They wait for the job of every minute; otherwise they are queued already.</param>
    internal async Task AddAsync(int count, TimeSpan spread, int seed, bool planned = false)
    {
        var dice = new Random(seed);
        var now = TimeProvider.System.Now();
        await using var db = Open();
        for (var i = 0; i < count; i++)
        {
            var recipient = new Recipient
            {
                Id = Guid.CreateVersion7(), BusinessId = Guid.CreateVersion7(), FirstName = "Maya", LastName = "Rivera", Birthday = "--06-14", BirthdayDay = 614,
                TimeZone = "Etc/UTC", Version = 1, CreatedAt = now, UpdatedAt = now,
            };
            db.Recipients.Add(recipient);
            var due = (now + spread * dice.NextDouble()).Cut();
            db.Messages.Add(new Message
            {
                Id = Guid.CreateVersion7(), BusinessId = recipient.BusinessId, RecipientId = recipient.Id, Occasion = Occasion.Birthday, LocalYear = 2026,
                LocalDate = "2026-06-14", TimeZone = "Etc/UTC", DueAt = due, SendBy = due.AddHours(1), CreatedAt = now,
                Status = planned ? MessageStatus.Scheduled : MessageStatus.Queued, WorkAt = planned ? null : due,
            });
        }

        await db.SaveChangesAsync();
    }

    internal async Task<List<Message>> ReadAsync()
    {
        await using var db = Open();
        return await db.Messages.AsNoTracking().ToListAsync();
    }

    /// <summary>Waits until all are sent.</summary>
    internal async Task SentAsync(int seconds = 120)
    {
        var deadline = Environment.TickCount64 + seconds * 1_000;
        while (true)
        {
            var left = new List<string>();
            try
            {
                await using var db = Open();
                left = await db.Messages.Where(m => m.Status != MessageStatus.Sent).Select(m => m.Status + " " + m.LastError).ToListAsync();
                if (left.Count == 0) return;
            }
            catch (Exception exception) when (Storage.IsUnavailable(exception))
            {
                left.Add("the database is away");
            }

            if (Environment.TickCount64 > deadline) throw new TimeoutException(string.Join("; ", left.GroupBy(l => l).Select(g => $"{g.Count()} {g.Key}")));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>One effect each, none early, none else; where keys are not honoured, doubles only of what says that it is uncertain.</summary>
    internal async Task AgreesAsync(ProviderDouble provider, string told)
    {
        var rows = await ReadAsync();
        rows.ShouldAllBe(m => m.Status == MessageStatus.Sent && m.WorkAt == null && !m.InFlight, told);
        var effects = provider.Effects.ToLookup(e => e.Key);
        effects.Select(e => e.Key).Order().ShouldBe(rows.Select(KeyOf).Order(), told);
        foreach (var row in rows)
        {
            var taken = effects[KeyOf(row)].ToList();
            taken.ShouldAllBe(e => e.At >= row.DueAt, told);
            if (taken.Count > 1) (row.Uncertain && !provider.HonoursKeys).ShouldBeTrue($"{told}: {row.Id} was doubled");
            AttemptLine.Read(row.History).Count.ShouldBe(row.Attempts, told);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static string KeyOf(Message m) => ClaimedMessage.KeyOf(m.RecipientId, m.Occasion, m.LocalYear);

    private OccasionsDb Open() => _services.GetRequiredService<IDbContextFactory<OccasionsDb>>().CreateDbContext();
}
