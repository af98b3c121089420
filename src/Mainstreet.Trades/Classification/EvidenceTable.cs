namespace Mainstreet.Trades.Classification;

/// <summary>
/// How often each feature was learned with each trade: whole numbers, so that sums do not depend on their order. An immutable value:
/// <see cref="Change"/> copies the pages it touches and shares the rest, so readers never wait and never see half a change.
/// </summary>
/// <remarks>
/// 2^20 buckets in pages of 16 that exist once something is in them; at most 33 MiB however much is learned. Two features may share
/// a bucket: that costs a little accuracy, nothing else.
/// </remarks>
internal sealed class EvidenceTable
{
    internal static readonly int Categories = Enum.GetValues<TradeCategory>().Length;

    private const int BucketBits = 20, PageBits = 4;
    private const int PageMask = (1 << PageBits) - 1;

    internal static readonly EvidenceTable Empty = new(new int[1 << (BucketBits - PageBits)][], new int[Categories]);

    private static readonly int[] Nothing = new int[Categories];

    private readonly int[]?[] _pages;
    private readonly int[] _reports;

    private EvidenceTable(int[]?[] pages, int[] reports) => (_pages, _reports) = (pages, reports);

    /// <summary>Learned reports of each trade.</summary>
    internal ReadOnlySpan<int> Reports => _reports;

    /// <summary>How many reports of each trade had the feature.</summary>
    internal ReadOnlySpan<int> this[ulong feature]
    {
        get
        {
            var bucket = Bucket(feature);
            return _pages[bucket >> PageBits] is { } page ? page.AsSpan((bucket & PageMask) * Categories, Categories) : Nothing;
        }
    }

    private static int Bucket(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93UL);
        return (int)(hash >> (64 - BucketBits));
    }

    internal Change Begin() => new(this);

    /// <summary>A change under construction, for one thread.</summary>
    internal sealed class Change(EvidenceTable origin)
    {
        private readonly int[]?[] _pages = (int[]?[])origin._pages.Clone();
        private readonly int[] _reports = (int[])origin._reports.Clone();

        internal void Add(ReportFeatures features, TradeCategory category)
        {
            _reports[(int)category]++;
            foreach (var word in features.Words) Add(word, category);
            foreach (var pair in features.Pairs) Add(pair, category);
            foreach (var pieces in features.Pieces)
                foreach (var piece in pieces) Add(piece, category);
        }

        internal EvidenceTable Done() => new(_pages, _reports);

        private void Add(ulong feature, TradeCategory category)
        {
            var bucket = Bucket(feature);
            var at = bucket >> PageBits;
            ref var page = ref _pages[at];
            if (page is null) page = new int[(PageMask + 1) * Categories];
            else if (ReferenceEquals(page, origin._pages[at])) page = (int[])page.Clone();
            page[((bucket & PageMask) * Categories) + (int)category]++;
        }
    }
}
