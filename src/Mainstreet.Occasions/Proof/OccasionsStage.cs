using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>
/// Where a run plays: an administrator for clock and jobs, an owner with businesses of the run's own, the provider double, and the short forms of what
/// rounds ask for.
/// </summary>
internal sealed class OccasionsStage(ProofRun run, ProofClient client, SyntheticAccount admin, SyntheticAccount owner, ProvedClock clock, ProviderDouble provider)
{
    private static readonly TimeSpan MembershipWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Webhook = ["webhook"];

    private readonly Lock _gate = new();
    private readonly List<Guid> _businesses = [];
    private readonly List<Greeted> _greeted = [];
    private int _target;

    internal ProofRun Run { get; } = run;

    internal ProofClient Client { get; } = client;

    internal ProvedClock Clock { get; } = clock;

    internal ProviderDouble Provider { get; } = provider;

    /// <summary>How long delivery is waited for.</summary>
    internal TimeSpan Patience { get; } = TimeSpan.FromSeconds(run.Faults ? 240 : 90);

    internal IReadOnlyList<Guid> Businesses
    {
        get
        {
            lock (_gate) return [.. _businesses];
        }
    }

    internal IReadOnlyList<Greeted> Everybody
    {
        get
        {
            lock (_gate) return [.. _greeted];
        }
    }

    /// <summary>A business with settings of its own.</summary>
    internal async Task<Guid> FoundAsync(string name, string misfire, int lateLimitMinutes, CancellationToken cancel)
    {
        var body = (await SendAsync("business", HttpMethod.Post, "/v1/businesses", new { name = $"Synthetic {name}" }, cancel)).Require();
        var id = body.GetProperty("id").GetGuid();
        await SpreadAsync(id, cancel);
        lock (_gate) _businesses.Add(id);
        await SetAsync(id, misfire, lateLimitMinutes, false, false, cancel);
        return id;
    }

    /// <summary>Another replica learns within a second or so whom a new business belongs to.</summary>
    private async Task SpreadAsync(Guid business, CancellationToken cancel)
    {
        var start = Run.Clock.GetTimestamp();
        for (var target = 0; target < Run.Targets.Count; target++)
        {
            var call = new ProofCall("settings", HttpMethod.Get, $"/v1/occasions/settings?businessId={business}") { Account = owner, Target = target };
            while (await Client.SendAsync(call, cancel) is { Status: 404 } && Run.Clock.GetElapsedTime(start) < MembershipWithin)
            {
                await Task.Delay(Look, Run.Clock, cancel);
            }
        }
    }

    internal async Task SetAsync(Guid business, string misfire, int lateLimitMinutes, bool paused, bool birthdayPaused, CancellationToken cancel) =>
        (await SendAsync("settings", HttpMethod.Put, $"/v1/occasions/settings?businessId={business}", new
        {
            sendAt = "09:00", leapDay = "february28", misfire, lateLimitMinutes, language = "en", channels = Webhook, paused, birthdayPaused,
        }, cancel)).Require();

    /// <summary>What a recipient with its birthday on the slot's day is asked to be.</summary>
    internal static object Person(Guid business, Slot slot, string lastName) =>
        new { firstName = "Synthetic", lastName, birthday = slot.Birthday, timeZone = slot.Zone, channels = Webhook, businessId = business };

    internal async Task<Greeted> AddAsync(Guid business, Slot slot, string lastName, CancellationToken cancel)
    {
        var made = (await SendAsync("create", HttpMethod.Post, "/v1/recipients", Person(business, slot, lastName), cancel)).Require();
        return Note(new Greeted(made.GetProperty("id").GetGuid(), business, slot));
    }

    internal Greeted Note(Greeted greeted)
    {
        lock (_gate) _greeted.Add(greeted);
        return greeted;
    }

    /// <summary>Adds many, eight at a time.</summary>
    internal async Task<IReadOnlyList<Greeted>> AddAsync(Guid business, IReadOnlyList<Slot> slots, string lastName, CancellationToken cancel)
    {
        var made = new Greeted[slots.Count];
        await Parallel.ForAsync(0, slots.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (i, token) =>
            made[i] = await AddAsync(business, slots[i], string.Create(CultureInfo.InvariantCulture, $"{lastName} {i + 1}"), token));
        return made;
    }

    /// <summary>As the owner. Posts carry an Idempotency-Key: a retry after a lost answer acts once.</summary>
    internal Task<ProofAnswer> SendAsync(string name, HttpMethod method, string path, object? body, CancellationToken cancel, string? key = null) =>
        Client.SendAsync(new ProofCall(name, method, path)
        {
            Account = owner, Body = body, Target = Interlocked.Increment(ref _target), Once = method == HttpMethod.Post, IdempotencyKey = key, Key = path.Split('/', '?')[^1],
        }, cancel);

    /// <summary>Runs a job by hand, on the next replica.</summary>
    internal async Task<JsonElement> RunJobAsync(string job, CancellationToken cancel) =>
        (await Client.SendAsync(new ProofCall(job, HttpMethod.Post, $"/v1/schedules/{job}/run") { Account = admin, Target = Interlocked.Increment(ref _target) }, cancel)).Require();

    /// <summary>All messages that the filter finds.</summary>
    internal Task<IReadOnlyList<SeenMessage>> MessagesAsync(string filter, string name, CancellationToken cancel) =>
        ListAsync($"/v1/messages?{filter}", name, SeenMessage.Read, cancel);

    internal Task<IReadOnlyList<SeenMessage>> MessagesOfAsync(Guid recipient, CancellationToken cancel) => MessagesAsync($"recipientId={recipient}", "messages", cancel);

    internal Task<IReadOnlyList<Guid>> RecipientsOfAsync(Guid business, CancellationToken cancel) =>
        ListAsync($"/v1/recipients?businessId={business}", "recipients", static json => json.GetProperty("id").GetGuid(), cancel);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string path, string name, Func<JsonElement, T> read, CancellationToken cancel)
    {
        var found = new List<T>();
        string? next = null;
        do
        {
            var cursor = next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}";
            var page = (await SendAsync(name, HttpMethod.Get, $"{path}&limit=200{cursor}", null, cancel)).Require();
            foreach (var item in page.GetProperty("items").EnumerateArray()) found.Add(read(item));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return found;
    }

    /// <summary>Waits until the provider has answered for everybody named, running the minute job now and then and pushing the clock on a little so that retries fall due.</summary>
    /// <param name="who">Whose greeting is due.</param>
    /// <param name="before">The clock stays before this: something else is due then.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>False when patience ended first.</returns>
    internal async Task<bool> DeliverAsync(IReadOnlyCollection<Greeted> who, DateTimeOffset before, CancellationToken cancel)
    {
        var waiting = who.Select(g => g.RecipientId).ToHashSet();
        var start = Run.Clock.GetTimestamp();
        var beat = 0;
        while (true)
        {
            var answered = Provider.Arrivals.Where(a => a.Fate == ArrivalFate.Answered).Select(a => a.RecipientId ?? Guid.Empty).ToHashSet();
            waiting.RemoveWhere(answered.Contains);
            if (waiting.Count == 0) return true;
            if (Run.Clock.GetElapsedTime(start) > Patience) return false;
            if (++beat % 20 == 0)
            {
                var further = Clock.Now + TimeSpan.FromSeconds(5);
                if (further < before) await Clock.MoveAsync(further, cancel);
                await RunJobAsync("minute", cancel);
            }

            await Task.Delay(Look, Run.Clock, cancel);
        }
    }

    /// <summary>Moves to the instant and hands over what is due.</summary>
    internal async Task ReachAsync(DateTimeOffset instant, CancellationToken cancel)
    {
        await Clock.MoveAsync(instant + TimeSpan.FromMilliseconds(100), cancel);
        await RunJobAsync("minute", cancel);
    }

    /// <summary>Waits until no message of the run that is due is open any more; the checks say what is, if patience ends first.</summary>
    internal async Task SettleAsync(CancellationToken cancel)
    {
        var start = Run.Clock.GetTimestamp();
        while (Run.Clock.GetElapsedTime(start) < Patience)
        {
            var open = 0;
            foreach (var business in Businesses)
            {
                open += (await MessagesAsync($"businessId={business}&status=scheduled,queued,sending", "messages", cancel)).Count(m => m.DueAt <= Clock.Now);
            }

            if (open == 0) return;
            await RunJobAsync("minute", cancel);
            await Task.Delay(TimeSpan.FromMilliseconds(200), Run.Clock, cancel);
        }
    }

    /// <summary>Removes every recipient of the run: none is greeted again next year.</summary>
    internal async Task ClearAsync(CancellationToken cancel)
    {
        foreach (var business in Businesses)
        {
            var left = await RecipientsOfAsync(business, cancel);
            await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (id, token) =>
                await SendAsync("delete", HttpMethod.Delete, $"/v1/recipients/{id}", null, token));
        }
    }
}
