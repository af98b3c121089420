using System.Net;

using Mainstreet.Foundation.Outbound;
using Mainstreet.Store.Payments.Razorpay;

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>The provider that the settings name, if any.</summary>
internal sealed class PaymentProviders
{
    /// <summary>Settings and metrics of the calls.</summary>
    internal const string HttpSection = "Store:Payments:Razorpay:Http";

    private readonly IServiceProvider _services;

    public PaymentProviders(IServiceProvider services, IOptions<PaymentsOptions> options, IHostEnvironment environment)
    {
        _services = services;
        var (settings, kind) = (options.Value.Razorpay, options.Value.Effective(environment.IsDevelopment()));
        if (kind == PaymentProviderKind.None) return;
        var simulated = kind == PaymentProviderKind.Simulator;
        var address = settings.Url is { } url ? Slashed(new Uri(url)) : simulated ? null : new Uri("https://api.razorpay.com/");
        Account = new RazorpayAccount(
            settings.KeyId ?? RazorpayOptions.SimulatedKeyId, settings.KeySecret ?? RazorpayOptions.SimulatedSecret,
            [.. new[] { settings.WebhookSecret ?? (simulated ? RazorpayOptions.SimulatedSecret : null), settings.PreviousWebhookSecret }.OfType<string>()],
            settings.UpiContact ?? (simulated ? "+910000000000" : null), () => address ?? new Uri(OwnAddress(), "simulator/razorpay/"));
        Current = new RazorpayProvider(simulated ? "simulator" : "razorpay", Account, services.GetRequiredKeyedService<OutboundPipeline>(HttpSection));
        Simulated = simulated;
    }

    /// <summary>Null: nobody takes online payments here.</summary>
    internal IPaymentProvider? Current { get; }

    /// <summary>Keys and secrets of <see cref="Current"/>.</summary>
    internal RazorpayAccount? Account { get; }

    internal bool Simulated { get; }

    /// <summary>Where this process listens, as it reaches itself.</summary>
    /// <exception cref="InvalidOperationException">It does not listen (yet).</exception>
    internal Uri OwnAddress()
    {
        var addresses = _services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var text = addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("This process does not listen; set Store:Payments:Razorpay:Url to the one that plays the provider.");
        // http://*:8080 and http://+:8080 are no addresses to call, [::] and 0.0.0.0 none that answer everywhere.
        var url = new Uri(text.Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal));
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(url) { Host = "127.0.0.1" }.Uri : url;
    }

    private static Uri Slashed(Uri url) => url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
}
