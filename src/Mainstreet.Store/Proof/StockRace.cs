using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Store.Proof.StoreInvariants;

namespace Mainstreet.Store.Proof;

/// <summary>All buyers want one piece of a product at the same moment, of which there are a few.</summary>
internal sealed class StockRace(StoreStage stage, Checkout checkout)
{
    /// <summary>Orders that were refused, in all rounds.</summary>
    internal int Refused { get; private set; }

    internal async Task RunAsync(int round, int pieces, Random random, Verdicts verdicts, CancellationToken cancel)
    {
        var ware = await stage.StockAsync(string.Create(CultureInfo.InvariantCulture, $"rarity {round}"), pieces, cancel);
        var carts = new Guid[stage.Buyers.Count];
        await StoreStage.EachAsync(Enumerable.Range(0, carts.Length), async i => carts[i] = await stage.FillCartAsync(stage.Buyers[i], ware, 1, cancel), cancel);

        var methods = carts.Select(_ => random.Next(2) == 0 ? "upi" : "card").ToArray();
        var answers = await Task.WhenAll(carts.Select((cart, i) => stage.OrderAsync(stage.Buyers[i], cart, methods[i], 0, cancel)));
        var orders = await OrdersOfAsync(ware, cancel);
        var won = new List<Purchase>();
        for (var i = 0; i < answers.Length; i++)
        {
            var (answer, buyer) = (answers[i], stage.Buyers[i]);
            if (answer.Ok || (StoreStage.IsLost(answer) && orders.ContainsKey(buyer.Id))) won.Add(await stage.NoteAsync(buyer, ware, 1, answer.Ok ? answer.Require() : orders[buyer.Id], cancel));
            else CheckRefusal(answer, buyer, ware, orders, verdicts);
        }

        var wanted = Math.Min(pieces, answers.Length);
        verdicts.Check(NoOversell, won.Count == wanted, () => $"round {round}: {won.Count} of {answers.Length} buyers got an order for {pieces} pieces: {string.Join(", ", won.Select(p => p.OrderId))}");
        await StoreStage.EachAsync(won, p => checkout.PayAndTellAsync(p, cancel), cancel);
        var paid = 0;
        await StoreStage.EachAsync(won, async p =>
        {
            if (Checkout.IsPaid(await stage.ReadAsync(p, cancel))) Interlocked.Increment(ref paid);
        }, cancel);
        verdicts.Check(NoOversell, paid == wanted, () => $"round {round}: {paid} of {won.Count} orders for {pieces} pieces are paid");
    }

    /// <summary>The orders of the product by customer, as the shop lists them.</summary>
    private async Task<IReadOnlyDictionary<Guid, JsonElement>> OrdersOfAsync(Ware ware, CancellationToken cancel)
    {
        var orders = new Dictionary<Guid, JsonElement>();
        foreach (var order in await stage.PagesAsync("orders", $"/v1/orders?businessId={stage.BusinessId}", stage.Owner, cancel))
        {
            if (StoreStage.Names(order, ware)) orders[order.GetProperty("customerId").GetGuid()] = order;
        }

        return orders;
    }

    private void CheckRefusal(ProofAnswer answer, SyntheticAccount buyer, Ware ware, IReadOnlyDictionary<Guid, JsonElement> orders, Verdicts verdicts)
    {
        // What nobody answered for and nobody finds was never done.
        if (StoreStage.IsLost(answer)) return;
        Refused++;
        var told = answer is { Status: 409, Code: "out_of_stock", Body: { } body } && NamesTheWare(body, ware);
        verdicts.Check(RefusedBeforePaying, told, () => $"{buyer.Name} was answered {answer.Status} {answer.Code} {answer.Body}");
        verdicts.Check(RefusedBeforePaying, !orders.ContainsKey(buyer.Id), () => $"{buyer.Name} was answered {answer.Status} {answer.Code} and has {orders[buyer.Id]}");
    }

    private static bool NamesTheWare(JsonElement body, Ware ware) =>
        body.TryGetProperty("lines", out var lines) && lines.GetArrayLength() == 1
        && lines[0].GetProperty("productId").GetGuid() == ware.Id && lines[0].GetProperty("wanted").GetInt32() == 1 && lines[0].GetProperty("available").GetInt32() < 1;
}
