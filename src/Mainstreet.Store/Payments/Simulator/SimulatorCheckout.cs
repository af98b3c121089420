using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Payments.Simulator;

/// <summary>
/// The simulated provider's hosted checkout: shows what is to be paid, takes no card, and comes back as the real one does, by a form posted to the callback. The post is made
/// from here instead of from the browser, whose cookie would need a token that the provider cannot know.
/// </summary>
internal static class SimulatorCheckout
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/checkout/embedded", ShowAsync);
        routes.MapPost("/v1/checkout/done", DoneAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, SimulatedBank bank, PaymentProviders providers)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["key_id"] != providers.Account!.KeyId) return Results.Json(new SimulatedError(401, "The api key provided is invalid").Envelope(), statusCode: 401);
        try
        {
            var order = await bank.GetAsync("order", form["order_id"].ToString(), http.RequestAborted);
            return new RazorComponentResult<SimulatorCheckoutPage>(new Dictionary<string, object?>
            {
                [nameof(SimulatorCheckoutPage.Amount)] = $"{order["amount"]!.GetValue<long>() / 100m:0.00} {order["currency"]!.GetValue<string>()}",
                [nameof(SimulatorCheckoutPage.Fields)] = form.Where(f => f.Key is "key_id" or "order_id" or "method" or "callback_url" or "cancel_url" or "customer_id" or "save")
                    .Select(f => KeyValuePair.Create(f.Key, f.Value.ToString())).ToList(),
            });
        }
        catch (SimulatedError error)
        {
            return Results.Json(error.Envelope(), statusCode: error.Status);
        }
    }

    private static async Task<IResult> DoneAsync(HttpContext http, SimulatedRazorpay razorpay, PaymentProviders providers, SimulatorWake wake)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (outcome, orderId) = (form["outcome"].ToString(), form["order_id"].ToString());
        if (outcome == "cancel") return new SeeOther(LocalPath(form["cancel_url"]));
        try
        {
            var paid = await razorpay.PayAsync(orderId, new SimulatedPay(
                outcome, form["method"] == "upi" ? "upi" : "card", null, RazorpaySignatures.IsId(form["customer_id"]) ? form["customer_id"].ToString() : null, form["save"] == "1"), http.RequestAborted);
            wake.Raise();
            var fields = new Dictionary<string, string>();
            if (outcome == "failed")
            {
                fields["error[code]"] = "BAD_REQUEST_ERROR";
                fields["error[metadata]"] = $$"""{"order_id":"{{orderId}}","payment_id":"{{paid.Payment["id"]!.GetValue<string>()}}"}""";
            }
            else
            {
                var answer = SimulatorRoutes.Answer(providers.Account!, paid);
                foreach (var name in new[] { "razorpay_payment_id", "razorpay_order_id", "razorpay_signature" }) fields[name] = answer[name]!.GetValue<string>();
            }

            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            using var body = new FormUrlEncodedContent(fields);
            using var back = await client.PostAsync(new Uri(providers.OwnAddress(), LocalPath(form["callback_url"])), body, http.RequestAborted);
            return new SeeOther(back.Headers.Location is { } location ? LocalPath(location.OriginalString) : LocalPath(form["cancel_url"]));
        }
        catch (SimulatedError error)
        {
            return Results.Json(error.Envelope(), statusCode: error.Status);
        }
    }

    // Only ever to this program itself, whatever the form says.
    private static string LocalPath(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url!.PathAndQuery
        : address is ['/', not ('/' or '\\'), ..] ? address : "/shop";
}
