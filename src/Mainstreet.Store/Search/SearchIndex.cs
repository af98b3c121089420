using System.Runtime.InteropServices;
using System.Text;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Store.Search;

/// <summary>
/// The search entries in memory: a row for each product on sale and, for each word, shop, category and brand, the products that have it. Writes
/// are for one at a time and for nobody reading meanwhile; <see cref="SearchMirror"/> sees to that. About 600 bytes a product.
/// </summary>
internal sealed class SearchIndex
{
    /// <summary>In front of keys that are no words; no text that is searched has it.</summary>
    private const char Mark = '\u0001';

    private readonly Dictionary<Guid, int> _numbers = [];
    private readonly List<Row> _rows = [];
    private readonly NumberSet[] _onSale = [new(0), new(0)];
    private readonly Dictionary<string, Posting> _words = new(StringComparer.Ordinal);
    private Posting[] _sorted = [];

    /// <summary>What is compared, counted and sorted by.</summary>
    internal struct Row
    {
        internal Guid Id;
        internal int Category, SubCategory, Brand, NameLength;
        internal bool InStock;
        internal long PriceAmount, Listed;
        internal byte[] NameKey;
        internal Posting[] Keys;
    }

    /// <summary>A word or another key and the products that have it, in no order.</summary>
    internal sealed class Posting(string word)
    {
        internal string Word { get; } = word;

        internal ulong Letters { get; } = Spelling.LettersOf(word);

        internal List<int> Products { get; } = [];
    }

    /// <summary>Texts by number and numbers by text.</summary>
    internal sealed class Names
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        internal List<string> Texts { get; } = [];

        internal int Number(string text)
        {
            if (!_numbers.TryAdd(text, Texts.Count)) return _numbers[text];
            Texts.Add(text);
            return Texts.Count - 1;
        }
    }

    internal Names Categories { get; } = new();

    internal Names SubCategories { get; } = new();

    internal Names Brands { get; } = new();

    /// <summary>Products ever seen.</summary>
    internal int Count => _rows.Count;

    internal ReadOnlySpan<Row> Rows => CollectionsMarshal.AsSpan(_rows);

    internal NumberSet OnSale(bool synthetic) => _onSale[synthetic ? 1 : 0];

    /// <summary>Takes a product as it is now. Call <see cref="Sort"/> after the last.</summary>
    internal void Put(SearchEntry entry)
    {
        if (!_numbers.TryGetValue(entry.ProductId, out var number))
        {
            if (!entry.Active) return;
            number = _rows.Count;
            _numbers.Add(entry.ProductId, number);
            _rows.Add(new Row { Id = entry.ProductId, NameKey = [], Keys = [] });
        }

        ref var row = ref CollectionsMarshal.AsSpan(_rows)[number];
        Rekey(ref row, number, entry.Active ? [.. entry.Words.Split(' ', StringSplitOptions.RemoveEmptyEntries), KeyOf(entry.BusinessId), .. Enum.GetValues<Facet>().Select(f => KeyOf(f, ValueOf(entry, f)))] : []);
        foreach (var set in _onSale) set.Remove(number);
        if (!entry.Active) return;
        OnSale(entry.Synthetic).Add(number);
        (row.Category, row.SubCategory, row.Brand) = (Categories.Number(entry.Category), SubCategories.Number(entry.SubCategory), Brands.Number(entry.Brand));
        (row.PriceAmount, row.Listed, row.NameLength, row.InStock) = (entry.PriceAmount, entry.Listed, entry.NameLength, entry.InStock);
        row.NameKey = Encoding.UTF8.GetBytes(entry.NameKey);
    }

    /// <summary>What a shop's products are found by.</summary>
    internal static string KeyOf(Guid businessId) => $"{Mark}{businessId:N}";

    /// <summary>What products with a facet's value are found by.</summary>
    internal static string KeyOf(Facet facet, string value) => $"{Mark}{(int)facet}:{value}";

    /// <summary>Makes new words known to prefixes and corrections.</summary>
    internal void Sort()
    {
        if (_sorted.Length == _words.Count) return;
        _sorted = [.. _words.Values];
        Array.Sort(_sorted, (a, b) => string.CompareOrdinal(a.Word, b.Word));
    }

    /// <summary>Products on sale that meet every group.</summary>
    /// <param name="query">Null: all of them.</param>
    /// <param name="synthetic">The self-check's products, or those of real shops.</param>
    /// <param name="literal">By what was typed as it stands only.</param>
    /// <param name="name">By words of the name only.</param>
    internal NumberSet Match(SearchQuery? query, bool synthetic, bool literal = false, bool name = false)
    {
        var found = OnSale(synthetic).Copy();
        foreach (var group in query?.Groups ?? [])
        {
            var any = new NumberSet(_rows.Count);
            foreach (var alternative in group.Alternatives)
            {
                if (literal && !alternative.Literal) continue;
                if (alternative.Words.Count == 1) AddWord(any, alternative, 0, name);
                else any.AddAll(All(alternative, name));
            }

            found.Keep(any);
        }

        return found;
    }

    /// <summary>Products that have one of the keys, whether on sale or not.</summary>
    internal NumberSet WithAny(IEnumerable<string> keys)
    {
        var any = new NumberSet(_rows.Count);
        foreach (var key in keys)
        {
            if (_words.TryGetValue(key, out var posting)) any.AddAll(CollectionsMarshal.AsSpan(posting.Products));
        }

        return any;
    }

    /// <summary>Words as few edits away as <see cref="Spelling"/> forgives and similar enough for <see cref="ISearchVocabulary"/>, of products on sale; the likeliest first.</summary>
    internal IReadOnlyList<Spelling.Candidate> Near(string typed, bool isBeginning, bool synthetic, int most)
    {
        var (edits, letters, onSale) = (Spelling.Forgiven(typed), Spelling.LettersOf(typed), OnSale(synthetic));
        return Spelling.Rank(typed, isBeginning, Similar(), most);

        IEnumerable<string> Similar()
        {
            foreach (var posting in _sorted)
            {
                if (posting.Word[0] is SearchWords.NameMark or Mark || !Spelling.MayBe(letters, posting.Letters, isBeginning, edits)) continue;
                if (Spelling.Distance(typed, posting.Word, isBeginning, edits) > edits || Trigrams.Similarity(typed, posting.Word) < ISearchVocabulary.LeastSimilarity) continue;
                if (_words.TryGetValue(SearchWords.Stem(posting.Word), out var stem) && stem.Products.Exists(onSale.Has)) yield return posting.Word;
            }
        }
    }

    private NumberSet All(SearchQuery.Alternative alternative, bool name)
    {
        NumberSet? all = null;
        for (var i = 0; i < alternative.Words.Count; i++)
        {
            var one = new NumberSet(_rows.Count);
            AddWord(one, alternative, i, name);
            if (all is null) all = one;
            else all.Keep(one);
        }

        return all!;
    }

    private void AddWord(NumberSet to, SearchQuery.Alternative alternative, int at, bool name)
    {
        var word = name ? SearchWords.NameMark + alternative.Words[at] : alternative.Words[at];
        if (!alternative.Prefix || at < alternative.Words.Count - 1)
        {
            if (_words.TryGetValue(word, out var posting)) to.AddAll(CollectionsMarshal.AsSpan(posting.Products));
            return;
        }

        for (var i = FirstNotBefore(word); i < _sorted.Length && _sorted[i].Word.StartsWith(word, StringComparison.Ordinal); i++) to.AddAll(CollectionsMarshal.AsSpan(_sorted[i].Products));
    }

    private int FirstNotBefore(string word)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_sorted[middle].Word, word) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static string ValueOf(SearchEntry entry, Facet facet) => facet switch
    {
        Facet.Category => entry.Category,
        Facet.SubCategory => entry.SubCategory,
        Facet.Brand => entry.Brand,
        _ => entry.InStock ? "true" : "false",
    };

    private void Rekey(ref Row row, int number, string[] keys)
    {
        var now = Array.ConvertAll(keys, PostingOf);
        foreach (var gone in row.Keys.Except(now)) gone.Products.Remove(number);
        foreach (var added in now.Except(row.Keys)) added.Products.Add(number);
        row.Keys = now;
    }

    private Posting PostingOf(string word)
    {
        if (!_words.TryGetValue(word, out var posting)) _words[word] = posting = new Posting(word);
        return posting;
    }
}
