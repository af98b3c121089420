using System.Collections.Concurrent;

namespace Api;

/// <summary>Something that is sold; the price is in minor units, for example cents.</summary>
public sealed record Item(int Id, string Name, long Price);

public sealed record NewItem(string? Name, long Price);

/// <summary>The item that was added, or why it was not.</summary>
public sealed record Added(Item? Item, string? Fault);

/// <summary>What there is, in memory; safe for many requests at once.</summary>
public sealed class Menu
{
    private readonly ConcurrentDictionary<int, Item> _items = new();
    private int _last;

    public IReadOnlyList<Item> All() => [.. _items.Values.OrderBy(i => i.Id)];

    public Item? Find(int id) => _items.GetValueOrDefault(id);

    public Added Add(NewItem wanted)
    {
        if (string.IsNullOrWhiteSpace(wanted.Name) || wanted.Name.Length > 100) return new Added(null, "A name has 1 to 100 characters.");
        if (wanted.Price is < 0 or > 1_000_000_000) return new Added(null, "A price is 0 or more.");
        var item = new Item(Interlocked.Increment(ref _last), wanted.Name.Trim(), wanted.Price);
        _items[item.Id] = item;
        return new Added(item, null);
    }

    public bool Remove(int id) => _items.TryRemove(id, out _);
}
