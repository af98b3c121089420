using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Load;

/// <summary>What the shoppers of a drive share: the shop, what it sells, and the record of every request.</summary>
/// <param name="Http">Connections to the server.</param>
/// <param name="BusinessId">Whose shop.</param>
/// <param name="Products">What is for sale.</param>
/// <param name="Method"><c>card</c> or <c>upi</c>.</param>
internal sealed record Errand(HttpClient Http, Guid BusinessId, IReadOnlyList<Guid> Products, string Method)
{
    internal ConcurrentQueue<(string Step, double Milliseconds)> Taken { get; } = new();

    internal ConcurrentQueue<string> Failures { get; } = new();

    internal ConcurrentQueue<(Guid OrderId, long Total)> Paid { get; } = new();
}

/// <summary>A signed-in customer who searches, reads, fills a cart, orders and pays, as the web app does it: one request after the other.</summary>
internal sealed class Shopper(SyntheticAccount account, Errand errand)
{
    private const int Lines = 3;

    /// <summary>One order until it is paid, or until something failed, which is noted.</summary>
    /// <param name="number">Decides what is looked for and bought.</param>
    /// <param name="cancel">Ends the drive.</param>
    internal async Task BuyAsync(int number, CancellationToken cancel)
    {
        try
        {
            await JourneyAsync(number, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or InvalidDataException or KeyNotFoundException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            errand.Failures.Enqueue(failure.Message);
        }
    }

    private async Task JourneyAsync(int number, CancellationToken cancel)
    {
        var word = Groceries.Searches[number % Groceries.Searches.Length];
        var found = await SendAsync("search", HttpMethod.Get, $"v1/products?q={word}&facets=category,brand&limit=20&businessId={errand.BusinessId}", null, cancel);
        Must(found.GetProperty("total").GetInt64() > 0 && found.GetProperty("facets").GetProperty("brand").GetArrayLength() > 0, "a search found nothing");
        await SendAsync("product", HttpMethod.Get, $"v1/products/{Product(number * 7_919)}", null, cancel);

        var cart = (await SendAsync("cart", HttpMethod.Post, "v1/carts", new { }, cancel)).GetProperty("id").GetGuid();
        for (var line = 0; line < Lines; line++)
            await SendAsync("item", HttpMethod.Put, $"v1/carts/{cart}/items/{Product((number * 31) + (line * 977))}", new { quantity = 1 }, cancel);

        var order = await SendAsync("order", HttpMethod.Post, "v1/orders", new
        {
            cartId = cart, address = new { line1 = "Synthetic Lane 1", city = "Bengaluru", postalCode = "560038", country = "IN" }, payment = new { method = errand.Method },
        }, cancel, once: true);
        var provider = order.GetProperty("payment").GetProperty("providerOrderId").GetString();
        Must(provider is not null, "an order was placed without the provider's");

        // The customer at the provider, whose webhooks are on their way from here; the browser comes back with the signed answer.
        var paid = await SendAsync("pay", HttpMethod.Post, $"simulator/razorpay/pay/{provider}", new { outcome = "captured", method = errand.Method }, cancel);
        var back = await SendAsync("callback", HttpMethod.Post, "v1/payments/razorpay/callback", new Dictionary<string, string?>
        {
            ["razorpay_order_id"] = paid.GetProperty("razorpay_order_id").GetString(),
            ["razorpay_payment_id"] = paid.GetProperty("razorpay_payment_id").GetString(),
            ["razorpay_signature"] = paid.GetProperty("razorpay_signature").GetString(),
        }, cancel);
        Must(back.GetProperty("state").GetString() == "captured", "a payment came back without its money");
        errand.Paid.Enqueue((order.GetProperty("id").GetGuid(), order.GetProperty("total").GetProperty("amount").GetInt64()));
    }

    private async Task<JsonElement> SendAsync(string step, HttpMethod method, string path, object? body, CancellationToken cancel, bool once = false)
    {
        using var request = new HttpRequestMessage(method, path);
        // The provider's routes and the way back from it know no sign-in.
        if (step is not ("pay" or "callback")) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.AccessToken);
        if (once) request.Headers.Add("Idempotency-Key", TimeProvider.System.NewId().ToString());
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body, Json.Wire), Encoding.UTF8, "application/json");
        var sent = Stopwatch.GetTimestamp();
        using var response = await errand.Http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsByteArrayAsync(cancel);
        errand.Taken.Enqueue((step, Stopwatch.GetElapsedTime(sent).TotalMilliseconds));
        if (!response.IsSuccessStatusCode)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{step} was answered {(int)response.StatusCode} {Encoding.UTF8.GetString(text)}"));
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private Guid Product(int number) => errand.Products[number % errand.Products.Count];

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidDataException(otherwise);
    }
}
