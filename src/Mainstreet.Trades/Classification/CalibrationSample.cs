using System.Buffers.Binary;

namespace Mainstreet.Trades.Classification;

/// <summary>
/// The decisions that calibration is fitted on: of all learned ones those whose ids hash lowest, which is a fair sample and the same
/// whatever order they came in.
/// </summary>
internal sealed class CalibrationSample
{
    internal const int Capacity = 512;

    private readonly SortedDictionary<(ulong Hash, Guid Id), (ReportFeatures Features, TradeCategory Category)> _kept = [];
    private (ulong Hash, Guid Id) _highest;

    internal void Offer(Guid id, ReportFeatures features, TradeCategory category)
    {
        var key = (Hash(id), id);
        if (_kept.Count == Capacity)
        {
            if (key.CompareTo(_highest) >= 0) return;
            _kept.Remove(_highest);
        }
        _kept.Add(key, (features, category));
        _highest = _kept.Keys.Last();
    }

    internal IEnumerable<(ReportFeatures Features, TradeCategory Category)> InOrder() => _kept.Values;

    private static ulong Hash(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        var hash = unchecked(BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E3779B97F4A7C15UL)
            ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        hash = unchecked((hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL);
        hash = unchecked((hash ^ (hash >> 27)) * 0x94D049BB133111EBUL);
        return hash ^ (hash >> 31);
    }
}
