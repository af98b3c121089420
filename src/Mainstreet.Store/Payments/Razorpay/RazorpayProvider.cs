using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Currencies;
using Mainstreet.Foundation.Outbound;

namespace Mainstreet.Store.Payments.Razorpay;

/// <summary>
/// Razorpay's API (razorpay.com/docs/api): JSON over HTTPS with basic authentication. GETs and what carries a key may be repeated below us; an order
/// is not, since it is found by its receipt. A wrong key is not a refusal of the matter: what is asked for waits until the key is mended.
/// </summary>
internal sealed class RazorpayProvider(string name, RazorpayAccount account, OutboundPipeline http) : IPaymentProvider
{
    private readonly AuthenticationHeaderValue _authorization =
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.KeyId}:{account.KeySecret}")));

    public string Name => name;

    public string KeyId => account.KeyId;

    public Uri CheckoutUrl => Address("checkout/embedded");

    public Task<ProviderAnswer<ProviderOrder>> CreateOrderAsync(string receipt, Money amount, IReadOnlyDictionary<string, string> notes, CancellationToken cancel) =>
        PostAsync("orders", new { amount = amount.Amount, currency = amount.Currency, receipt, notes }, RazorpayJson.Order, false, cancel);

    public Task<ProviderAnswer<IReadOnlyList<ProviderOrder>>> FindOrdersAsync(string receipt, CancellationToken cancel) =>
        GetAsync($"orders?receipt={Uri.EscapeDataString(receipt)}&count=100", json => Only(RazorpayJson.Items(json, RazorpayJson.Order), o => o.Receipt == receipt), cancel);

    public Task<ProviderAnswer<IReadOnlyList<ProviderPayment>>> PaymentsOfAsync(string orderId, CancellationToken cancel) =>
        GetAsync($"orders/{orderId}/payments", json => RazorpayJson.Items(json, RazorpayJson.Payment), cancel);

    public Task<ProviderAnswer<ProviderIntent>> StartUpiAsync(string orderId, Money amount, string email, CancellationToken cancel)
    {
        if (account.UpiContact is not { } contact)
            return Task.FromResult(new ProviderAnswer<ProviderIntent>(ProviderOutcome.Refused, Error: "no phone number is set for UPI links"));
        return PostAsync("payments/create/upi", new
        {
            amount = amount.Amount, currency = amount.Currency, order_id = orderId, email, contact, method = "upi", upi = new { flow = "intent" },
        }, json => new ProviderIntent(
            RazorpayJson.Text(json, "razorpay_payment_id") ?? throw new JsonException("no payment id"),
            RazorpayJson.Text(json, "link") is { } link && link.StartsWith("upi://", StringComparison.Ordinal) ? link : throw new JsonException("no link")), false, cancel);
    }

    public Task<ProviderAnswer<ProviderPayment>> GetPaymentAsync(string paymentId, CancellationToken cancel) =>
        GetAsync($"payments/{paymentId}", RazorpayJson.Payment, cancel);

    // Captured twice it answers that it is captured: no second effect.
    public Task<ProviderAnswer<ProviderPayment>> CaptureAsync(string paymentId, Money amount, CancellationToken cancel) =>
        PostAsync($"payments/{paymentId}/capture", new { amount = amount.Amount, currency = amount.Currency }, RazorpayJson.Payment, true, cancel);

    public Task<ProviderAnswer<ProviderRefund>> RefundAsync(string paymentId, Money amount, string key, CancellationToken cancel) =>
        SendAsync(() =>
        {
            var request = Request(HttpMethod.Post, $"payments/{paymentId}/refund");
            request.Headers.TryAddWithoutValidation("X-Refund-Idempotency", key);
            request.Content = Body(new { amount = amount.Amount, speed = "normal", receipt = key });
            return request;
        }, true, RazorpayJson.Refund, cancel);

    public Task<ProviderAnswer<IReadOnlyList<ProviderRefund>>> RefundsOfAsync(string paymentId, CancellationToken cancel) =>
        GetAsync($"payments/{paymentId}/refunds?count=100", json => RazorpayJson.Items(json, RazorpayJson.Refund), cancel);

    // fail_existing "0": the same address again is the same customer.
    public Task<ProviderAnswer<string>> CreateCustomerAsync(string name, string email, Guid reference, CancellationToken cancel) =>
        PostAsync("customers", new { name, email, fail_existing = "0", notes = new { reference } }, json => RazorpayJson.Text(json, "id") ?? throw new JsonException("no id"), true, cancel);

    public Task<ProviderAnswer<ProviderToken>> GetTokenAsync(string customerId, string tokenId, CancellationToken cancel) =>
        GetAsync($"customers/{customerId}/tokens/{tokenId}", RazorpayJson.Token, cancel);

    public async Task<ProviderAnswer<bool>> DeleteTokenAsync(string customerId, string tokenId, CancellationToken cancel)
    {
        var answer = await SendAsync(() => Request(HttpMethod.Delete, $"customers/{customerId}/tokens/{tokenId}"), true, _ => true, cancel);
        // There is no other reason to refuse it than that it is not there.
        return answer.Outcome == ProviderOutcome.Refused ? new ProviderAnswer<bool>(ProviderOutcome.Done, true, answer.Error) : answer;
    }

    private Uri Address(string path) => new(account.Url(), $"v1/{path}");

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, Address(path));
        request.Headers.Authorization = _authorization;
        request.Headers.TryAddWithoutValidation("User-Agent", "mainstreet");
        return request;
    }

    private static ByteArrayContent Body(object body) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private Task<ProviderAnswer<T>> GetAsync<T>(string path, Func<JsonElement, T> read, CancellationToken cancel) =>
        SendAsync(() => Request(HttpMethod.Get, path), true, read, cancel);

    private Task<ProviderAnswer<T>> PostAsync<T>(string path, object body, Func<JsonElement, T> read, bool repeatable, CancellationToken cancel) =>
        SendAsync(() =>
        {
            var request = Request(HttpMethod.Post, path);
            request.Content = Body(body);
            return request;
        }, repeatable, read, cancel);

    private async Task<ProviderAnswer<T>> SendAsync<T>(Func<HttpRequestMessage> request, bool repeatable, Func<JsonElement, T> read, CancellationToken cancel)
    {
        OutboundAnswer answer;
        try
        {
            answer = await http.SendAsync(request, repeatable, cancel);
        }
        catch (OperationCanceledException)
        {
            return new ProviderAnswer<T>(ProviderOutcome.Away, Error: "given up before it was asked");
        }

        switch (answer.Outcome)
        {
            case SendOutcome.Accepted:
                try
                {
                    using var json = answer.Body.Length == 0 ? JsonDocument.Parse("{}") : JsonDocument.Parse(answer.Body);
                    return new ProviderAnswer<T>(ProviderOutcome.Done, read(json.RootElement));
                }
                catch (Exception exception) when (exception is JsonException or InvalidOperationException)
                {
                    return new ProviderAnswer<T>(ProviderOutcome.Unknown, Error: $"the answer is not understood: {exception.Message}");
                }

            case SendOutcome.Rejected when answer.StatusCode is 401 or 403:
                return new ProviderAnswer<T>(ProviderOutcome.Away, Error: "the provider does not take our key");
            case SendOutcome.Rejected:
                return new ProviderAnswer<T>(ProviderOutcome.Refused, Error: RazorpayJson.Error(answer.Body) ?? answer.Error);
            case SendOutcome.Unknown:
                return new ProviderAnswer<T>(ProviderOutcome.Unknown, Error: answer.Error);
            default:
                return new ProviderAnswer<T>(ProviderOutcome.Away, Error: answer.Error, NotBefore: answer.NotBefore);
        }
    }

    private static IReadOnlyList<T> Only<T>(IReadOnlyList<T> items, Func<T, bool> wanted) => [.. items.Where(wanted)];
}

/// <summary>Whose account is used, and where.</summary>
/// <param name="Url">Base address with a slash at its end; asked anew for each call, since the simulator's is known only once the server listens.</param>
internal sealed record RazorpayAccount(
    string KeyId, string KeySecret, IReadOnlyList<string> WebhookSecrets, string? UpiContact, Func<Uri> Url)
{
    // The generated one would print the secrets.
    public override string ToString() => KeyId;
}
