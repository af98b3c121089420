using System.Diagnostics;
using System.Diagnostics.Metrics;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Delivery;

/// <summary>What delivery reports.</summary>
internal sealed class DeliveryMetrics : IKnownSeries
{
    internal static readonly ActivitySource Activities = new("Mainstreet.Occasions");

    private readonly Counter<long> _enqueued;
    private readonly Counter<long> _processed;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _notSent;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _unknownReceipts;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _delay;

    public DeliveryMetrics(IMeterFactory meters, DeliveryState state, OccasionClock clock)
    {
        var meter = meters.Create("Mainstreet.Occasions");
        _enqueued = meter.CreateCounter<long>("mainstreet.queue.messages.enqueued", "{message}", "Messages handed to delivery.");
        _processed = meter.CreateCounter<long>("mainstreet.queue.messages.processed", "{message}", "Messages that delivery brought to an end.");
        _failed = meter.CreateCounter<long>("mainstreet.queue.messages.failed", "{message}", "Attempts that did not end with an acceptance.");
        _sent = meter.CreateCounter<long>("mainstreet.messages.sent", "{message}", "Messages that a provider accepted.");
        _notSent = meter.CreateCounter<long>("mainstreet.messages.failed", "{message}", "Messages that could not be sent.");
        _skipped = meter.CreateCounter<long>("mainstreet.occasions.message.skipped", "{message}", "Messages not sent by policy.");
        _lost = meter.CreateCounter<long>("mainstreet.occasions.claim.lost", "{message}", "Claims that another worker had taken over when their end was to be written.");
        _unknownReceipts = meter.CreateCounter<long>("mainstreet.occasions.receipt.unknown", "{receipt}", "Delivery reports about a message that is not known.");
        _duration = meter.CreateHistogram<double>("mainstreet.message.delivery.duration", "s", "Time of one delivery, from the call of the provider to its answer.");
        _delay = meter.CreateHistogram<double>("mainstreet.occasions.message.delay", "s", "From the instant a message was due to the provider's acceptance.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600, 14_400, 43_200] });
        meter.CreateObservableGauge("mainstreet.queue.depth", () => state.Backlog?.Waiting ?? 0, "{message}", "Messages that are due and that nobody sends right now.");
        meter.CreateObservableGauge("mainstreet.occasions.message.age", () => Age(state, clock), "s",
            "How long the message that waits longest for a worker has been due. Told by workers.");
        meter.CreateObservableGauge("mainstreet.occasions.delivery.in_flight", () => state.Held, "{message}", "Messages that this process holds.");
    }

    private static IEnumerable<Measurement<double>> Age(DeliveryState state, OccasionClock clock) =>
        state.Backlog is not { } backlog ? [] : [new(backlog.Oldest is { } oldest ? Math.Max(0, (clock.Now() - oldest).TotalSeconds) : 0)];

    public void Begin()
    {
        foreach (var counter in (Counter<long>[])[_enqueued, _processed, _failed, _sent, _notSent, _skipped, _lost, _unknownReceipts]) counter.Add(0);
    }

    internal void Enqueued(int messages) => _enqueued.Add(messages);

    internal void Skipped(int messages)
    {
        if (messages > 0) _skipped.Add(messages);
    }

    internal void Took(TimeSpan duration, string channel) => _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));

    internal void AttemptFailed() => _failed.Add(1);

    internal void Lost(int claims) => _lost.Add(claims);

    internal void UnknownReceipt() => _unknownReceipts.Add(1);

    /// <summary>Counts what was written.</summary>
    internal void Written(IReadOnlyList<Completion> completions, IReadOnlyCollection<Guid> stood)
    {
        var (sent, dead, skipped, ended) = (0, 0, 0, 0);
        foreach (var completion in completions)
        {
            if (completion.Held || !stood.Contains(completion.Id)) continue;
            switch (completion.Status)
            {
                case MessageStatus.Sent:
                    sent++;
                    ended++;
                    break;
                case MessageStatus.Dead:
                    dead++;
                    ended++;
                    break;
                case MessageStatus.Skipped or MessageStatus.Cancelled:
                    skipped++;
                    ended++;
                    break;
            }
        }

        if (ended > 0) _processed.Add(ended);
        if (sent > 0) _sent.Add(sent);
        if (dead > 0) _notSent.Add(dead);
        if (skipped > 0) _skipped.Add(skipped);
        if (stood.Count < completions.Count) _lost.Add(completions.Count - stood.Count);
    }

    internal void Delayed(TimeSpan delay) => _delay.Record(Math.Max(0, delay.TotalSeconds));
}
