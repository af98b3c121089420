namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>A raise of a counter by a positive amount, or a read of it.</summary>
/// <param name="Start">Before it could take effect.</param>
/// <param name="End">After it had; ignored for a raise of unknown ending.</param>
/// <param name="Ending">A read that was not answered says nothing and is left out by its recorder.</param>
/// <param name="Amount">Of a raise, positive; of a read what it answered.</param>
/// <param name="IsRead">Which of both.</param>
public sealed record CounterTouch(long Start, long End, Ending Ending, long Amount, bool IsRead);

/// <summary>
/// A counter that is only raised: a read lies between what was acknowledged before it began and what may have been done before it
/// ended (the bounds of Jepsen's counter checker). n log n.
/// </summary>
public static class CounterChecker
{
    /// <returns>One line for each read out of bounds.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<CounterTouch> touches)
    {
        ArgumentNullException.ThrowIfNull(touches);
        if (touches.Any(t => !t.IsRead && t.Amount <= 0)) throw new ArgumentException("A counter is only raised.");
        var (ends, sure) = Sum(touches.Where(t => !t.IsRead && t.Ending == Ending.Committed).Select(t => (t.End, t.Amount)));
        var (starts, possible) = Sum(touches.Where(t => !t.IsRead && t.Ending != Ending.Refused).Select(t => (t.Start, t.Amount)));
        var wrong = new List<string>();
        foreach (var read in touches.Where(t => t.IsRead && t.Ending == Ending.Committed))
        {
            var least = sure[Before(ends, read.Start)];
            var most = possible[Before(starts, read.End + 1)];
            if (read.Amount < least) wrong.Add($"read {read.Amount} at {read.Start} to {read.End}, when {least} had been acknowledged");
            if (read.Amount > most) wrong.Add($"read {read.Amount} at {read.Start} to {read.End}, when no more than {most} had been begun");
        }

        return wrong;
    }

    private static (long[] At, long[] Total) Sum(IEnumerable<(long At, long Amount)> raises)
    {
        var sorted = raises.OrderBy(r => r.At).ToArray();
        var total = new long[sorted.Length + 1];
        for (var i = 0; i < sorted.Length; i++) total[i + 1] = total[i] + sorted[i].Amount;
        return ([.. sorted.Select(r => r.At)], total);
    }

    /// <summary>How many of the sorted instants are earlier.</summary>
    private static int Before(long[] sorted, long instant)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < instant) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
