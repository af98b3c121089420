using System.Runtime.InteropServices;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>
/// The search entries in memory: a row for each open posting and, for each word and place, the rows that have it. A posting that changes gets a new
/// row and its old one is closed; now and then closed rows are thrown out. Writes are for one at a time and for nobody reading meanwhile;
/// <see cref="JobMirror"/> sees to that.
/// </summary>
internal sealed class JobIndex
{
    internal static readonly JobFacet[] AllFacets = Enum.GetValues<JobFacet>();

    /// <summary>In front of keys that are no words; no text that is searched has it.</summary>
    private const char Mark = '\u0001';

    /// <summary>New keys are looked through one by one until there are so many that sorting them in pays.</summary>
    private const int MostFresh = 4_096;

    private readonly Dictionary<Guid, int> _numbers = [];
    private readonly List<Row> _rows = [];
    private readonly NumberSet[] _open = [new(0), new(0)];
    private readonly Dictionary<string, Key> _keys = new(StringComparer.Ordinal);
    private readonly Names[] _names = Array.ConvertAll(AllFacets, _ => new Names());
    private readonly Names _currencies = new();
    private readonly List<Key> _fresh = [];
    private Key[] _sorted = [];

    /// <summary>What is compared, counted and sorted by.</summary>
    internal struct Row
    {
        internal Guid Id;

        /// <summary>For each facet the numbers of its values.</summary>
        internal int[][] Values;

        /// <summary>-1: unknown.</summary>
        internal int Currency;
        internal long YearlyMost, Posted, Ends;
    }

    /// <summary>A word or another key and the rows that have it, by rising number.</summary>
    private sealed class Key(string text)
    {
        internal string Text { get; } = text;

        internal List<int> Rows { get; } = [];
    }

    /// <summary>Texts by number and numbers by text.</summary>
    internal sealed class Names
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        private readonly List<int[]> _singles = [];

        internal List<string> Texts { get; } = [];

        internal int Number(string text)
        {
            if (!_numbers.TryAdd(text, Texts.Count)) return _numbers[text];
            Texts.Add(text);
            _singles.Add([Texts.Count - 1]);
            return Texts.Count - 1;
        }

        /// <summary>-1: nobody has it.</summary>
        internal int Find(string text) => _numbers.GetValueOrDefault(text, -1);

        /// <summary>The numbers; most rows have one value only, and share its array.</summary>
        internal int[] Of(IReadOnlyList<string> texts) => texts.Count switch { 0 => [], 1 => _singles[Number(texts[0])], _ => [.. texts.Select(Number)] };
    }

    /// <summary>Rows that there ever were since closed ones were last thrown out.</summary>
    internal int Count => _rows.Count;

    internal ReadOnlySpan<Row> Rows => CollectionsMarshal.AsSpan(_rows);

    internal Names NamesOf(JobFacet facet) => _names[(int)facet];

    internal int CurrencyOf(string code) => _currencies.Find(code);

    internal NumberSet Open(bool synthetic) => _open[synthetic ? 1 : 0];

    /// <summary>Takes a posting as it is now. Call <see cref="Tidy"/> after the last.</summary>
    internal void Put(PostingEntry entry)
    {
        if (_numbers.Remove(entry.PostingId, out var old))
        {
            foreach (var set in _open) set.Remove(old);
        }

        if (!entry.Open) return;
        var number = _rows.Count;
        _numbers.Add(entry.PostingId, number);
        var places = Place.Parse(entry.Places);
        _rows.Add(new Row
        {
            Id = entry.PostingId, Values = Array.ConvertAll(AllFacets, facet => NamesOf(facet).Of(ValuesOf(entry, places, facet))),
            Currency = entry.Currency is { } code ? _currencies.Number(code) : -1, YearlyMost = entry.YearlyMost ?? -1, Posted = entry.Posted, Ends = entry.Ends,
        });
        Open(entry.Synthetic).Add(number);
        foreach (var word in entry.Words.AsSpan().Split(' ')) Add(entry.Words.AsSpan(word), number);
        foreach (var place in places)
        {
            foreach (var key in KeysOf(place)) Add(key, number);
        }
    }

    /// <summary>Makes new words known to beginnings of words; throws closed rows out when they are many.</summary>
    internal void Tidy()
    {
        if (_rows.Count > 1_000 && _rows.Count > _numbers.Count * 3 / 2) Compact();
        if (_fresh.Count <= MostFresh && _sorted.Length > 0) return;
        _fresh.Clear();
        _sorted = [.. _keys.Values];
        Array.Sort(_sorted, (a, b) => string.CompareOrdinal(a.Text, b.Text));
    }

    /// <summary>Open postings that meet the words.</summary>
    /// <param name="query">Null: all of them.</param>
    /// <param name="synthetic">The self-check's, or real ones.</param>
    /// <param name="title">Only words of the title.</param>
    /// <param name="whole">The last word is no beginning.</param>
    internal NumberSet Match(JobQuery? query, bool synthetic, bool title = false, bool whole = false)
    {
        var found = Open(synthetic).Copy();
        if (query is null) return found;
        if (query.IsEmpty) return new NumberSet(0);
        foreach (var word in query.Words) found.Keep(With(Titled(word, title)));
        if (query.Beginning is { } beginning)
        {
            var any = With(Titled(SearchWords.Stem(beginning), title));
            if (!whole) AddBeginning(any, Titled(beginning, title));
            found.Keep(any);
        }

        foreach (var word in query.Without) found.Drop(With(word));
        return found;
    }

    /// <summary>Postings in one of these places, as somebody typed them.</summary>
    internal NumberSet In(IReadOnlyList<Place> places)
    {
        var any = new NumberSet(_rows.Count);
        foreach (var place in places)
        {
            // A name alone may be a town, a region or a country.
            if (place is { Town: { } name, Region: null, Country: null })
            {
                foreach (var kind in "trc") any.AddAll(With($"{Mark}{kind}{SearchWords.Key(name)}"));
                continue;
            }

            // What an advert does not say of a town's region and country does not contradict.
            var all = new List<NumberSet>();
            if (place.Town is { } town) all.Add(With($"{Mark}t{SearchWords.Key(town)}"));
            if (place.Region is { } region) all.Add(Either($"{Mark}r{SearchWords.Key(region)}", place.Town is null ? null : $"{Mark}r?"));
            if (place.Country is { } country) all.Add(Either($"{Mark}c{SearchWords.Key(country)}", place.Town is null ? null : $"{Mark}c?"));
            foreach (var part in all.Skip(1)) all[0].Keep(part);
            any.AddAll(all[0]);
        }

        return any;
    }

    private static IEnumerable<string> KeysOf(Place place)
    {
        if (place.Town is { } town) yield return $"{Mark}t{SearchWords.Key(town)}";
        yield return place.Region is { } region ? $"{Mark}r{SearchWords.Key(region)}" : $"{Mark}r?";
        yield return place.Country is { } country ? $"{Mark}c{SearchWords.Key(country)}" : $"{Mark}c?";
    }

    private static string[] ValuesOf(PostingEntry entry, IReadOnlyList<Place> places, JobFacet facet) => facet switch
    {
        JobFacet.Company => entry.Company.Length == 0 ? [] : [entry.Company],
        JobFacet.Place => [.. places.Select(p => p.Text).Distinct(StringComparer.Ordinal)],
        JobFacet.Country => [.. places.Select(p => p.Country).OfType<string>().Distinct(StringComparer.Ordinal)],
        JobFacet.Workplace => entry.Workplace is { } where ? [Words.Of(where)] : [],
        JobFacet.Employment => entry.Employment is { } kind ? [Words.Of(kind)] : [],
        JobFacet.Seniority => entry.Seniority is { } step ? [Words.Of(step)] : [],
        _ => entry.Sources.Split(',', StringSplitOptions.RemoveEmptyEntries),
    };

    private static string Titled(string word, bool title) => title ? SearchWords.NameMark + word : word;

    private NumberSet With(string key)
    {
        var set = new NumberSet(_rows.Count);
        if (_keys.TryGetValue(key, out var known)) set.AddAll(CollectionsMarshal.AsSpan(known.Rows));
        return set;
    }

    private NumberSet Either(string key, string? other)
    {
        var set = With(key);
        if (other is not null) set.AddAll(With(other));
        return set;
    }

    private void AddBeginning(NumberSet to, string beginning)
    {
        for (var i = FirstNotBefore(beginning); i < _sorted.Length && _sorted[i].Text.StartsWith(beginning, StringComparison.Ordinal); i++) to.AddAll(CollectionsMarshal.AsSpan(_sorted[i].Rows));
        foreach (var key in _fresh)
        {
            if (key.Text.StartsWith(beginning, StringComparison.Ordinal)) to.AddAll(CollectionsMarshal.AsSpan(key.Rows));
        }
    }

    private int FirstNotBefore(string text)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_sorted[middle].Text, text) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Add(ReadOnlySpan<char> text, int number)
    {
        if (text.IsEmpty) return;
        if (!_keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var key))
        {
            _keys.Add(text.ToString(), key = new Key(text.ToString()));
            if (_sorted.Length > 0) _fresh.Add(key);
        }

        if (key.Rows.Count == 0 || key.Rows[^1] != number) key.Rows.Add(number);
    }

    private void Compact()
    {
        var moved = new int[_rows.Count];
        Array.Fill(moved, -1);
        var (kept, open) = (new List<Row>(_numbers.Count), new[] { new NumberSet(_numbers.Count), new NumberSet(_numbers.Count) });
        for (var old = 0; old < _rows.Count; old++)
        {
            if (!_numbers.TryGetValue(_rows[old].Id, out var now) || now != old) continue;
            moved[old] = kept.Count;
            _numbers[_rows[old].Id] = kept.Count;
            for (var kind = 0; kind < open.Length; kind++)
            {
                if (_open[kind].Has(old)) open[kind].Add(kept.Count);
            }

            kept.Add(_rows[old]);
        }

        _rows.Clear();
        _rows.AddRange(kept);
        open.CopyTo(_open, 0);
        foreach (var key in _keys.Values.ToList())
        {
            var rows = key.Rows.Where(r => moved[r] >= 0).Select(r => moved[r]).ToList();
            key.Rows.Clear();
            key.Rows.AddRange(rows);
            if (rows.Count == 0) _keys.Remove(key.Text);
        }

        _sorted = [];
    }
}
