using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Proving.Checking;
using Mainstreet.Foundation.Proving.Contention;

namespace Mainstreet.Store.Proof;

/// <summary>
/// Goods of two shops put into one empty cart at once: a cart holds goods of one shop, a rule over two rows. That the one was taken says that the
/// other was not there, so each acknowledged change is a read of the one row and a write of the other.
/// </summary>
internal sealed class CartContention : IContendedFeature
{
    private const string Taken = "taken";
    private const int Width = 4;

    public string Name => "one cart, two shops";

    public IReadOnlyList<Invariant> Decides { get; } = [ContentionInvariants.NoWriteSkew, ContentionInvariants.NoDirtyRead, ContentionInvariants.Serializable];

    public async Task PlayAsync(ContentionStage stage, ContentionRecord record, CancellationToken cancel)
    {
        var shops = new[] { await ContendedShop.OpenAsync(stage, "Synthetic east", cancel), await ContendedShop.OpenAsync(stage, "Synthetic west", cancel) };
        var goods = new[] { await shops[0].AddAsync("tea", cancel), await shops[1].AddAsync("coffee", cancel) };
        await Parallel.ForAsync(0, stage.Rounds, new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel },
            async (round, token) => await RaceAsync(stage, record, goods, round, token));
        foreach (var shop in shops) await shop.CloseAsync(cancel);
    }

    private static async Task RaceAsync(ContentionStage stage, ContentionRecord record, Guid[] goods, int round, CancellationToken cancel)
    {
        var buyer = stage.People[1];
        var cart = (await stage.SendAsync("cart", HttpMethod.Post, "/v1/carts", buyer, new { }, cancel)).Require().GetProperty("id").GetGuid();
        await Task.WhenAll(PutAsync(0), PutAsync(1));
        var answer = await stage.SendAsync("read cart", HttpMethod.Get, $"/v1/carts/{cart}", buyer, null, cancel);
        var held = answer.Require().GetProperty("items").EnumerateArray().Select(i => i.GetProperty("productId").GetGuid()).ToHashSet();
        record.Add("reader", answer.Last.Start, answer.Last.End, Ending.Committed, [.. goods.Select((g, i) => new ReadOf(Row(i), held.Contains(g) ? Taken : null))]);
        if (goods.All(held.Contains)) record.AddWrong(ContentionInvariants.NoWriteSkew, $"cart {cart} holds goods of two shops");

        string Row(int shop) => $"goods of shop {shop + 1} in cart {cart.ToString()[^6..]}";

        async Task PutAsync(int shop)
        {
            var put = await stage.SendAsync("put into cart", HttpMethod.Put, $"/v1/carts/{cart}/items/{goods[shop]}", buyer, new { quantity = 1 }, cancel, round + shop);
            var ending = put is { Ok: false, Retried: true } ? Ending.Unknown : ContentionRecord.EndingOf(put);
            record.Add($"shop {shop + 1}", put.Began, put.Last.End, ending, new ReadOf(Row(1 - shop), null), new WriteOf(Row(shop), Taken));
        }
    }
}
