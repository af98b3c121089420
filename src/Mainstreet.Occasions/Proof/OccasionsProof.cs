using System.Globalization;
using System.Net.Sockets;

using Mainstreet.Foundation.Proving;

using NodaTime;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>
/// Greets synthetic people of a running deployment through a provider of its own, over days that the test clock brings, and holds what the
/// provider took against what the server says. The server runs in Development with <c>Occasions__Providers__0__Url=http://127.0.0.1:PORT</c>; the
/// clock moves for everybody on it, and goes back in the end.
/// </summary>
internal sealed class OccasionsProof : IProof
{
    private static readonly ProofOption Recipients = new("recipients", "Recipients of the day round the world.", 200, 1, 20_000);
    private static readonly ProofOption Down = new("down", "Recipients of the day in which nothing ran.", 100, 4, 100_000);
    private static readonly ProofOption Creates = new("creates", "Creates that share one key.", 100, 2, 1_000);
    private static readonly ProofOption Puts = new("puts", "Changes that race for one recipient.", 300, 2, 10_000);
    private static readonly ProofOption Parallel = new("put-parallel", "Changes under way at the same time.", 32, 2, 256);
    private static readonly ProofOption Port = new("double-port", "Loopback port of the provider's double; the server's provider address points there.", 5190, 1, 65_535);
    private static readonly ProofOption Patience = new("patience", "Seconds that deliveries may take, retries included.", 120, 5, 3_600);
    private static readonly ProofOption Tolerance = new("clock-tolerance", "Milliseconds by which clocks may differ.", 500, 0, 10_000);

    public string Name => "occasions";

    public IReadOnlyList<Invariant> Invariants => All;

    public IReadOnlyList<ProofOption> Options { get; } = [Recipients, Down, Creates, Puts, Parallel, Port, Patience, Tolerance];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var (startedAt, start, history) = (run.Clock.GetUtcNow(), run.Clock.GetTimestamp(), new History());
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        await using var provider = await ListenAsync(run);
        var time = await TestTime.TakeAsync(run, client, cancel);
        var verdicts = new Verdicts(All);
        var owner = await SyntheticAccount.CreateAsync(client, "owner", "customer", run.Clock, cancel);
        var shops = new List<ProofShop>();
        try
        {
            await ProveAsync(run, client, owner, time, shops, provider, verdicts, cancel);
        }
        finally
        {
            provider.Mood = ProviderMood.Good;
            foreach (var shop in shops) await shop.CloseAsync(CancellationToken.None);
            await time.MoveAsync(null, CancellationToken.None);
        }

        run.Progress("checking");
        await CheckAsync(run, shops, time, provider, verdicts, cancel);
        verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Snapshot(),
            Figures =
            [
                new("Greeted", string.Create(CultureInfo.InvariantCulture, $"{shops.Sum(s => s.Recipients.Count)} recipients of {shops.Count} businesses")),
                new("Provider", string.Create(CultureInfo.InvariantCulture, $"{provider.Requests} requests, {provider.Effects.Count} effects, {provider.WithoutEffect} refused")),
            ],
            ServerVersion = version,
        };
    }

    private static async Task ProveAsync(
        ProofRun run, ProofClient client, SyntheticAccount owner, TestTime time, List<ProofShop> shops, ProviderDouble provider, Verdicts verdicts, CancellationToken cancel)
    {
        var patience = TimeSpan.FromSeconds(run.Option(Patience));
        var shop = await ProofShop.OpenAsync(run, client, owner, cancel);
        shops.Add(shop);
        await shop.SettleAsync("sendLate", 720, cancel);

        // A day ahead, so that nothing that is real lies between; its early hours.
        var day = LocalDate.FromDateTime(time.Now.UtcDateTime).PlusDays(2);
        await time.MoveAsync(new DateTimeOffset(day.Year, day.Month, day.Day, 4, 0, 0, TimeSpan.Zero), cancel);
        await time.RunAsync("daily", cancel);
        run.Progress($"greeting {run.Option(Recipients)} recipients round the world on {day:uuuu-MM-dd}");
        await GreetingDay.RunAsync(run, time, shop, provider, day, run.Option(Recipients), patience, verdicts, cancel);

        run.Progress("refusing some, and replaying them");
        day = day.PlusDays(1);
        await time.RunAsync("daily", cancel);
        await GreetingDay.ReplayAsync(run, time, shop, provider, day, Math.Min(5, run.Option(Recipients)), patience, verdicts, cancel);

        run.Progress($"racing {run.Option(Creates)} creates and {run.Option(Puts)} changes");
        day = day.PlusDays(1);
        await time.MoveAsync(new DateTimeOffset(day.Year, day.Month, day.Day, 0, 0, 1, TimeSpan.Zero) - TimeSpan.FromDays(1) + TimeSpan.FromHours(16), cancel);
        await time.RunAsync("daily", cancel);
        await RecipientRaces.CreatesAsync(run, shop, day, run.Option(Creates), verdicts, cancel);
        await RecipientRaces.PutsAsync(run, shop, day, run.Option(Puts), run.Option(Parallel), verdicts, cancel);

        run.Progress($"letting {run.Option(Down)} recipients' day pass while nothing runs");
        await DayDown.RunAsync(run, client, owner, time, shops, provider, day.PlusDays(3), run.Option(Down), patience, verdicts, cancel);
    }

    private static async Task CheckAsync(ProofRun run, List<ProofShop> shops, TestTime time, ProviderDouble provider, Verdicts verdicts, CancellationToken cancel)
    {
        var tolerance = TimeSpan.FromMilliseconds(run.Option(Tolerance));
        var ours = shops.SelectMany(s => s.Recipients).ToHashSet();
        var effects = provider.Effects.Where(e => e.RecipientId is { } id && ours.Contains(id)).ToList();
        foreach (var key in effects.GroupBy(e => e.Key))
            verdicts.Check(OneEffect, key.Count() == 1, () => $"{key.Key} had {key.Count()} effects: {string.Join(", ", key.Select(e => e.At.ToString("O", CultureInfo.InvariantCulture)))}");
        foreach (var effect in effects)
        {
            verdicts.Check(NoneEarly, effect.DueAt is { } due && time.HadCome(due, effect.At, tolerance),
                () => $"{effect.Key} is due at {effect.DueAt:O} and was taken at {effect.At:O} real time, before the clock showed that");
        }

        var messages = new List<ToldMessage>();
        foreach (var shop in shops)
        {
            var left = await shop.MessagesAsync(cancel);
            messages.AddRange(left);
            foreach (var message in left)
                verdicts.Check(NothingLeft, message.Status is not ("scheduled" or "queued" or "sending"), () => $"{message.Key} is {message.Status}");
        }

        var keys = effects.Select(e => e.Key).ToHashSet();
        foreach (var message in messages.Where(m => m.Status == "sent"))
            verdicts.Check(NoneMissing, keys.Contains(message.Key), () => $"{message.Key} is said to be sent, and nobody got it");
        var sent = messages.Where(m => m.Status == "sent").Select(m => m.Key).ToHashSet();
        foreach (var key in keys)
            verdicts.Check(NoneMissing, sent.Contains(key), () => $"{key} had an effect and is {messages.Find(m => m.Key == key)?.Status ?? "not known"}");
    }

    private static async Task<ProviderDouble> ListenAsync(ProofRun run)
    {
        try
        {
            return await ProviderDouble.StartAsync(run.Clock, new Uri($"http://127.0.0.1:{run.Option(Port).ToString(CultureInfo.InvariantCulture)}"), run.Seed);
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw new ProofException($"port {run.Option(Port)} is taken; choose another with --double-port, and start the server with Occasions__Providers__0__Url pointing at it", taken);
        }
    }
}
