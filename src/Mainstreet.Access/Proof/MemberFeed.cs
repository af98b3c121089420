using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Access.Proof;

/// <summary>People who join a business and are removed from it, and two readers of its live topic, one of whom breaks off again and again.</summary>
internal sealed class MemberFeed : IContendedFeature
{
    private const string Joined = "member.joined";
    private const string Removed = "member.removed";
    private static readonly TimeSpan BreakEvery = TimeSpan.FromMilliseconds(700);

    public string Name => "the live feed of a business";

    public IReadOnlyList<Invariant> Decides { get; } = [ContentionInvariants.FeedOnceInOrder];

    public async Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel)
    {
        var owner = stage.People[0];
        var business = await stage.FoundAsync(owner, "Synthetic club", cancel);
        for (var target = 0; target < stage.Run.Targets.Count; target++)
            await stage.WhenKnownAsync("members", HttpMethod.Get, $"/v1/businesses/{business}/members", owner, null, cancel, target);
        await using var steady = await FollowAsync(stage, owner, business, "steady", 0, null, cancel);
        await using var restless = await FollowAsync(stage, owner, business, "restless", 1, BreakEvery, cancel);

        var told = await Task.WhenAll(stage.People.Skip(1).Select(person => ComeAndGoAsync(stage, record, business, owner, person, cancel)));
        var expected = told.Sum();
        foreach (var reader in (LiveReader[])[steady, restless])
        {
            await reader.WaitAsync(events => events.Count >= expected, stage.Patience, cancel);
            foreach (var live in reader.Events()) record.AddArrival(new Delivered(reader.Name, live.Topic, live.Offset, $"{live.Type} {live.Data.GetRawText()}"));
            foreach (var loss in reader.Losses()) record.AddWrong(ContentionInvariants.FeedOnceInOrder, $"{reader.Name} could not resume: {loss}");
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var live in steady.Events())
        {
            var act = $"{live.Type} {live.Fact("accountId")}";
            counts[act] = counts.GetValueOrDefault(act) + 1;
            record.AddEffect($"{act} {counts[act]}");
        }
    }

    /// <returns>How many acts were acknowledged.</returns>
    private static async Task<int> ComeAndGoAsync(
        ContentionStage stage, ContentionRecord record, Guid business, SyntheticAccount owner, SyntheticAccount person, CancellationToken cancel)
    {
        var acknowledged = 0;
        for (var time = 1; time <= stage.Rounds; time++)
        {
            var token = await Membership.InviteAsync(stage, business, owner, person, "courier", cancel);
            var joined = await Membership.AcceptAsync(stage, person, token, cancel);
            if (!Note(Joined, joined)) break;
            var answer = await stage.SendAsync("remove member", HttpMethod.Delete, $"/v1/businesses/{business}/members/{person.Id}", owner, null, cancel);
            // An attempt before had removed it: nobody else does.
            if (!Note(Removed, answer is { Status: 404, Retried: true } ? Ending.Committed : ContentionRecord.EndingOf(answer))) break;

            bool Note(string act, Ending ending)
            {
                record.AddCause($"{act} {person.Id} {time}", ending);
                if (ending == Ending.Committed) acknowledged++;
                return ending == Ending.Committed;
            }
        }

        return acknowledged;
    }

    private static Task<LiveReader> FollowAsync(
        ContentionStage stage, SyntheticAccount owner, Guid business, string name, int target, TimeSpan? breakEvery, CancellationToken cancel) =>
        LiveReader.StartAsync(stage.Run, stage.Client, stage.History, owner, [$"business:{business}"], name, target, breakEvery, cancel);
}
