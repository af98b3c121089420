namespace Mainstreet.Careers.Tailoring;

internal enum BlockChange
{
    Same,
    Reworded,
    Moved,
    Added,
    Removed,
}

/// <summary>What became of one block.</summary>
/// <param name="BlockId">The same in both documents.</param>
/// <param name="Change">What happened to it. Reworded and moved at once counts as reworded.</param>
/// <param name="Before">Its text in the base; null when added.</param>
/// <param name="After">Its text in the tailored document; null when removed.</param>
internal sealed record BlockDifference(string BlockId, BlockChange Change, string? Before, string? After);

/// <summary>Compares a tailored document with the base, block by block, and takes changes back one by one.</summary>
internal static class DocumentDiff
{
    /// <summary>The tailored document's blocks in order, then what was removed, in the base's order.</summary>
    internal static List<BlockDifference> Between(CareerDocument before, CareerDocument after)
    {
        var old = before.Blocks.ToDictionary(block => block.Id, StringComparer.Ordinal);
        var kept = after.Blocks.Select(block => block.Id).ToHashSet(StringComparer.Ordinal);
        var steady = Steady(before, after);
        var differences = new List<BlockDifference>();
        foreach (var block in after.Blocks)
        {
            differences.Add(!old.TryGetValue(block.Id, out var was) ? new(block.Id, BlockChange.Added, null, block.Text)
                : new(block.Id, was.Text != block.Text ? BlockChange.Reworded : steady.Contains(block.Id) ? BlockChange.Same : BlockChange.Moved, was.Text, block.Text));
        }
        differences.AddRange(before.Blocks.Where(block => !kept.Contains(block.Id)).Select(block => new BlockDifference(block.Id, BlockChange.Removed, block.Text, null)));
        return differences;
    }

    /// <summary>The tailored document with some blocks as they were in the base: in words, in place, there or not there.</summary>
    /// <param name="reverted">Ids of blocks; an id that neither document has is passed over.</param>
    internal static CareerDocument Revert(CareerDocument before, CareerDocument after, IReadOnlySet<string> reverted)
    {
        var result = after.Blocks.Where(block => !reverted.Contains(block.Id)).ToList();
        for (var i = 0; i < before.Blocks.Count; i++)
        {
            var block = before.Blocks[i];
            if (!reverted.Contains(block.Id)) continue;
            var at = 0;
            for (var previous = i - 1; previous >= 0 && at == 0; previous--) at = result.FindIndex(other => other.Id == before.Blocks[previous].Id) + 1;
            result.Insert(at, block);
        }
        return after with { Blocks = result };
    }

    // The longest run of blocks that stand in the same order in both, by patience sorting: profiles may have thousands.
    private static HashSet<string> Steady(CareerDocument before, CareerDocument after)
    {
        var place = before.Blocks.Select((block, at) => (block.Id, at)).ToDictionary(one => one.Id, one => one.at, StringComparer.Ordinal);
        var common = after.Blocks.Where(block => place.ContainsKey(block.Id)).Select(block => (block.Id, Place: place[block.Id])).ToList();
        var previous = new int[common.Count];
        // For each length of a run the one that ends earliest in the base.
        var ends = new List<int>();
        for (var i = 0; i < common.Count; i++)
        {
            var (low, high) = (0, ends.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (common[ends[middle]].Place < common[i].Place) low = middle + 1;
                else high = middle;
            }
            previous[i] = low == 0 ? -1 : ends[low - 1];
            if (low == ends.Count) ends.Add(i);
            else ends[low] = i;
        }
        var steady = new HashSet<string>(StringComparer.Ordinal);
        for (var at = ends.Count == 0 ? -1 : ends[^1]; at >= 0; at = previous[at]) steady.Add(common[at].Id);
        return steady;
    }
}
