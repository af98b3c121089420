using Mainstreet.Foundation.Configuration;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "unit")]
public sealed class PaymentsOptionsTests
{
    [Fact]
    public void The_simulator_is_refused_in_production()
    {
        Errors("Production", ("Store:Payments:Provider", "simulator")).ShouldContain("Store:Payments:Provider");
        Errors("Staging", ("Store:Payments:Provider", "simulator")).ShouldContain("Store:Payments:Provider");
        Errors("Development", ("Store:Payments:Provider", "simulator")).ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_word_production_takes_no_online_payments_and_has_no_simulator()
    {
        Errors("Production").ShouldBeEmpty();
        using var host = MainstreetHost.Build(Arguments("Production"));
        var routes = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)host).DataSources.SelectMany(d => d.Endpoints).OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText!).ToList();
        routes.ShouldContain("/v1/payments/razorpay/webhook");
        routes.ShouldNotContain(r => r.Contains("simulator"));
    }

    [Fact]
    public void Razorpay_needs_its_keys_all_told_at_once()
    {
        var errors = Errors("Production", ("Store:Payments:Provider", "razorpay"), ("Store:Payments:Razorpay:Url", "http://api.example"), ("Store:Payments:Razorpay:Http:Url", "https://other.example"));
        foreach (var key in new[] { "KeyId", "KeySecret", "WebhookSecret", "Url", "Http:Url" }) errors.ShouldContain($"Store:Payments:Razorpay:{key}");
        Errors("Production", ("Store:Payments:Provider", "razorpay"), ("Store:Payments:Razorpay:KeyId", "rzp_live_abc"), ("Store:Payments:Razorpay:KeySecret", "vK3x9QpL2mZt7Wc1"),
            ("Store:Payments:Razorpay:WebhookSecret", "Jr8nYb4uGe6sHd0f")).ShouldBeEmpty();
    }

    [Fact]
    public void A_lease_outlives_the_calls_that_are_made_under_it()
    {
        Errors("Development", ("Store:Payments:LeaseSeconds", "119")).ShouldContain("Store:Payments:LeaseSeconds");
        Errors("Development", ("Store:Payments:LeaseSeconds", "20"), ("Store:Payments:Razorpay:Http:DeadlineSeconds", "5.1")).ShouldContain("Store:Payments:LeaseSeconds");
        Errors("Development", ("Store:Payments:LeaseSeconds", "20"), ("Store:Payments:Razorpay:Http:DeadlineSeconds", "5")).ShouldBeEmpty();
        // Who takes no online payments makes no calls.
        Errors("Production", ("Store:Payments:LeaseSeconds", "1")).ShouldBeEmpty();
    }

    [Fact]
    public void Secrets_are_not_printed()
    {
        var exception = Should.Throw<ConfigurationException>(() => MainstreetHost.Build(Arguments(
            "Production", ("Store:Payments:Provider", "razorpay"), ("Store:Payments:Razorpay:KeyId", "wrong"), ("Store:Payments:Razorpay:KeySecret", "hush-hush-hush"))));
        exception.Message.ShouldContain("Store:Payments:Razorpay:KeyId");
        exception.Message.ShouldNotContain("hush-hush-hush");
    }

    private static IReadOnlyList<string> Errors(string environment, params (string Key, string Value)[] settings)
    {
        try
        {
            using var host = MainstreetHost.Build(Arguments(environment, settings));
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Report.Errors.Select(e => e.Key)];
        }
    }

    private static string[] Arguments(string environment, params (string Key, string Value)[] settings) =>
    [
        $"--environment={environment}", "--Database:Provider=sqlite", $"--Data={Path.Combine(Path.GetTempPath(), "mainstreet-options")}", "--urls=http://127.0.0.1:0",
        .. settings.Select(s => $"--{s.Key}={s.Value}"),
    ];
}
