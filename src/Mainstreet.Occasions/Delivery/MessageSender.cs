using System.Collections.Concurrent;
using System.Security.Cryptography;

using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Templates;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// Brings one claimed message as far as it goes now: looks whether it is still wanted, chooses provider and words, makes the
/// attempt, and says what is to be written down. Delays on the way are short; longer ones end the claim.
/// </summary>
internal sealed partial class MessageSender(
    IProviders providers, IWording wording, IPolicies policies, IDbContextFactory<OccasionsDb> contexts, IOptions<DeliveryOptions> options,
    OccasionClock clock, TimeProvider real, DeliveryMetrics metrics, ILogger<MessageSender> log)
{
    private static readonly TimeSpan LongestWaitInPlace = TimeSpan.FromSeconds(3);

    private readonly DeliveryOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>Never throws but <see cref="OperationCanceledException"/>.</summary>
    /// <param name="message">A message that this process holds.</param>
    /// <param name="note">Writes what is known so far while the claim goes on; false when the claim is lost.</param>
    /// <param name="stop">The process stops: begin nothing more.</param>
    /// <param name="abort">Its patience is over: cut off what is in progress.</param>
    /// <returns>What to write down; null when the claim was lost.</returns>
    internal async ValueTask<Completion?> SendAsync(
        ClaimedMessage message, Func<Completion, Task<bool>> note, CancellationToken stop, CancellationToken abort)
    {
        var now = clock.Now();
        if (message.Recipient is not { } to) return End(message, MessageStatus.Cancelled, Misfire.Deleted);
        var used = message.Attempts - message.AttemptsBefore;
        if (used >= _options.MaxAttempts) return End(message, MessageStatus.Dead, SkipReasons.AttemptsUsedUp);
        if (message.Paused)
        {
            return now <= message.SendBy ? Wait(message, now + _options.PauseLook, null)
                : used > 0 ? End(message, MessageStatus.Dead, SkipReasons.DeadlinePassed)
                : End(message, MessageStatus.Skipped, Misfire.TooLatePaused);
        }

        if (now > message.SendBy && used > 0) return End(message, MessageStatus.Dead, SkipReasons.DeadlinePassed);
        if ((now > message.SendBy || message.QuietFrom is not null) && await HoldAsync(message, to, now, abort) is { } held) return held;

        var routes = Routes.Of(message, to, providers, _options.AttemptsPerProvider);
        if (routes.WhyNone is { } why)
            return routes.LacksProvider ? Wait(message, now + _options.PauseLook, why) : End(message, MessageStatus.Skipped, why);
        Greeting words;
        try
        {
            words = await WordsAsync(message, to, abort);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.NoWords(log, message.Id, exception);
            metrics.AttemptFailed();
            var attempt = new Tries(message);
            attempt.Add(null, null, now, clock.Now(), AttemptLine.Retry, new SendResult(SendOutcome.Retry, Error: "the words could not be made"));
            return attempt.Count + used >= _options.MaxAttempts ? attempt.End(MessageStatus.Dead) : attempt.Again(clock.Now() + Pause(used + 1, null));
        }

        return await TryAsync(message, routes, words, note, stop, abort);
    }

    private async ValueTask<Completion?> TryAsync(
        ClaimedMessage message, Routes routes, Greeting words, Func<Completion, Task<bool>> note, CancellationToken stop, CancellationToken abort)
    {
        var tries = new Tries(message);
        var recorded = message.Provider ?? routes.First.Provider.Name;
        var waitedFrom = real.GetTimestamp();
        while (true)
        {
            var used = message.Attempts - message.AttemptsBefore + tries.Total;
            if (routes.Pick(out var until) is not { } route)
            {
                // All have refused, or all are closed: then nothing was tried and nothing is burnt.
                if (until is null) return tries.End(MessageStatus.Dead);
                return tries.Again(clock.Now() + Spread(until.Value - real.GetUtcNow()), "every provider that may be tried is closed");
            }

            if (route.Provider.Name != recorded)
            {
                // Should this process die now, the next one must know whom to ask.
                if (!await note(tries.Flush(route))) return null;
                recorded = route.Provider.Name;
            }

            var (result, started) = await AttemptAsync(route, words.For(route), stop, abort);
            if (result.Outcome == SendOutcome.NotTried)
            {
                if (route.Provider.ClosedUntil is not null) continue;
                var pause = (result.NotBefore ?? real.GetUtcNow()) - real.GetUtcNow();
                if (stop.IsCancellationRequested || real.GetElapsedTime(waitedFrom) + pause > LongestWaitInPlace)
                    return tries.Again(clock.Now() + Spread(pause), result.Error);
                await Task.Delay(pause > TimeSpan.FromMilliseconds(5) ? pause : TimeSpan.FromMilliseconds(5), real, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var ended = clock.Now();
            used++;
            routes.Note(route, result.Outcome);
            tries.Add(route.Provider.Name, route.Channel, started, ended, Word(result.Outcome), result);
            if (result.Outcome == SendOutcome.Accepted)
            {
                metrics.Delayed(ended - message.DueAt);
                return tries.End(MessageStatus.Sent, ended);
            }

            metrics.AttemptFailed();
            if (used >= _options.MaxAttempts) return tries.End(MessageStatus.Dead);
            var next = result.Outcome == SendOutcome.Rejected || (result.Outcome == SendOutcome.Retry && routes.MovesOn(route));
            if (next && !stop.IsCancellationRequested) continue;
            var at = ended + (next ? TimeSpan.Zero : Pause(used, result.NotBefore));
            return at > message.SendBy ? tries.End(MessageStatus.Dead) : tries.Again(at);
        }
    }

    private async ValueTask<(SendResult Result, DateTimeOffset Started)> AttemptAsync(Route route, OutboundMessage words, CancellationToken stop, CancellationToken abort)
    {
        var gate = _gates.GetOrAdd(route.Provider.Name, static (_, width) => new SemaphoreSlim(width), Math.Max(1, route.Provider.Concurrency));
        await gate.WaitAsync(stop);
        try
        {
            var started = clock.Now();
            if (route.Provider.ClosedUntil is { } closed) return (new SendResult(SendOutcome.NotTried, NotBefore: closed), started);
            var began = real.GetTimestamp();
            var result = await route.Provider.SendAsync(words, abort);
            if (result.Outcome != SendOutcome.NotTried) metrics.Took(real.GetElapsedTime(began), route.Channel);
            return (result, started);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A provider that throws has a fault of its own; what it did before, nobody knows.
            Log.Threw(log, route.Provider.Name, exception);
            return (new SendResult(SendOutcome.Unknown, Error: $"failed with {exception.GetType().Name}"), clock.Now());
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask<Greeting> WordsAsync(ClaimedMessage message, Addressee to, CancellationToken cancel)
    {
        var made = await wording.ForAsync(message.BusinessId, message.Occasion, to.Language ?? "", cancel);
        var (subject, body) = made.Render(new GreetingFacts(to.FirstName, to.LastName, message.Occasion, message.LocalDate, message.LocalYear, to.Date));
        return new Greeting(message, to, made.Language, subject, body);
    }

    /// <summary>Rare: too late by now, or quiet hours are set. Null when it may go out now.</summary>
    private async ValueTask<Completion?> HoldAsync(ClaimedMessage message, Addressee to, DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var policy = await policies.ForAsync(db, message.BusinessId, cancel);
        var zone = Zones.Find(to.TimeZone) ?? Zones.Find(message.PlannedZone);
        if (now > message.SendBy)
        {
            if (zone is null) return End(message, MessageStatus.Skipped, Misfire.TooLate);
            var decision = Misfire.Decide(message.DueAt, message.SendBy, Reasons.None, zone, policy, now);
            return decision.Status == MessageStatus.Skipped
                ? End(message, MessageStatus.Skipped, decision.Error ?? Misfire.TooLate)
                : Wait(message, decision.DueAt, null, new Moved(decision.DueAt, decision.SendBy, ReasonWords.Of(decision.Reasons)));
        }

        if (zone is null || Occurrences.QuietEnd(now, zone, policy) is not { } quietEnd) return null;
        return quietEnd > message.SendBy ? End(message, MessageStatus.Skipped, Misfire.TooLate) : Wait(message, quietEnd, null);
    }

    private TimeSpan Pause(int attempt, DateTimeOffset? notBefore)
    {
        var pause = Backoff.After(attempt, _options.FirstRetry, _options.LongestRetry);
        var asked = notBefore is { } at ? at - real.GetUtcNow() : TimeSpan.Zero;
        return pause > asked ? pause : Spread(asked);
    }

    // What waits for the same instant does not come back in the same moment.
    private static TimeSpan Spread(TimeSpan pause) =>
        (pause > TimeSpan.Zero ? pause : TimeSpan.Zero) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(10, 500));

    private static string Word(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted => AttemptLine.Accepted,
        SendOutcome.Rejected => AttemptLine.Rejected,
        SendOutcome.Retry => AttemptLine.Retry,
        _ => AttemptLine.Unknown,
    };

    private static Completion End(ClaimedMessage message, MessageStatus status, string? error) =>
        new() { Id = message.Id, Fence = message.Fence, Status = status, Error = error };

    internal static Completion Wait(ClaimedMessage message, DateTimeOffset until, string? error, Moved? moved = null) =>
        new() { Id = message.Id, Fence = message.Fence, Status = MessageStatus.Sending, WorkAt = until, Error = error, Moved = moved };

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Error, "The words of message {MessageId} could not be made")]
        internal static partial void NoWords(ILogger log, Guid messageId, Exception exception);

        [LoggerMessage(3302, LogLevel.Error, "Provider {Provider} threw")]
        internal static partial void Threw(ILogger log, string provider, Exception exception);
    }
}
