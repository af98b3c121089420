using Mainstreet.Foundation.Proving;

using static Mainstreet.Trades.Proof.TradesInvariants;

namespace Mainstreet.Trades.Proof;

/// <summary>Holds the live feed of the whole run against its invariant.</summary>
internal static class FeedChecks
{
    /// <param name="feeds">Each reader's events in the order of arrival, with the losses that the server admitted.</param>
    /// <param name="verdicts">Receives the findings.</param>
    internal static void Run(IReadOnlyList<(string Reader, IReadOnlyList<LiveEvent> Events, IReadOnlyList<string> Losses)> feeds, Verdicts verdicts)
    {
        var first = new Dictionary<(string Topic, long Offset), LiveEvent>();
        foreach (var (reader, events, losses) in feeds)
        {
            foreach (var loss in losses) verdicts.Break(LiveGapless, $"{reader}: the server could not resume: {loss}");
            foreach (var topic in events.GroupBy(e => e.Topic))
            {
                LiveEvent? before = null;
                foreach (var live in topic)
                {
                    var expected = before is null ? live.Offset : before.Offset + 1;
                    verdicts.Check(LiveGapless, live.Offset == expected, () => $"{reader}: {live.Topic} went from offset {before!.Offset} ({before.Type}) to {live.Offset} ({live.Type})");
                    before = live;
                    if (first.TryAdd((live.Topic, live.Offset), live)) continue;
                    var other = first[(live.Topic, live.Offset)];
                    verdicts.Check(LiveGapless, other.Type == live.Type && other.Data.GetRawText() == live.Data.GetRawText(),
                        () => $"{live.Topic} offset {live.Offset} is {other.Type} {other.Data} for {other.Reader} and {live.Type} {live.Data} for {reader}");
                }
            }
        }

        foreach (var topic in feeds.SelectMany(f => f.Events).Select(e => e.Topic).Distinct())
        {
            var ends = feeds.Select(f => (f.Reader, Last: f.Events.Where(e => e.Topic == topic).Select(e => e.Offset).DefaultIfEmpty(0).Max())).ToArray();
            verdicts.Check(LiveGapless, ends.All(e => e.Last == ends[0].Last), () => $"{topic} ends at {string.Join(", ", ends.Select(e => $"{e.Last} for {e.Reader}"))}");
        }
    }
}
