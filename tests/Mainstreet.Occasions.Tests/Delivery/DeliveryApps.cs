using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Proof;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>A running program per engine, with a provider's double for its webhooks and an SMS API that nobody calls.</summary>
public sealed class DeliveryApps : IAsyncLifetime
{
    internal const string Secret = "a-secret-of-the-tests-0123";
    internal const string SmsToken = "sms-auth-token-0123456789";
    internal const string ReceiptUrl = "https://shop.example.test/v1/providers/receipts/sms1";

    private readonly Dictionary<Engine, DeliveryApp> _apps = [];

    internal async Task<DeliveryApp> OnAsync(Engine engine)
    {
        if (!_apps.TryGetValue(engine, out var app)) _apps[engine] = app = await DeliveryApp.StartAsync(engine);
        app.Double.Mood = ProviderMood.Good;
        return app;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Values) await app.DisposeAsync();
    }
}

/// <summary>The program, the double, and messages that are due.</summary>
internal sealed class DeliveryApp : IAsyncDisposable
{
    private DeliveryApp(TestApp program, ProviderDouble provider, Shop shop) => (Program, Double, Shop) = (program, provider, shop);

    internal TestApp Program { get; }

    internal ProviderDouble Double { get; }

    internal Shop Shop { get; }

    internal TestUser Owner => Shop.Owner;

    internal static async Task<DeliveryApp> StartAsync(Engine engine, params (string Key, string Value)[] settings)
    {
        var provider = await ProviderDouble.StartAsync(TimeProvider.System);
        var all = new Dictionary<string, string?>
        {
            ["Occasions:Providers:0:Url"] = provider.Address.ToString(),
            ["Occasions:Providers:0:Secret"] = DeliveryApps.Secret,
            ["Occasions:Providers:1:Kind"] = "sms",
            ["Occasions:Providers:1:Name"] = "sms1",
            ["Occasions:Providers:1:Url"] = provider.Address.ToString(),
            ["Occasions:Providers:1:User"] = "AC0123456789",
            ["Occasions:Providers:1:Password"] = DeliveryApps.SmsToken,
            ["Occasions:Providers:1:From"] = "+14155550199",
            ["Occasions:Providers:1:ReceiptUrl"] = DeliveryApps.ReceiptUrl,
            ["Occasions:Delivery:FirstRetry"] = "00:00:00.050",
            ["Occasions:Delivery:LongestRetry"] = "00:00:00.500",
            ["Occasions:Delivery:Poll"] = "00:00:00.100",
        };
        foreach (var (key, value) in settings) all[key] = value;
        var program = await TestApp.StartAsync(engine, all);
        return new DeliveryApp(program, provider, await Shop.MakeAsync(program));
    }

    /// <summary>Messages with a recipient each, due a second ago.</summary>
    internal Task<List<Message>> AddAsync(int count, Action<Recipient, Message>? shape = null) => Shop.InDbAsync(async db =>
    {
        var now = TimeProvider.System.Now();
        var messages = new List<Message>();
        for (var i = 0; i < count; i++)
        {
            var recipient = new Recipient
            {
                Id = Guid.CreateVersion7(), BusinessId = Shop.BusinessId, FirstName = "Maya", LastName = "Rivera", Birthday = "--06-14", BirthdayDay = 614, TimeZone = "Etc/UTC",
                Phone = "+14155550123", Channels = "webhook", Version = 1, CreatedAt = now, UpdatedAt = now,
            };
            var message = new Message
            {
                Id = Guid.CreateVersion7(), BusinessId = Shop.BusinessId, RecipientId = recipient.Id, Occasion = Occasion.Birthday, LocalYear = 2026, LocalDate = "2026-06-14",
                TimeZone = "Etc/UTC", DueAt = now - TimeSpan.FromSeconds(1), SendBy = now + TimeSpan.FromHours(1), Status = MessageStatus.Scheduled, CreatedAt = now,
            };
            shape?.Invoke(recipient, message);
            db.Recipients.Add(recipient);
            db.Messages.Add(message);
            messages.Add(message);
        }

        await db.SaveChangesAsync();
        return messages;
    });

    internal Task EnqueueAsync() => Program.Host.Services.GetRequiredService<IDueMessages>().EnqueueAsync(CancellationToken.None);

    internal Task<Message> ReadAsync(Guid id) => Shop.InDbAsync(db => db.Messages.AsNoTracking().SingleAsync(m => m.Id == id));

    /// <summary>Waits until the messages have the status.</summary>
    internal async Task UntilAsync(IEnumerable<Message> messages, MessageStatus status, int seconds = 120)
    {
        var ids = messages.Select(m => m.Id).ToArray();
        var deadline = Environment.TickCount64 + seconds * 1_000;
        while (true)
        {
            var found = await Shop.InDbAsync(db => db.Messages.AsNoTracking().Where(m => ids.Contains(m.Id)).ToListAsync());
            if (found.TrueForAll(m => m.Status == status)) return;
            if (Environment.TickCount64 > deadline)
                throw new TimeoutException(string.Join("; ", found.GroupBy(m => (m.Status, m.LastError, m.Attempts)).Take(5).Select(g => $"{g.Count()} {g.Key}")));
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    internal IEnumerable<Effect> EffectsOf(Message message) =>
        Double.Effects.Where(e => e.Key == ClaimedMessage.KeyOf(message.RecipientId, message.Occasion, message.LocalYear));

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await Double.DisposeAsync();
    }
}
