using System.Text;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Store.Search;

/// <summary>Counts, counts by facet and one page from <see cref="SearchIndex"/>: what <see cref="ProductSearch"/> is in SQL.</summary>
internal sealed class SearchIndexRun
{
    private static readonly Facet[] All = Enum.GetValues<Facet>();

    private static readonly List<string> NoOrYes = ["false", "true"];

    private readonly SearchIndex _index;
    private readonly SearchPlan _plan;
    private readonly NumberSet[] _tiers;
    private readonly bool[]?[] _wanted;
    private readonly int[]?[] _counts;
    private readonly List<Place> _page;
    private readonly Place? _after;

    private SearchIndexRun(SearchIndex index, SearchPlan plan)
    {
        (_index, _plan) = (index, plan);
        _tiers = plan is { Sort: SortBy.Relevance, Query: { } query }
            ? [index.Match(query, plan.Synthetic, literal: true, name: true), index.Match(query, plan.Synthetic, name: true), index.Match(query, plan.Synthetic, literal: true)] : [];
        _wanted = Array.ConvertAll(All, Wanted);
        _counts = Array.ConvertAll(All, f => plan.Facets.Contains(f) ? new int[TextsOf(f).Count] : null);
        _page = new List<Place>(plan.Limit + 2);
        _after = plan.After is { } cursor ? new Place(cursor.Number, Encoding.UTF8.GetBytes(cursor.Text), cursor.Id, false) : null;
    }

    /// <summary>Where a product stands in the order.</summary>
    private readonly record struct Place(long Number, byte[] Text, Guid Id, bool InStock);

    internal static SearchResult Of(SearchIndex index, SearchPlan plan) =>
        plan.Query is { Groups.Count: 0 } ? SearchResult.None : new SearchIndexRun(index, plan).Run();

    private SearchResult Run()
    {
        long total = 0;
        foreach (var number in Candidates().Members())
        {
            ref readonly var row = ref _index.Rows[number];
            if (row.PriceAmount < _plan.Filter.PriceMin || row.PriceAmount > _plan.Filter.PriceMax) continue;
            var missed = Missed(row);
            foreach (var facet in All)
            {
                if (_counts[(int)facet] is { } counts && (missed & ~(1 << (int)facet)) == 0) counts[ValueOf(row, facet)]++;
            }

            if (missed != 0) continue;
            total++;
            if (_plan.Limit > 0) Offer(PlaceOf(row, number));
        }

        var last = _page.Count > _plan.Limit ? _page[_plan.Limit - 1] : (Place?)null;
        return new SearchResult(total, _plan.Facets.ToDictionary(f => f, Counted), [.. _page.Take(_plan.Limit).Select(p => new SearchHit(p.Id, p.InStock))],
            last is { } end ? new SearchCursor(_plan.Sort, end.Number, Encoding.UTF8.GetString(end.Text), end.Id) : null);
    }

    /// <summary>What meets the words, the shop and those facets' filters that narrow everything.</summary>
    private NumberSet Candidates()
    {
        var found = _index.Match(_plan.Query, _plan.Synthetic);
        if (_plan.Filter.BusinessId is { } business) found.Keep(_index.WithAny([SearchIndex.KeyOf(business)]));
        foreach (var facet in All)
        {
            if (!IsLoose(facet) && ValuesOf(facet) is { Count: > 0 } values) found.Keep(_index.WithAny(values.Select(v => SearchIndex.KeyOf(facet, v))));
        }

        return found;
    }

    /// <summary>Keeps the first ones, one more than the page has.</summary>
    private void Offer(Place place)
    {
        if (_after is { } after && Compare(place, after) <= 0) return;
        if (_page.Count > _plan.Limit)
        {
            if (Compare(place, _page[^1]) > 0) return;
            _page.RemoveAt(_page.Count - 1);
        }

        var (low, high) = (0, _page.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Compare(_page[middle], place) < 0) low = middle + 1;
            else high = middle;
        }

        _page.Insert(low, place);
    }

    private int Compare(in Place a, in Place b)
    {
        var byKey = _plan.Sort switch
        {
            SortBy.Name => a.Text.AsSpan().SequenceCompareTo(b.Text),
            SortBy.PriceAsc => a.Number.CompareTo(b.Number),
            _ => b.Number.CompareTo(a.Number),
        };
        return byKey != 0 ? byKey : a.Id.CompareTo(b.Id);
    }

    private Place PlaceOf(in SearchIndex.Row row, int number) => new(
        _plan.Sort switch
        {
            SortBy.Name => 0,
            SortBy.PriceAsc or SortBy.PriceDesc => row.PriceAmount,
            SortBy.Newest => row.Listed,
            _ => (TierOf(number) * 100_000L) - row.NameLength,
        },
        _plan.Sort == SortBy.Name ? row.NameKey : [], row.Id, row.InStock);

    private int TierOf(int number)
    {
        for (var i = 0; i < _tiers.Length; i++)
        {
            if (_tiers[i].Has(number)) return _tiers.Length - i;
        }

        return 0;
    }

    /// <summary>True for a facet that is counted without its own filter.</summary>
    private bool IsLoose(Facet facet) => _plan.Disjunctive.Contains(facet) && _plan.Facets.Contains(facet);

    /// <summary>A bit for every loose facet whose filter the product does not meet.</summary>
    private int Missed(in SearchIndex.Row row)
    {
        var missed = 0;
        foreach (var facet in All)
        {
            if (_wanted[(int)facet] is { } wanted && !wanted[ValueOf(row, facet)]) missed |= 1 << (int)facet;
        }

        return missed;
    }

    private IReadOnlyList<FacetCount> Counted(Facet facet)
    {
        var (counts, texts) = (_counts[(int)facet]!, TextsOf(facet));
        return
        [
            .. Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0).Select(i => new FacetCount(texts[i], counts[i]))
                .OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>By number of the value whether a loose facet's filter names it; null where it has none.</summary>
    private bool[]? Wanted(Facet facet)
    {
        if (!IsLoose(facet) || ValuesOf(facet) is not { Count: > 0 } values) return null;
        var wanted = new bool[TextsOf(facet).Count];
        foreach (var value in values)
        {
            if (TextsOf(facet).IndexOf(value) is >= 0 and var number) wanted[number] = true;
        }

        return wanted;
    }

    private IReadOnlyList<string> ValuesOf(Facet facet) => facet switch
    {
        Facet.Category => _plan.Filter.Category,
        Facet.SubCategory => _plan.Filter.SubCategory,
        Facet.Brand => _plan.Filter.Brand,
        _ => _plan.Filter.InStock is { } wish ? [wish ? NoOrYes[1] : NoOrYes[0]] : [],
    };

    private List<string> TextsOf(Facet facet) => facet switch
    {
        Facet.Category => _index.Categories.Texts,
        Facet.SubCategory => _index.SubCategories.Texts,
        Facet.Brand => _index.Brands.Texts,
        _ => NoOrYes,
    };

    private static int ValueOf(in SearchIndex.Row row, Facet facet) => facet switch
    {
        Facet.Category => row.Category,
        Facet.SubCategory => row.SubCategory,
        Facet.Brand => row.Brand,
        _ => row.InStock ? 1 : 0,
    };
}
