using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Store.Proof;

/// <summary>Where a run plays: a business of its own with one shop, its owner and the buyers, all synthetic, and the short forms of what rounds ask for.</summary>
internal sealed class StoreStage
{
    /// <summary>Requests of a run that are under way at once, but where a race wants all.</summary>
    internal const int Width = 16;

    /// <summary>Minor units, for one piece.</summary>
    internal const int Price = 25_000;

    private const int PageSize = 200;
    private static readonly TimeSpan MembershipWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly List<Ware> _wares = [];
    private readonly List<Purchase> _purchases = [];
    private int _target;

    private StoreStage(ProofRun run, ProofClient client) => (Run, Client) = (run, client);

    internal ProofRun Run { get; }

    internal ProofClient Client { get; }

    internal required SyntheticAccount Owner { get; init; }

    internal IReadOnlyList<SyntheticAccount> Buyers { get; private set; } = [];

    internal required Guid BusinessId { get; init; }

    internal Guid ShopId { get; private set; }

    /// <summary>How long something that follows by itself is waited for: a provider's order, a refund.</summary>
    internal TimeSpan Patience => TimeSpan.FromSeconds(Run.Faults ? 240 : 60);

    internal IReadOnlyList<Ware> Wares
    {
        get
        {
            lock (_gate) return [.. _wares];
        }
    }

    internal IReadOnlyList<Purchase> Purchases
    {
        get
        {
            lock (_gate) return [.. _purchases];
        }
    }

    /// <summary>Signs in, founds the business and opens the shop.</summary>
    /// <exception cref="ProofException">The server refused, or takes no simulated payments.</exception>
    internal static async Task<StoreStage> SetAsync(ProofClient client, ProofRun run, int buyers, CancellationToken cancel)
    {
        await ProbeAsync(client, run, cancel);
        var owner = await SyntheticAccount.CreateAsync(client, "owner", "customer", run.Clock, cancel);
        var business = (await client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses") { Account = owner, Body = new { name = "Synthetic grocery" }, Once = true }, cancel)).Require();
        var stage = new StoreStage(run, client) { Owner = owner, BusinessId = business.GetProperty("id").GetGuid() };
        stage.ShopId = (await stage.WhenKnownAsync("shop", HttpMethod.Post, "/v1/shops", stage.Shop(true), 0, cancel)).GetProperty("id").GetGuid();

        // A few at a time: hashing passwords is the server's most expensive answer.
        var crowd = new SyntheticAccount[buyers];
        await Parallel.ForAsync(0, buyers, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (i, token) =>
            crowd[i] = await SyntheticAccount.CreateAsync(client, string.Create(CultureInfo.InvariantCulture, $"buyer {i + 1}"), "customer", run.Clock, token));
        stage.Buyers = crowd;
        return stage;
    }

    /// <summary>Puts a product on the shelf, known to every replica.</summary>
    internal async Task<Ware> StockAsync(string name, int pieces, CancellationToken cancel)
    {
        var made = await WhenKnownAsync("product", HttpMethod.Post, "/v1/products", new
        {
            sku = $"proof-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}", name = $"Synthetic {name}", category = "Synthetic", taxClass = "standard",
            price = new { amount = Price, currency = "INR" }, onHand = pieces, businessId = BusinessId,
        }, 0, cancel);
        var ware = new Ware(made.GetProperty("id").GetGuid(), pieces);
        lock (_gate) _wares.Add(ware);
        for (var target = 0; target < Run.Targets.Count; target++) await WhenKnownAsync("stock", HttpMethod.Get, $"/v1/products/{ware.Id}/stock", null, target, cancel);
        return ware;
    }

    internal async Task<Guid> FillCartAsync(SyntheticAccount buyer, Ware ware, int quantity, CancellationToken cancel)
    {
        var cart = (await SendAsync("cart", HttpMethod.Post, "/v1/carts", buyer, new { }, cancel)).Require().GetProperty("id").GetGuid();
        (await SendAsync("cart item", HttpMethod.Put, $"/v1/carts/{cart}/items/{ware.Id}", buyer, new { quantity }, cancel)).Require();
        return cart;
    }

    internal Task<ProofAnswer> OrderAsync(SyntheticAccount buyer, Guid cart, string method, int redeemPoints, CancellationToken cancel) =>
        SendAsync("order", HttpMethod.Post, "/v1/orders", buyer, new
        {
            cartId = cart, address = new { line1 = "Synthetic Lane 1", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method }, redeemPoints,
        }, cancel);

    /// <summary>Notes an order that was answered, and waits until it can be paid.</summary>
    internal async Task<Purchase> NoteAsync(SyntheticAccount buyer, Ware ware, int quantity, JsonElement order, CancellationToken cancel)
    {
        var purchase = new Purchase(buyer, ware, quantity, order.GetProperty("id").GetGuid());
        purchase.Learn(order);
        lock (_gate) _purchases.Add(purchase);
        var start = Run.Clock.GetTimestamp();
        while (purchase.ProviderOrderId is null && Run.Clock.GetElapsedTime(start) < Patience)
        {
            // The server lost its way between the order and the provider; a worker goes on with it.
            await Task.Delay(Look, Run.Clock, cancel);
            purchase.Learn(await ReadAsync(purchase, cancel));
        }

        return purchase;
    }

    /// <summary>Orders, where nothing may stand in the way. An answer that was lost is looked for.</summary>
    internal async Task<Purchase> BuyAsync(SyntheticAccount buyer, Ware ware, int quantity, string method, int redeemPoints, CancellationToken cancel)
    {
        var (purchase, answer) = await TryBuyAsync(buyer, ware, quantity, method, redeemPoints, cancel);
        if (purchase is null) answer.Require();
        return purchase!;
    }

    /// <summary>Orders; no purchase when the order was refused.</summary>
    internal async Task<(Purchase? Purchase, ProofAnswer Answer)> TryBuyAsync(
        SyntheticAccount buyer, Ware ware, int quantity, string method, int redeemPoints, CancellationToken cancel)
    {
        var known = Purchases.Where(p => p.Buyer == buyer).Select(p => p.OrderId).ToHashSet();
        var cart = await FillCartAsync(buyer, ware, quantity, cancel);
        var answer = await OrderAsync(buyer, cart, method, redeemPoints, cancel);
        var order = IsLost(answer) && await FindAsync(buyer, ware, known, cancel) is { } found ? found : answer.Ok ? answer.Body : null;
        return (order is { } made ? await NoteAsync(buyer, ware, quantity, made, cancel) : null, answer);
    }

    /// <summary>Whether nobody knows what became of an order: no answer, or an attempt before had taken the cart.</summary>
    internal static bool IsLost(ProofAnswer answer) => answer.Status is 0 or >= 500 || answer is { Status: 409, Code: "cart_closed", Retried: true };

    /// <summary>An order of the product that the buyer has and nobody knew of.</summary>
    internal async Task<JsonElement?> FindAsync(SyntheticAccount buyer, Ware ware, IReadOnlySet<Guid> known, CancellationToken cancel)
    {
        foreach (var order in await PagesAsync("orders", $"/v1/orders?mine=true&businessId={BusinessId}", buyer, cancel))
        {
            if (!known.Contains(order.GetProperty("id").GetGuid()) && Names(order, ware)) return order;
        }

        return null;
    }

    /// <summary>Whether a line of the order sells the product.</summary>
    internal static bool Names(JsonElement order, Ware ware) =>
        order.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("productId") is { ValueKind: JsonValueKind.String } id && id.GetGuid() == ware.Id);

    internal async Task<JsonElement> ReadAsync(Purchase purchase, CancellationToken cancel) =>
        (await SendAsync("read order", HttpMethod.Get, $"/v1/orders/{purchase.OrderId}", purchase.Buyer, null, cancel)).Require();

    internal Task<ProofAnswer> SendAsync(string name, HttpMethod method, string path, SyntheticAccount? account, object? body, CancellationToken cancel) =>
        Client.SendAsync(new ProofCall(name, method, path) { Account = account, Body = body, Once = method == HttpMethod.Post && account is not null, Target = Next() }, cancel);

    internal Task<ProofAnswer> TellAsync(Telling telling, CancellationToken cancel) =>
        Client.SendAsync(new ProofCall(telling.Name, HttpMethod.Post, telling.Path) { SignedBody = telling.Body, Headers = telling.Headers, Target = Next() }, cancel);

    /// <summary>All items of a list.</summary>
    internal async Task<IReadOnlyList<JsonElement>> PagesAsync(string name, string path, SyntheticAccount account, CancellationToken cancel)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = (await SendAsync(name, HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}&limit={PageSize}{next}"), account, null, cancel)).Require();
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Runs the work for each, some at once.</summary>
    internal static Task EachAsync<T>(IEnumerable<T> all, Func<T, Task> work, CancellationToken cancel) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancel }, async (one, _) => await work(one));

    /// <summary>Takes the products off sale and closes the shop.</summary>
    internal async Task TidyUpAsync(CancellationToken cancel)
    {
        await EachAsync(Wares, ware => SendAsync("withdraw", HttpMethod.Delete, $"/v1/products/{ware.Id}", Owner, null, cancel), cancel);
        await SendAsync("close shop", HttpMethod.Put, $"/v1/shops/{ShopId}", Owner, Shop(false), cancel);
    }

    private object Shop(bool open) => new
    {
        name = "Synthetic grocery", line1 = "Synthetic Lane 2", city = "Bengaluru", postalCode = "560038", stateCode = "29", open, businessId = BusinessId,
    };

    private int Next() => Interlocked.Increment(ref _target) & int.MaxValue;

    /// <summary>Another replica learns within a second or so whom a new business belongs to.</summary>
    private async Task<JsonElement> WhenKnownAsync(string name, HttpMethod method, string path, object? body, int target, CancellationToken cancel)
    {
        var start = Run.Clock.GetTimestamp();
        while (true)
        {
            var answer = await Client.SendAsync(new ProofCall(name, method, path) { Account = Owner, Body = body, Once = method == HttpMethod.Post, Target = target }, cancel);
            if (answer.Status is not (403 or 404) || Run.Clock.GetElapsedTime(start) > MembershipWithin) return answer.Require();
            await Task.Delay(Look, Run.Clock, cancel);
        }
    }

    private static async Task ProbeAsync(ProofClient client, ProofRun run, CancellationToken cancel)
    {
        for (var target = 0; target < run.Targets.Count; target++)
        {
            var answer = await client.SendAsync(new ProofCall("probe", HttpMethod.Post, "/simulator/razorpay/pay/order_none") { Body = new { }, Target = target }, cancel);
            if (answer.Status != 400)
                throw new ProofException($"{run.Targets[target]} has no payment simulator (answered {answer.Status}): run the server in Development, where Store:Payments:Provider is simulator.");
        }
    }
}
