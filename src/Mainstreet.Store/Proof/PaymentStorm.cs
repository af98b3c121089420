using System.Globalization;

using Mainstreet.Foundation.Proving;

using static Mainstreet.Store.Proof.StoreInvariants;

namespace Mainstreet.Store.Proof;

/// <summary>
/// Many payments, each told by three webhooks and the browser's callback, all of them twice, in any order: half of the payments everything at the same
/// moment, the others' tellings mixed with each other's.
/// </summary>
internal sealed class PaymentStorm(StoreStage stage, Checkout checkout, Random random)
{
    /// <summary>Payments that are open together: few enough to be told before their reservations end.</summary>
    private const int Wave = 500;

    private const int MostPieces = 3;
    private const int ForgedShare = 20;

    /// <summary>Tellings that were sent.</summary>
    internal int Told { get; private set; }

    internal async Task RunAsync(int payments, Verdicts verdicts, CancellationToken cancel)
    {
        var ware = await stage.StockAsync("staple", payments * MostPieces, cancel);
        for (var done = 0; done < payments; done += Wave)
        {
            await WaveAsync(ware, Math.Min(Wave, payments - done), verdicts, cancel);
            stage.Run.Progress(string.Create(CultureInfo.InvariantCulture, $"{Math.Min(done + Wave, payments)} of {payments} payments"));
        }
    }

    private async Task WaveAsync(Ware ware, int payments, Verdicts verdicts, CancellationToken cancel)
    {
        var plan = Enumerable.Range(0, payments).Select(i => (Buyer: stage.Buyers[i % stage.Buyers.Count], Pieces: random.Next(1, MostPieces + 1), Method: random.Next(2) == 0 ? "upi" : "card")).ToArray();
        var bought = new List<Purchase>();
        var gate = new Lock();
        await StoreStage.EachAsync(plan.GroupBy(p => p.Buyer), async own =>
        {
            // One after the other for each buyer, so that an order whose answer was lost can be told from the others.
            foreach (var (buyer, pieces, method) in own)
            {
                var purchase = await stage.BuyAsync(buyer, ware, pieces, method, 0, cancel);
                lock (gate) bought.Add(purchase);
            }
        }, cancel);
        await StoreStage.EachAsync(bought, p => checkout.PayAsync(p, cancel), cancel);
        await ForgeAsync(bought, verdicts, cancel);
        await TellAsync(bought, verdicts, cancel);
        var gone = new List<string>();
        await StoreStage.EachAsync(bought, async p =>
        {
            var order = await checkout.SettledAsync(p, cancel);
            if (Checkout.IsPaid(order)) return;
            lock (gate) gone.Add($"{p} is {order.GetProperty("status").GetString()} after all was told");
        }, cancel);
        verdicts.Check(OnePaidOrder, gone.Count == 0, () => string.Join("\n  ", gone.Take(5)));
    }

    private async Task ForgeAsync(List<Purchase> bought, Verdicts verdicts, CancellationToken cancel)
    {
        // Where the answer to paying was lost there is nothing to forge after.
        var known = bought.Where(p => p.Tellings is [_, ..]).ToList();
        for (var i = 0; i < known.Count; i += ForgedShare)
        {
            var one = known[i];
            foreach (var forged in Checkout.Forge(one, known[(i + 1) % known.Count]))
            {
                var answer = await stage.TellAsync(forged, cancel);
                verdicts.Check(ForgedRefused, answer is { Status: 401, Code: "bad_signature" }, () => $"{forged.Name} was answered {answer.Status} {answer.Code}: {one}");
            }

            // With faults the provider itself may have told by now.
            if (stage.Run.Faults) continue;
            var order = await stage.ReadAsync(one, cancel);
            verdicts.Check(ForgedRefused, order.GetProperty("status").GetString() == "placed", () => $"{one} is {order.GetProperty("status").GetString()} by forged tellings");
        }
    }

    private async Task TellAsync(IReadOnlyList<Purchase> bought, Verdicts verdicts, CancellationToken cancel)
    {
        var work = new List<Telling[]>();
        foreach (var purchase in bought)
        {
            Telling[] twice = [.. purchase.Tellings, .. purchase.Tellings];
            random.Shuffle(twice);
            if (random.Next(2) == 0) work.Add(twice);
            else work.AddRange(twice.Select(t => new[] { t }));
        }

        var order = work.ToArray();
        random.Shuffle(order);
        var gate = new Lock();
        await StoreStage.EachAsync(order, async together =>
        {
            var answers = await Task.WhenAll(together.Select(t => stage.TellAsync(t, cancel)));
            lock (gate)
            {
                Told += answers.Length;
                for (var i = 0; i < answers.Length; i++)
                {
                    var (telling, answer) = (together[i], answers[i]);
                    verdicts.Check(Taken, answer.Status == 200, () => $"{telling.Name} was answered {answer.Status} {answer.Code}");
                }
            }
        }, cancel);
    }
}
