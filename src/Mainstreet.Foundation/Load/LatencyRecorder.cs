using System.Numerics;

namespace Mainstreet.Foundation.Load;

/// <summary>
/// A histogram of microseconds in 128 steps a power of two (the layout of HdrHistogram, G. Tene): a value that is read back is at most 1/128 too
/// high, in 16 KB whatever the count. Safe for many writers.
/// </summary>
public sealed class LatencyRecorder
{
    /// <summary>Longest value that is told apart: 19 hours.</summary>
    public const long Longest = (1L << 36) - 1;

    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;
    private readonly int[] _counts = new int[(36 - StepBits + 1) * Steps];
    private long _count;
    private long _sum;
    private long _max;

    public long Count => Interlocked.Read(ref _count);

    /// <summary>The longest, exactly; 0 for none.</summary>
    public long Max => Interlocked.Read(ref _max);

    /// <summary>Arithmetic mean, exactly; 0 for none.</summary>
    public double Mean => Count == 0 ? 0 : (double)Interlocked.Read(ref _sum) / Count;

    /// <param name="microseconds">Clamped to 0 to <see cref="Longest"/>.</param>
    public void Record(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, Longest);
        Interlocked.Increment(ref _counts[IndexOf(value)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _sum, value);
        for (var max = Max; value > max;)
        {
            var seen = Interlocked.CompareExchange(ref _max, value, max);
            if (seen == max) break;
            max = seen;
        }
    }

    /// <summary>Adds all that another has recorded.</summary>
    public void Add(LatencyRecorder other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        _count += other.Count;
        _sum += other._sum;
        _max = Math.Max(_max, other.Max);
    }

    /// <summary>The nearest-rank percentile in microseconds, at most 1/128 above the observed value; 0 for none.</summary>
    /// <param name="share">0 to 1.</param>
    public long At(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return Math.Min(HighestOf(i), Max);
        }

        return Max;
    }

    /// <summary>What was recorded as (upper end in microseconds, count), for charts; empty steps are left out.</summary>
    public IEnumerable<(long Microseconds, int Count)> Filled()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0) yield return (HighestOf(i), _counts[i]);
        }
    }

    private static int IndexOf(long value)
    {
        if (value < 2 * Steps) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long HighestOf(int index)
    {
        if (index < 2 * Steps) return index;
        var shift = (index / Steps) - 1;
        return ((index - (shift * Steps) + 1L) << shift) - 1;
    }
}
