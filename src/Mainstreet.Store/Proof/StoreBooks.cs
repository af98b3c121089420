using System.Text;

using Mainstreet.Foundation.Proving;
using Mainstreet.Store.Payments;

using static Mainstreet.Store.Proof.StoreInvariants;

namespace Mainstreet.Store.Proof;

/// <summary>Reads everything back when the run is over: the shop's orders, stock and points, the payments, and the provider's own books.</summary>
internal sealed class StoreBooks(StoreStage stage)
{
    private static readonly TimeSpan FeedPatience = TimeSpan.FromSeconds(30);

    internal async Task CheckAsync(LiveReader feed, Verdicts verdicts, CancellationToken cancel)
    {
        var purchases = stage.Purchases;
        var listed = (await stage.PagesAsync("orders", $"/v1/orders?businessId={stage.BusinessId}", stage.Owner, cancel)).Select(SeenOrder.Of).ToArray();
        var paid = listed.Count(o => o.Paid);
        await feed.WaitAsync(events => events.Count(IsPaid) >= paid, FeedPatience, cancel);
        var told = feed.Losses().Count > 0 ? null : feed.Events().Where(IsPaid).ToLookup(e => e.Fact("orderId"));
        var points = await EachAsync(stage.Buyers, buyer => PointsAsync(buyer, cancel), cancel);
        var entries = points.SelectMany(p => p.Entries).Where(e => e.OrderId is not null).ToLookup(e => e.OrderId!.Value);
        var orders = listed.ToDictionary(o => o.Id);
        var evidence = await EachAsync(purchases, async p => new OrderEvidence(
            p, orders.GetValueOrDefault(p.OrderId), await RefundsAsync(p, cancel), await AtProviderAsync(p, cancel), told?[p.OrderId.ToString()].Count(), [.. entries[p.OrderId]]), cancel);
        var stock = await EachAsync(stage.Wares, ware => StockAsync(ware, cancel), cancel);
        BookChecks.Run(evidence, listed, stock, points, verdicts);
        await CheckApartAsync(verdicts, cancel);
    }

    private static bool IsPaid(LiveEvent live) => live.Type == "order.paid";

    private async Task<PointsEvidence> PointsAsync(SyntheticAccount buyer, CancellationToken cancel)
    {
        var loyalty = (await stage.SendAsync("loyalty", HttpMethod.Get, "/v1/loyalty", buyer, null, cancel)).Require();
        var entries = await stage.PagesAsync("ledger", $"/v1/loyalty/ledger?businessId={stage.BusinessId}", buyer, cancel);
        return new PointsEvidence(
            buyer.Name, loyalty.GetProperty("balance").GetInt64(), loyalty.GetProperty("pending").GetInt64(), loyalty.GetProperty("owed").GetInt64(), [.. entries.Select(SeenEntry.Of)]);
    }

    private async Task<IReadOnlyList<SeenRefund>> RefundsAsync(Purchase purchase, CancellationToken cancel)
    {
        var payment = (await stage.SendAsync("read payment", HttpMethod.Get, $"/v1/payments/{purchase.PaymentId}", purchase.Buyer, null, cancel)).Require();
        return [.. payment.GetProperty("refunds").EnumerateArray().Select(SeenRefund.Of)];
    }

    private async Task<(long Captured, long Refunded)> AtProviderAsync(Purchase purchase, CancellationToken cancel)
    {
        if (purchase.ProviderOrderId is not { } order) return (0, 0);
        // The keys that the simulator believes unless somebody set others.
        var key = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RazorpayOptions.SimulatedKeyId}:{RazorpayOptions.SimulatedSecret}"));
        var answer = await stage.Client.SendAsync(new ProofCall("provider's books", HttpMethod.Get, $"/simulator/razorpay/v1/orders/{order}/payments")
        {
            Headers = new Dictionary<string, string> { ["Authorization"] = $"Basic {key}" },
        }, cancel);
        if (answer.Status == 401) throw new ProofException("The simulator has keys of its own: unset Store:Payments:Razorpay:KeyId and KeySecret on the server.");
        var captured = answer.Require().GetProperty("items").EnumerateArray().Where(p => p.GetProperty("captured").GetBoolean()).ToArray();
        return (captured.Sum(p => p.GetProperty("amount").GetInt64()), captured.Sum(p => p.GetProperty("amount_refunded").GetInt64()));
    }

    private async Task<StockEvidence> StockAsync(Ware ware, CancellationToken cancel)
    {
        var stock = (await stage.SendAsync("stock", HttpMethod.Get, $"/v1/products/{ware.Id}/stock", stage.Owner, null, cancel)).Require();
        return new StockEvidence(ware, stock.GetProperty("onHand").GetInt32(), stock.GetProperty("reserved").GetInt32());
    }

    private async Task CheckApartAsync(Verdicts verdicts, CancellationToken cancel)
    {
        var paths = stage.Wares.Select(w => $"/v1/products/{w.Id}").Append($"/v1/shops/{stage.ShopId}");
        foreach (var path in paths)
        {
            var answer = await stage.SendAsync("stranger", HttpMethod.Get, path, null, null, cancel);
            verdicts.Check(Apart, answer.Status is 0 or 404, () => $"{path} was answered {answer.Status} to a stranger");
        }

        foreach (var path in new[] { $"/v1/products?businessId={stage.BusinessId}", "/v1/products?q=synthetic%20rarity" })
        {
            var answer = await stage.SendAsync("stranger", HttpMethod.Get, path, null, null, cancel);
            var names = answer.Require().GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()).Intersect(stage.Wares.Select(w => w.Id)).Count();
            verdicts.Check(Apart, names == 0, () => $"{path} shows {names} products of the run to a stranger");
        }
    }

    private static async Task<TResult[]> EachAsync<T, TResult>(IReadOnlyList<T> all, Func<T, Task<TResult>> read, CancellationToken cancel)
    {
        var results = new TResult[all.Count];
        await StoreStage.EachAsync(Enumerable.Range(0, all.Count), async i => results[i] = await read(all[i]), cancel);
        return results;
    }
}
