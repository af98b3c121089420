using System.Security.Cryptography;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Access.Proof;

/// <summary>Businesses founded by many requests at once under one Idempotency-Key, on every replica: each exists once.</summary>
internal sealed class KeyContention : IContendedFeature
{
    private static readonly TimeSpan ListedWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public string Name => "one key, many requests";

    public IReadOnlyList<Invariant> Decides { get; } = [ContentionInvariants.ExactlyOnce];

    public async Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel)
    {
        var founder = stage.People[3];
        var prefix = $"Synthetic {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        var acknowledged = new List<string>();
        for (var round = 1; round <= stage.Rounds; round++)
        {
            var name = $"{prefix} {round}";
            var key = $"{prefix}-{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, stage.Clients).Select(i => FoundAsync(i)));
            var late = await FoundAsync(round);
            ProofAnswer[] all = [.. answers, late];
            var ids = all.Where(a => a.Ok).Select(a => a.Body!.Value.GetProperty("id").GetGuid()).Distinct().ToArray();
            if (ids.Length > 1) record.AddWrong(ContentionInvariants.ExactlyOnce, $"one key was answered with {ids.Length} businesses: {string.Join(", ", ids)}");
            var endings = all.Select(ContentionRecord.EndingOf).ToArray();
            var ending = endings.Contains(Ending.Committed) ? Ending.Committed : endings.Contains(Ending.Unknown) ? Ending.Unknown : Ending.Refused;
            record.AddCause(name, ending);
            if (ending == Ending.Committed) acknowledged.Add(name);

            Task<ProofAnswer> FoundAsync(int target) => stage.Client.SendAsync(new ProofCall("found once", HttpMethod.Post, "/v1/businesses")
            {
                Account = founder, Body = new { name }, IdempotencyKey = key, Target = target, Key = name,
            }, cancel);
        }

        // A replica hears of a new membership within a second.
        var since = stage.Run.Clock.GetTimestamp();
        var names = await ListAsync(stage, founder, prefix, cancel);
        while (acknowledged.Except(names).Any() && stage.Run.Clock.GetElapsedTime(since) < ListedWithin)
        {
            await Task.Delay(Look, stage.Run.Clock, cancel);
            names = await ListAsync(stage, founder, prefix, cancel);
        }

        foreach (var name in names) record.AddEffect(name);
    }

    private static async Task<List<string>> ListAsync(ContentionStage stage, SyntheticAccount founder, string prefix, CancellationToken cancel)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await stage.SendAsync("businesses", HttpMethod.Get,
                "/v1/businesses?limit=100" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), founder, null, cancel, target: 0)).Require();
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!).Where(n => n.StartsWith(prefix, StringComparison.Ordinal)));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return names;
    }
}
