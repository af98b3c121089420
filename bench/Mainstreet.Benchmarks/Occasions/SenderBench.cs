using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Templates;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>What one message costs between its claim and its completion, at a provider that takes everything at once: choice of route, words, history.</summary>
internal static class SenderBench
{
    internal static async Task RunAsync(int messages)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var clock = new OccasionClock(TimeProvider.System);
        var metrics = new DeliveryMetrics(services.GetRequiredService<IMeterFactory>(), new DeliveryState(), clock);
        var sender = new MessageSender(
            new Takers(), new BuiltIn(), new Policies(Options.Create(new OccasionsOptions()), clock), null!, Options.Create(new DeliveryOptions()), clock,
            TimeProvider.System, metrics, NullLogger<MessageSender>.Instance);
        var now = clock.Now();
        var claimed = new ClaimedMessage
        {
            Id = Guid.CreateVersion7(), BusinessId = Guid.CreateVersion7(), RecipientId = Guid.CreateVersion7(), Occasion = Occasion.Birthday, LocalYear = 2026,
            LocalDate = "2026-06-14", PlannedZone = "Etc/UTC", DueAt = now, SendBy = now.AddHours(12), Fence = 1, Attempts = 0, AttemptsBefore = 0, Uncertain = false,
            Synthetic = false, Recipient = new Addressee("Ada", "Example", null, null, "Etc/UTC", null, "", "1990-06-14", false, false),
        };
        Console.WriteLine("| between claim and completion | microseconds a message | bytes a message |\n|---|---|---|");
        for (var round = 0; round < 4; round++)
        {
            var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < messages; i++) await sender.SendAsync(claimed, _ => Task.FromResult(true), default, default);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| round {round} | {watch.Elapsed.TotalMicroseconds / messages:0.0} | {(GC.GetAllocatedBytesForCurrentThread() - before) / messages} |"));
        }
    }

    private sealed class BuiltIn : IWording
    {
        private static readonly Task<Wording> Words = Task.FromResult(
            new Wording(StoredWording.BuiltInFor(Occasion.Birthday, "en"), StoredWording.BuiltInFor(Occasion.Birthday, "en"), "en", 0, null, "Corner Shop"));

        public Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel) => Words;
    }

    private sealed class Takers : IProviders
    {
        public IReadOnlyList<IProvider> All { get; } = [new Taker()];

        public IReadOnlyList<IProvider> For(string channel) => All;

        public IProvider? Find(string name) => All[0];
    }

    private sealed class Taker : IProvider
    {
        private static readonly Task<SendResult> Taken = Task.FromResult(new SendResult(SendOutcome.Accepted, 200, "pd_0123456789"));

        public string Name => "webhook1";

        public string Channel => "webhook";

        public bool HonoursKeys => true;

        public int Concurrency => 100;

        public DateTimeOffset? ClosedUntil => null;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) => Taken;
    }
}
