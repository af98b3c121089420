using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>Counts, counts by facet and one page: once over what the words and filters leave.</summary>
internal sealed class JobIndexRun
{
    /// <summary>Values that one facet lists at most.</summary>
    internal const int MostValues = 100;

    /// <summary>More than any instant in microseconds: a tier outweighs all of them.</summary>
    private const long Tier = 100_000_000_000_000_000;

    private readonly JobIndex _index;
    private readonly JobPlan _plan;
    private readonly NumberSet[] _tiers;
    private readonly bool[]?[] _wanted;
    private readonly int[]?[] _counts;
    private readonly List<(long Key, Guid Id)> _page;
    private readonly int _currency;

    private JobIndexRun(JobIndex index, JobPlan plan)
    {
        (_index, _plan) = (index, plan);
        _tiers = plan is { Sort: JobSort.Relevance, Query: { } query }
            ? [index.Match(query, plan.Synthetic, title: true, whole: true), index.Match(query, plan.Synthetic, title: true), index.Match(query, plan.Synthetic, whole: true)] : [];
        _wanted = Array.ConvertAll(JobIndex.AllFacets, Wanted);
        _counts = Array.ConvertAll(JobIndex.AllFacets, f => plan.Facets.Contains(f) ? new int[index.NamesOf(f).Texts.Count] : null);
        _page = new List<(long, Guid)>(plan.Limit + 2);
        _currency = plan.Filter.Currency is { } code ? index.CurrencyOf(code) : -1;
    }

    internal static JobResult Of(JobIndex index, JobPlan plan) => new JobIndexRun(index, plan).Run();

    private JobResult Run()
    {
        var total = 0;
        var earliest = _plan.Filter.Days is { } days ? _plan.Now - (long)TimeSpan.FromDays(days).TotalMicroseconds : long.MinValue;
        foreach (var number in Candidates().Members())
        {
            ref readonly var row = ref _index.Rows[number];
            if (row.Ends < _plan.Now || row.Posted < earliest) continue;
            if (_plan.Filter.PayMin is { } least && (row.Currency < 0 || row.Currency != _currency || row.YearlyMost < least)) continue;
            var missed = Missed(row);
            if (missed != 0 && (missed & missed - 1) != 0) continue;
            for (var facet = 0; facet < _counts.Length; facet++)
            {
                if (_counts[facet] is not { } counts || (missed & ~(1 << facet)) != 0 || (missed != 0 && !IsLoose((JobFacet)facet))) continue;
                foreach (var value in row.Values[facet]) counts[value]++;
            }

            if (missed != 0) continue;
            total++;
            if (_plan.Limit > 0) Offer((KeyOf(row, number), row.Id));
        }

        var next = _page.Count > _plan.Limit && _plan.Limit > 0 ? new JobCursor(_plan.Sort, _page[_plan.Limit - 1].Key, _page[_plan.Limit - 1].Id) : null;
        return new JobResult(total, _plan.Facets.ToDictionary(f => f, Counted), [.. _page.Take(_plan.Limit).Select(p => p.Id)], next);
    }

    private NumberSet Candidates()
    {
        var found = _index.Match(_plan.Query, _plan.Synthetic);
        if (!string.IsNullOrWhiteSpace(_plan.Filter.Location)) found.Keep(_index.In(PlaceReader.ReadTyped(_plan.Filter.Location)));
        return found;
    }

    /// <summary>A bit for every facet whose filter the posting does not meet.</summary>
    private int Missed(in JobIndex.Row row)
    {
        var missed = 0;
        for (var facet = 0; facet < _wanted.Length; facet++)
        {
            if (_wanted[facet] is not { } wanted) continue;
            var met = false;
            foreach (var value in row.Values[facet]) met |= wanted[value];
            if (!met) missed |= 1 << facet;
        }

        return missed;
    }

    /// <summary>Keeps the first ones, one more than the page has.</summary>
    private void Offer((long Key, Guid Id) place)
    {
        if (_plan.After is { } after && Compare(place, (after.Key, after.Id)) <= 0) return;
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

    private static int Compare((long Key, Guid Id) a, (long Key, Guid Id) b) => a.Key != b.Key ? b.Key.CompareTo(a.Key) : a.Id.CompareTo(b.Id);

    private long KeyOf(in JobIndex.Row row, int number) => _plan.Sort switch
    {
        // Amounts of another currency say nothing.
        JobSort.Pay => row.Currency >= 0 && row.Currency == _currency ? row.YearlyMost : -1,
        JobSort.Relevance => TierOf(number) * Tier + row.Posted,
        _ => row.Posted,
    };

    private long TierOf(int number)
    {
        for (var i = 0; i < _tiers.Length; i++)
        {
            if (_tiers[i].Has(number)) return _tiers.Length - i;
        }

        return 0;
    }

    private bool IsLoose(JobFacet facet) => _plan.Disjunctive.Contains(facet);

    private IReadOnlyList<FacetCount> Counted(JobFacet facet)
    {
        var (counts, texts) = (_counts[(int)facet]!, _index.NamesOf(facet).Texts);
        return
        [
            .. Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0).Select(i => new FacetCount(texts[i], counts[i]))
                .OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal).Take(MostValues),
        ];
    }

    /// <summary>By number of the value whether the facet's filter names it; null where it has none.</summary>
    private bool[]? Wanted(JobFacet facet)
    {
        if (_plan.Filter.Of(facet) is not { Count: > 0 } values) return null;
        var wanted = new bool[_index.NamesOf(facet).Texts.Count];
        foreach (var value in values)
        {
            if (_index.NamesOf(facet).Find(value) is >= 0 and var number) wanted[number] = true;
        }

        return wanted;
    }
}
