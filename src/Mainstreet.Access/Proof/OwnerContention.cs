using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Access.Proof;

/// <summary>
/// Two owners of a business who leave at once, or remove each other: a business keeps an owner, a rule over two rows. That an owner was let go
/// says that the other one was there, so each acknowledged removal is a read of the one row and a write of the other.
/// </summary>
internal sealed class OwnerContention : IContendedFeature
{
    private const string Gone = "gone";
    private const int Width = 4;

    public string Name => "the last owner of a business";

    public IReadOnlyList<Invariant> Decides { get; } = [ContentionInvariants.NoWriteSkew, ContentionInvariants.NoDirtyRead, ContentionInvariants.Serializable];

    public Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel) =>
        Parallel.ForAsync(0, stage.Rounds, new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel },
            async (round, token) => await RaceAsync(stage, record, round, token));

    private static async Task RaceAsync(ContentionStage stage, ContentionRecord record, int round, CancellationToken cancel)
    {
        var (first, second, observer) = (stage.People[0], stage.People[1], stage.People[2]);
        var business = await stage.FoundAsync(first, $"Synthetic firm {round + 1}", cancel);
        await Membership.JoinAsync(stage, business, first, second, "owner", cancel);
        await Membership.JoinAsync(stage, business, first, observer, "clerk", cancel);
        for (var target = 0; target < stage.Run.Targets.Count; target++)
        {
            foreach (var person in (SyntheticAccount[])[first, second, observer])
                await stage.WhenKnownAsync("members", HttpMethod.Get, $"/v1/businesses/{business}/members", person, null, cancel, target);
        }

        var swapped = round % 2 == 1;
        await Task.WhenAll(
            RemoveAsync(first, swapped ? second : first, swapped ? first : second, round),
            RemoveAsync(second, swapped ? first : second, swapped ? second : first, round + 1));
        for (var target = 0; target < stage.Run.Targets.Count; target++)
        {
            var answer = await stage.SendAsync("members", HttpMethod.Get, $"/v1/businesses/{business}/members", observer, null, cancel, target);
            var owners = OwnersOf(answer.Require());
            record.Add(observer.Name, answer.Last.Start, answer.Last.End, Ending.Committed, Read(first, owners), Read(second, owners));
            if (owners.Count == 0) record.AddWrong(ContentionInvariants.NoWriteSkew, $"business {business} has no owner left");
        }

        string Row(SyntheticAccount owner) => $"owner {owner.Name} of {business.ToString()[^6..]}";

        ReadOf Read(SyntheticAccount owner, HashSet<Guid> owners) => new(Row(owner), owners.Contains(owner.Id) ? null : Gone);

        async Task RemoveAsync(SyntheticAccount actor, SyntheticAccount goes, SyntheticAccount stays, int target)
        {
            var answer = await stage.SendAsync("remove owner", HttpMethod.Delete, $"/v1/businesses/{business}/members/{goes.Id}", actor, null, cancel, target);
            // After an attempt without a clear answer a refusal may refuse what that attempt had done.
            var ending = answer is { Ok: false, Retried: true } ? Ending.Unknown : ContentionRecord.EndingOf(answer);
            record.Add(actor.Name, answer.Began, answer.Last.End, ending, new ReadOf(Row(stays), null), new WriteOf(Row(goes), Gone));
        }
    }

    private static HashSet<Guid> OwnersOf(JsonElement members) =>
        [.. members.GetProperty("items").EnumerateArray()
            .Where(m => m.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == "owner"))
            .Select(m => m.GetProperty("accountId").GetGuid())];
}
