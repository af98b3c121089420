using System.Globalization;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Store.Proof;

/// <summary>
/// Many who read a product, append a word of their own to its description and send it back with the ETag that they read: a list with appends, and a
/// version that is a register and a counter. Attempts are made once, so an outcome that nobody knows stays unknown.
/// </summary>
internal sealed class ProductContention : IContendedFeature
{
    /// <summary>Words to one description, which holds 4,000 characters.</summary>
    private const int MostWords = 320;

    private const int Products = 2;
    private const int AttemptsPerRound = 5;
    private static readonly TimeSpan AfterUnknown = TimeSpan.FromMilliseconds(200);

    public string Name => "one product, many editors";

    public IReadOnlyList<Invariant> Decides { get; } =
    [
        ContentionInvariants.NoLostUpdate, ContentionInvariants.NoDirtyRead, ContentionInvariants.Serializable, ContentionInvariants.Linearizable,
        ContentionInvariants.VersionCounts,
    ];

    public async Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel)
    {
        var shop = await ContendedShop.OpenAsync(stage, "Synthetic corner", cancel);
        var left = stage.Rounds;
        while (left > 0)
        {
            var rounds = Math.Min(left, Math.Max(1, MostWords / stage.Clients));
            left -= rounds;
            var rows = new List<Row>();
            for (var i = 0; i < Products; i++) rows.Add(await AddAsync(stage, record, shop, cancel));
            await Task.WhenAll(Enumerable.Range(0, stage.Clients).Select(client => EditAsync(stage, record, rows, client, rounds, cancel)));
            for (var target = 0; target < stage.Run.Targets.Count; target++)
            {
                foreach (var row in rows) await ReadAsync(stage, record, row, "reader", target, cancel);
            }
        }

        await shop.CloseAsync(cancel);
    }

    private static async Task<Row> AddAsync(ContentionStage stage, ContentionRecord record, ContendedShop shop, CancellationToken cancel)
    {
        var start = stage.Run.Now();
        var row = new Row(await shop.AddAsync("notebook", cancel));
        // It begins with version 1.
        record.AddRegister(row.Key, start, stage.Run.Now(), RegisterAct.Write, null, "1", Ending.Committed);
        record.AddCounter(row.Key, new CounterTouch(start, stage.Run.Now(), Ending.Committed, 1, IsRead: false));
        return row;
    }

    private static async Task EditAsync(ContentionStage stage, ContentionRecord record, List<Row> rows, int client, int rounds, CancellationToken cancel)
    {
        var name = $"editor {client + 1}";
        var answered = 0;
        for (var attempt = 0; answered < rounds && attempt < rounds * AttemptsPerRound; attempt++)
        {
            var row = rows[(client + attempt) % rows.Count];
            var (words, version) = await ReadAsync(stage, record, row, name, client + attempt, cancel);
            var word = $"c{client + 1}a{attempt + 1}";
            var answer = await stage.Client.SendAsync(new ProofCall("edit", HttpMethod.Patch, $"/v1/products/{row.Id}")
            {
                Account = stage.People[0],
                Body = new { description = string.Join(' ', words.Append(word)) },
                Headers = new Dictionary<string, string> { ["If-Match"] = $"\"{version}\"" },
                Target = client + attempt + 1,
                SingleAttempt = true,
                Key = row.Key,
                Facts = new Dictionary<string, string> { ["word"] = word, ["version"] = version.ToString(CultureInfo.InvariantCulture) },
            }, cancel);
            var ending = ContentionRecord.EndingOf(answer);
            var (start, end) = (answer.Last.Start, answer.Last.End);
            record.Add(name, start, end, ending, new ListOf(row.Key, words), new AppendTo(row.Key, word));
            if (answer.Status is 412 or 409 || ending != Ending.Refused)
                record.AddRegister(row.Key, start, end, RegisterAct.CompareAndSet, Text(version), Text(version + 1), ending);
            record.AddCounter(row.Key, new CounterTouch(start, end, ending, 1, IsRead: false));
            // A replica that is away answers nobody at once: without a pause the editors would be through before it is back.
            if (ending == Ending.Unknown) await Task.Delay(AfterUnknown, stage.Run.Clock, cancel);
            else answered++;
        }
    }

    private static async Task<(IReadOnlyList<string> Words, int Version)> ReadAsync(
        ContentionStage stage, ContentionRecord record, Row row, string client, int target, CancellationToken cancel)
    {
        var answer = await stage.SendAsync("read product", HttpMethod.Get, $"/v1/products/{row.Id}", stage.People[0], null, cancel, target);
        var body = answer.Require();
        var words = (body.GetProperty("description").GetString() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var version = body.GetProperty("version").GetInt32();
        var (start, end) = (answer.Last.Start, answer.Last.End);
        record.Add(client, start, end, Ending.Committed, new ListOf(row.Key, words));
        record.AddRegister(row.Key, start, end, RegisterAct.Read, null, Text(version), Ending.Committed);
        record.AddCounter(row.Key, new CounterTouch(start, end, Ending.Committed, version, IsRead: true));
        return (words, version);
    }

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(Guid Id)
    {
        internal string Key { get; } = $"product {Id.ToString()[^6..]}";
    }
}
