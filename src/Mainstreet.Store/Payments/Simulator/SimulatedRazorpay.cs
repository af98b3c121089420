using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mainstreet.Store.Payments.Simulator;

/// <summary>What the simulated customer does at the checkout.</summary>
/// <param name="Outcome"><c>captured</c> (as an account that captures by itself), <c>authorized</c> or <c>failed</c>.</param>
/// <param name="Method"><c>upi</c> or <c>card</c>.</param>
/// <param name="PaymentId">An attempt that began before: a UPI link, or one that failed and turns out to have been paid after all.</param>
/// <param name="CustomerId">Who pays, for cards that are kept.</param>
/// <param name="Save">Keep the card.</param>
/// <param name="Webhooks">Whether webhooks are sent; their signed bodies are answered either way.</param>
/// <param name="Refunds">What will become of refunds: <c>processed</c>, <c>pending</c> or <c>failed</c>.</param>
/// <param name="Anyway">Pay although the order is paid already, as two banks at once can.</param>
internal sealed record SimulatedPay(
    string Outcome = "captured", string? Method = null, string? PaymentId = null, string? CustomerId = null, bool Save = false, bool Webhooks = true, string Refunds = "processed",
    bool Anyway = false);

/// <param name="Events">In the order in which they happened.</param>
internal sealed record SimulatedPaid(JsonObject Payment, string OrderId, IReadOnlyList<SimulatedEvent> Events);

/// <summary>Razorpay's orders, payments, refunds, customers and tokens, with its limits and its errors.</summary>
internal sealed partial class SimulatedRazorpay(SimulatedBank bank)
{
    private static readonly string[] Errors = ["error_code", "error_description", "error_source", "error_step", "error_reason"];

    internal Task<JsonObject> CreateOrderAsync(JsonObject body, CancellationToken cancel) => bank.ChangeAsync(_ =>
    {
        var amount = Amount(body, "Order amount less than minimum amount allowed");
        var currency = Currency(body);
        var receipt = Text(body, "receipt");
        if (receipt?.Length > 40) throw new SimulatedError(400, "The receipt may not be greater than 40 characters.", "receipt");
        return Task.FromResult(bank.Add("order", new JsonObject
        {
            ["id"] = SimulatedBank.NewId("order"), ["entity"] = "order", ["amount"] = amount, ["amount_paid"] = 0, ["amount_due"] = amount, ["currency"] = currency,
            ["receipt"] = receipt, ["offer_id"] = null, ["status"] = "created", ["attempts"] = 0, ["notes"] = body["notes"]?.DeepClone() ?? new JsonArray(), ["created_at"] = bank.Now,
        }, null, receipt));
    }, cancel);

    internal Task<JsonObject> CreateUpiAsync(JsonObject body, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        if (body["upi"]?["flow"]?.GetValue<string>() != "intent") throw new SimulatedError(400, "Only the intent flow is allowed.", "upi");
        if (Text(body, "contact") is null) throw new SimulatedError(400, "The contact field is required.", "contact");
        if (Text(body, "email") is null) throw new SimulatedError(400, "The email field is required.", "email");
        var order = await bank.HoldAsync("order", Text(body, "order_id") ?? "", token);
        if (Amount(body, "The amount must be at least INR 1.00") != order["amount"]!.GetValue<long>()) throw new SimulatedError(400, "Your payment amount is different from your order amount.", "amount");
        var payment = NewPayment(order, "upi", null);
        bank.Add("payment", payment, order["id"]!.GetValue<string>());
        var rupees = (order["amount"]!.GetValue<long>() / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["razorpay_payment_id"] = payment["id"]!.GetValue<string>(),
            ["link"] = $"upi://pay?pa=simulator@razorpay&pn=Mainstreet&tr={payment["id"]!.GetValue<string>()[4..]}&tn=Order&am={rupees}&cu={order["currency"]!.GetValue<string>()}&mc=5411",
        };
    }, cancel);

    /// <summary>The customer pays, or fails to.</summary>
    internal Task<SimulatedPaid> PayAsync(string orderId, SimulatedPay how, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        if (how.Outcome is not ("captured" or "authorized" or "failed")) throw new SimulatedError(400, "The outcome must be captured, authorized or failed.", "outcome");
        if (how.Refunds is not ("processed" or "pending" or "failed")) throw new SimulatedError(400, "Refunds must be processed, pending or failed.", "refunds");
        var order = await bank.HoldAsync("order", orderId, token);
        if (Text(order, "status") == "paid" && !how.Anyway) throw new SimulatedError(400, "Your payment has been declined as the order is already paid. Please initiate the payment with a new order.");
        var payment = how.PaymentId is { } id ? await bank.HoldAsync("payment", id, token) : NewPayment(order, how.Method ?? "card", how.CustomerId);
        if (how.PaymentId is null) bank.Add("payment", payment, orderId);
        else if (Text(payment, "order_id") != orderId || Text(payment, "status") is not ("created" or "failed")) throw new SimulatedError(400, "This payment cannot be paid.");
        payment["simulator"] = new JsonObject { ["refunds"] = how.Refunds, ["webhooks"] = how.Webhooks };
        order["attempts"] = order["attempts"]!.GetValue<int>() + 1;
        if (Text(order, "status") == "created") order["status"] = "attempted";
        var events = new List<SimulatedEvent>();
        if (how.Outcome == "failed")
        {
            (payment["status"], payment["error_code"], payment["error_description"]) = ("failed", "BAD_REQUEST_ERROR", "Payment was cancelled by the customer.");
            (payment["error_source"], payment["error_step"], payment["error_reason"]) = ("customer", "payment_authentication", "payment_cancelled");
            events.Add(bank.Tell("payment.failed", how.Webhooks, ("payment", payment)));
        }
        else
        {
            payment["status"] = "authorized";
            foreach (var name in Errors) payment[name] = null;
            if (how is { Save: true, CustomerId: { } customer } && Text(payment, "method") == "card") payment["token_id"] = NewToken(customer);
            events.Add(bank.Tell("payment.authorized", how.Webhooks, ("payment", payment)));
            if (how.Outcome == "captured") events.AddRange(Capture(order, payment, how.Webhooks));
        }

        await bank.SaveAsync(payment, token);
        await bank.SaveAsync(order, token);
        return new SimulatedPaid(payment, orderId, events);
    }, cancel);

    internal Task<JsonObject> CaptureAsync(string paymentId, JsonObject body, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        var seen = await bank.GetAsync("payment", paymentId, token);
        var order = await bank.HoldAsync("order", Text(seen, "order_id")!, token);
        var payment = await bank.HoldAsync("payment", paymentId, token);
        if (Amount(body, "The amount must be at least INR 1.00") != payment["amount"]!.GetValue<long>() || Currency(body) != Text(payment, "currency"))
            throw new SimulatedError(400, "Capture amount must be equal to the amount authorized", "amount");
        if (Text(payment, "status") == "captured") throw new SimulatedError(400, "This payment has already been captured");
        if (Text(payment, "status") != "authorized") throw new SimulatedError(400, "Only payments which have been authorized and not yet captured can be captured");
        Capture(order, payment, payment["simulator"]?["webhooks"]?.GetValue<bool>() ?? true);
        await bank.SaveAsync(payment, token);
        await bank.SaveAsync(order, token);
        return payment;
    }, cancel);

    /// <summary>The authorisation of a payment that nobody captured ends.</summary>
    internal Task<JsonObject> ReleaseAsync(string paymentId, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        var payment = await bank.HoldAsync("payment", paymentId, token);
        if (Text(payment, "status") != "authorized") throw new SimulatedError(400, "This payment is not authorized.");
        (payment["status"], payment["amount_refunded"], payment["refund_status"]) = ("refunded", payment["amount"]!.GetValue<long>(), "full");
        await bank.SaveAsync(payment, token);
        return payment;
    }, cancel);

    internal Task<JsonObject> RefundAsync(string paymentId, string? key, JsonObject body, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        if (key is not null && !KeyPattern().IsMatch(key))
            throw new SimulatedError(400, key.Length < 10 ? "The idempotency key must be at least 10 characters long." : "The idempotency key must only contain alphanumeric characters, underscores, and hyphens");
        var payment = await bank.HoldAsync("payment", paymentId, token);
        if (key is not null && (await bank.ListAsync("refund", null, key, token)).FirstOrDefault() is { } before)
        {
            return JsonNode.DeepEquals(before["simulator"]!["request"], body) && Text(before, "payment_id") == paymentId
                ? before : throw new SimulatedError(409, "Different request with the same idempotency key has already been processed.");
        }

        if (payment["captured"]?.GetValue<bool>() != true) throw new SimulatedError(400, "The payment status should be captured for action to be taken");
        var left = payment["amount"]!.GetValue<long>() - payment["amount_refunded"]!.GetValue<long>();
        if (left == 0) throw new SimulatedError(400, "The payment has been fully refunded already");
        var amount = body["amount"] is null ? left : Amount(body, "The amount must be at least INR 1.00");
        if (amount > left) throw new SimulatedError(400, "The refund amount provided is greater than amount captured", "amount");
        var fate = payment["simulator"]?["refunds"]?.GetValue<string>() ?? "processed";
        var webhooks = payment["simulator"]?["webhooks"]?.GetValue<bool>() ?? true;
        var refund = bank.Add("refund", new JsonObject
        {
            ["id"] = SimulatedBank.NewId("rfnd"), ["entity"] = "refund", ["amount"] = amount, ["currency"] = Text(payment, "currency"), ["payment_id"] = paymentId,
            ["notes"] = body["notes"]?.DeepClone() ?? new JsonArray(), ["receipt"] = Text(body, "receipt"), ["acquirer_data"] = new JsonObject { ["arn"] = null }, ["created_at"] = bank.Now,
            ["batch_id"] = null, ["status"] = fate == "processed" ? "processed" : "pending", ["speed_processed"] = "normal", ["speed_requested"] = Text(body, "speed") ?? "normal",
            ["simulator"] = new JsonObject { ["request"] = body.DeepClone(), ["webhooks"] = webhooks },
        }, paymentId, key);
        Book(payment, amount);
        bank.Tell("refund.created", webhooks, ("refund", refund), ("payment", payment));
        if (fate == "processed") bank.Tell("refund.processed", webhooks, ("refund", refund), ("payment", payment));
        if (fate == "failed") Fail(refund, payment, webhooks);
        await bank.SaveAsync(payment, token);
        await bank.SaveAsync(refund, token);
        return refund;
    }, cancel);

    /// <summary>A refund that was pending comes to its end.</summary>
    internal Task<JsonObject> EndRefundAsync(string refundId, bool good, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        var seen = await bank.GetAsync("refund", refundId, token);
        var payment = await bank.HoldAsync("payment", Text(seen, "payment_id")!, token);
        var refund = await bank.HoldAsync("refund", refundId, token);
        if (Text(refund, "status") != "pending") throw new SimulatedError(400, "This refund has ended.");
        var webhooks = refund["simulator"]?["webhooks"]?.GetValue<bool>() ?? true;
        if (good)
        {
            refund["status"] = "processed";
            bank.Tell("refund.processed", webhooks, ("refund", refund), ("payment", payment));
        }
        else
        {
            Fail(refund, payment, webhooks);
        }

        await bank.SaveAsync(payment, token);
        await bank.SaveAsync(refund, token);
        return refund;
    }, cancel);

    internal Task<JsonObject> CreateCustomerAsync(JsonObject body, CancellationToken cancel) => bank.ChangeAsync(async token =>
    {
        var email = Text(body, "email");
        if (email is not null && (await bank.ListAsync("customer", null, email, token)).FirstOrDefault() is { } known)
            return Text(body, "fail_existing") == "0" ? known : throw new SimulatedError(400, "Customer already exists for the merchant", "email");
        return bank.Add("customer", new JsonObject
        {
            ["id"] = SimulatedBank.NewId("cust"), ["entity"] = "customer", ["name"] = Text(body, "name"), ["email"] = email, ["contact"] = Text(body, "contact"), ["gstin"] = null,
            ["notes"] = body["notes"]?.DeepClone() ?? new JsonArray(), ["created_at"] = bank.Now,
        }, null, email);
    }, cancel);

    private IEnumerable<SimulatedEvent> Capture(JsonObject order, JsonObject payment, bool webhooks)
    {
        var amount = payment["amount"]!.GetValue<long>();
        (payment["status"], payment["captured"], payment["fee"], payment["tax"]) = ("captured", true, amount / 50, amount / 50 * 18 / 118);
        (order["status"], order["amount_paid"], order["amount_due"]) = ("paid", amount, 0);
        return [bank.Tell("payment.captured", webhooks, ("payment", payment)), bank.Tell("order.paid", webhooks, ("payment", payment), ("order", order))];
    }

    private void Fail(JsonObject refund, JsonObject payment, bool webhooks)
    {
        refund["status"] = "failed";
        Book(payment, -refund["amount"]!.GetValue<long>());
        bank.Tell("refund.failed", webhooks, ("refund", refund), ("payment", payment));
    }

    private static void Book(JsonObject payment, long refund)
    {
        var (all, back) = (payment["amount"]!.GetValue<long>(), payment["amount_refunded"]!.GetValue<long>() + refund);
        payment["amount_refunded"] = back;
        payment["refund_status"] = back == 0 ? null : back == all ? "full" : "partial";
        payment["status"] = back == all ? "refunded" : "captured";
    }

    private JsonObject NewPayment(JsonObject order, string method, string? customerId) => new()
    {
        ["id"] = SimulatedBank.NewId("pay"), ["entity"] = "payment", ["amount"] = order["amount"]!.GetValue<long>(), ["currency"] = Text(order, "currency"), ["status"] = "created",
        ["order_id"] = Text(order, "id"), ["invoice_id"] = null, ["international"] = false, ["method"] = method, ["amount_refunded"] = 0L, ["refund_status"] = null, ["captured"] = false,
        ["description"] = null, ["card_id"] = null, ["bank"] = null, ["wallet"] = null, ["vpa"] = method == "upi" ? "success@razorpay" : null, ["email"] = "void@razorpay.com",
        ["contact"] = "+919999999999", ["customer_id"] = customerId, ["token_id"] = null, ["notes"] = new JsonArray(), ["fee"] = null, ["tax"] = null, ["error_code"] = null,
        ["error_description"] = null, ["error_source"] = null, ["error_step"] = null, ["error_reason"] = null, ["acquirer_data"] = new JsonObject(), ["created_at"] = bank.Now,
    };

    private string NewToken(string customerId)
    {
        var token = bank.Add("token", new JsonObject
        {
            ["id"] = SimulatedBank.NewId("token"), ["entity"] = "token", ["token"] = SimulatedBank.NewId("t"), ["bank"] = null, ["wallet"] = null, ["method"] = "card",
            ["card"] = new JsonObject
            {
                ["entity"] = "card", ["name"] = "", ["last4"] = "1111", ["network"] = "Visa", ["type"] = "credit", ["issuer"] = "SIMU", ["international"] = false,
                ["expiry_month"] = 12, ["expiry_year"] = 2035,
            },
            ["recurring"] = false, ["used_at"] = bank.Now, ["created_at"] = bank.Now, ["compliant_with_tokenisation_guidelines"] = true,
        }, customerId);
        return Text(token, "id")!;
    }

    private static long Amount(JsonObject body, string tooSmall)
    {
        if (body["amount"] is not JsonValue value || value.GetValueKind() != JsonValueKind.Number || !value.TryGetValue<long>(out var amount))
            throw new SimulatedError(400, "The amount must be an integer.", "amount");
        return amount >= 100 ? amount : throw new SimulatedError(400, tooSmall, "amount");
    }

    private static string Currency(JsonObject body) => Text(body, "currency") is { Length: 3 } currency ? currency : throw new SimulatedError(400, "The currency field is required.", "currency");

    private static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex("^[A-Za-z0-9_-]{10,200}$")]
    private static partial Regex KeyPattern();
}
