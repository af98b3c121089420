using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>Who takes online payments.</summary>
public enum PaymentProviderKind
{
    /// <summary>Razorpay itself.</summary>
    Razorpay,

    /// <summary>The built-in double that speaks Razorpay's API. Development only.</summary>
    Simulator,

    /// <summary>Nobody: cash on delivery only.</summary>
    None,
}

/// <summary>Payments. Section <c>Store:Payments</c>.</summary>
public sealed class PaymentsOptions
{
    /// <summary><c>razorpay</c>, <c>simulator</c> (Development only) or <c>none</c>. Default: <c>simulator</c> in Development, else <c>none</c>.</summary>
    public PaymentProviderKind? Provider { get; set; }

    public RazorpayOptions Razorpay { get; set; } = new();

    /// <summary>How long a payment may be without news before the provider is asked, in seconds; doubles with its age. Default 120.</summary>
    [Range(1, 86_400)]
    public int ReconcileAfterSeconds { get; set; } = 120;

    /// <summary>How long after its beginning money is still looked for, in days: banks are late for up to five. Default 6.</summary>
    [Range(1, 60)]
    public int ReconcileDays { get; set; } = 6;

    /// <summary>How often the worker looks for payments and refunds that are due, in milliseconds. Default 1,000.</summary>
    [Range(20, 60_000)]
    public int PollMilliseconds { get; set; } = 1_000;

    /// <summary>How long what a dead process had begun stays with it, in seconds: at least four times the deadline of the provider's calls. Default 120.</summary>
    [Range(1, 3_600)]
    public int LeaseSeconds { get; set; } = 120;

    /// <summary>Payments and refunds that one process works on at once. Default 8.</summary>
    [Range(1, 100)]
    public int Parallelism { get; set; } = 8;

    /// <summary>How long what was told about payments is kept, in days: the provider repeats events for 15. Default 60.</summary>
    [Range(16, 3_650)]
    public int KeepSignalsDays { get; set; } = 60;

    internal PaymentProviderKind Effective(bool development) => Provider ?? (development ? PaymentProviderKind.Simulator : PaymentProviderKind.None);
}

/// <summary>An account at Razorpay.</summary>
public sealed class RazorpayOptions
{
    /// <summary>What the simulator believes when nothing is set.</summary>
    internal const string SimulatedKeyId = "rzp_test_simulator";
    internal const string SimulatedSecret = "simulated-secret-of-development";

    /// <summary>Public half of the API key, <c>rzp_live_...</c> or <c>rzp_test_...</c>.</summary>
    [RegularExpression("^rzp_(live|test)_[A-Za-z0-9]{1,60}$", ErrorMessage = "must be a Razorpay key id: rzp_live_... or rzp_test_...")]
    public string? KeyId { get; set; }

    /// <summary>Secret half of the API key; signs checkouts.</summary>
    [Secret, MinLength(8)]
    public string? KeySecret { get; set; }

    /// <summary>Signs webhooks.</summary>
    [Secret, MinLength(6)]
    public string? WebhookSecret { get; set; }

    /// <summary>The one before, which repetitions of older events are still signed with.</summary>
    [Secret, MinLength(6)]
    public string? PreviousWebhookSecret { get; set; }

    /// <summary>Base address of the API. Default <c>https://api.razorpay.com</c>; of the simulator its own routes in this process.</summary>
    [Url]
    public string? Url { get; set; }

    /// <summary>Where Razorpay sends the customer's browser back to, as the browser sees this server: <c>https://shop.example</c>. Default: the address of the request.</summary>
    [Url]
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Phone number that Razorpay's route for UPI links wants with each payment; orders ask for none, so the shop's own. Default: none, and UPI is paid on
    /// Razorpay's page only. The route must be switched on by Razorpay.
    /// </summary>
    [RegularExpression(@"^\+[0-9]{8,15}$", ErrorMessage = "must be a phone number such as +919000090000")]
    public string? UpiContact { get; set; }

    /// <summary>Where the simulator sends its webhooks, as it sees this server. Default: this process.</summary>
    [Url]
    public string? SimulatorWebhookUrl { get; set; }

    /// <summary>Time-outs, retries and breaker of the calls.</summary>
    public OutboundOptions Http { get; set; } = new();
}

/// <summary>What the annotations cannot know: what the provider needs, and where it may be used.</summary>
internal sealed class PaymentsOptionsCheck(bool development) : IValidateOptions<PaymentsOptions>
{
    internal const string Section = "Store:Payments";

    public ValidateOptionsResult Validate(string? name, PaymentsOptions options)
    {
        if (name != Options.DefaultName) return ValidateOptionsResult.Skip;
        var failures = new List<string>();
        var provider = options.Effective(development);
        if (provider == PaymentProviderKind.Simulator && !development)
            failures.Add($"{Section}:Provider must not be simulator outside Development: it takes no real money");
        if (provider == PaymentProviderKind.Razorpay)
        {
            foreach (var (key, value) in new[]
                { ("KeyId", options.Razorpay.KeyId), ("KeySecret", options.Razorpay.KeySecret), ("WebhookSecret", options.Razorpay.WebhookSecret) })
            {
                if (string.IsNullOrEmpty(value)) failures.Add($"{Section}:Razorpay:{key} must be set for the provider razorpay");
            }
        }

        // Making an order at the provider takes four calls at most, and none of them may still run when somebody else begins: there would be two.
        if (provider != PaymentProviderKind.None && options.LeaseSeconds < 4 * options.Razorpay.Http.DeadlineSeconds)
            failures.Add($"{Section}:LeaseSeconds must be at least four times {Section}:Razorpay:Http:DeadlineSeconds ({options.Razorpay.Http.DeadlineSeconds})");

        if (!development)
        {
            foreach (var (key, value) in new[] { ("Url", options.Razorpay.Url), ("PublicUrl", options.Razorpay.PublicUrl) })
            {
                if (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == "http" && !url.IsLoopback)
                    failures.Add($"{Section}:Razorpay:{key} must begin with https:// outside Development");
            }
        }

        if (options.Razorpay.Http.Url is not null) failures.Add($"{Section}:Razorpay:Http:Url must not be set: the address is {Section}:Razorpay:Url");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
