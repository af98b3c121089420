using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Outbound;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class ProviderOptionsTests
{
    public sealed class ShopOptions
    {
        public int Tills { get; set; } = 1;
    }

    [Fact]
    public void Providers_are_made_in_order_with_derived_names()
    {
        using var services = Build("Development",
            ("Shop:Providers:0:Url", "http://hooks.example/a"), ("Shop:Providers:1:Url", "https://hooks.example/b"),
            ("Shop:Providers:2:Kind", "smtp"), ("Shop:Providers:2:Url", "smtp://mail.example"), ("Shop:Providers:2:From", "Shop <hello@shop.example>"),
            ("Shop:Providers:3:Kind", "sms"), ("Shop:Providers:3:User", "AC1"), ("Shop:Providers:3:Password", "token"), ("Shop:Providers:3:From", "+15550001111"),
            ("Shop:Providers:4:Url", "https://hooks.example/c"), ("Shop:Providers:4:Name", "spare"), ("Shop:Providers:4:HonoursKeys", "false"), ("Shop:Providers:4:Concurrency", "7"));
        ConfigurationReport.Check(services).ShouldSatisfyAllConditions(r => r.Errors.ShouldBeEmpty(), r => r.Warnings.ShouldBeEmpty());
        var providers = services.GetRequiredService<IProviders>();
        providers.ShouldBeSameAs(services.GetRequiredKeyedService<IProviders>("Shop:Providers"));
        providers.All.Select(p => (p.Name, p.Channel, p.HonoursKeys)).ShouldBe(
            [("webhook1", "webhook", true), ("webhook2", "webhook", true), ("smtp1", "email", false), ("sms1", "sms", false), ("spare", "webhook", false)]);
        providers.For("webhook").Select(p => p.Name).ShouldBe(["webhook1", "webhook2", "spare"]);
        providers.For("pigeon").ShouldBeEmpty();
        providers.Find("spare")!.Concurrency.ShouldBe(7);
        providers.Find("none").ShouldBeNull();
    }

    [Fact]
    public void Every_error_names_its_setting_and_no_secret_is_shown()
    {
        using var services = Build("Production",
            ("Shop:Providers:0:Url", "http://hooks.example/a"), ("Shop:Providers:0:Secret", "short-secret"), ("Shop:Providers:0:TimeoutSeconds", "0"),
            ("Shop:Providers:2:Url", "http://127.0.0.1:1/"), ("Shop:Providers:2:Secret", "whsec_%%not-base64%%"), ("Shop:Providers:2:Breaker:FailureRatio", "2"),
            ("Shop:Providers:5:Kind", "pigeon"), ("Shop:Providers:5:Name", "webhook2"), ("Shop:Providers:5:Url", "https://user:hidden-word@hooks.example"),
            ("Shop:Providers:6:Kind", "smtp"), ("Shop:Providers:6:Url", "https://mail.example"), ("Shop:Providers:6:Password", "hidden-word"), ("Shop:Providers:6:RatePerSecond", "many"),
            ("Shop:Providers:7:Kind", "sms"), ("Shop:Providers:7:From", "+1555\r\nX"), ("Shop:Providers:7:ReceiptUrl", "http://street.example/r"), ("Shop:Providers:7:Tokn", "hidden-word"));
        var report = ConfigurationReport.Check(services);
        report.Errors.Select(e => $"{e.Key["Shop:Providers:".Length..]} {e.Message}").ShouldBe(
        [
            "0:Secret must have at least 16 characters or items",
            "0:TimeoutSeconds must be between 1 and 300",
            "0:Url must begin with https:// outside Development",
            "2:Breaker:FailureRatio must be between 0.01 and 1",
            "2:Secret must be Base64 after whsec_",
            "5:Kind must be one of webhook, smtp, sms",
            "5:Name must be unique: an earlier provider is 'webhook2' too",
            "5:Url must hold no user or password: set User and Password",
            "6:From must be an e-mail address, with or without a name before it",
            "6:RatePerSecond must be a number between 0 and 1000000",
            "6:Url must be set to an address that begins with smtp:// or smtps://",
            "6:User must be set beside Password",
            "7:From must hold no control characters",
            "7:Password must be the account's auth token",
            "7:ReceiptUrl must begin with https:// outside Development",
            "7:User must be the account's SID",
        ], report.Render());
        report.Warnings.Select(w => (w.Key, w.Nearest)).ShouldBe([("Shop:Providers:7:Tokn", "Shop:Providers:7:Token")]);
        var text = report.Render() + string.Join('\n', report.Settings) + string.Join('\n', report.Errors);
        foreach (var word in new[] { "hidden-word", "short-secret", "not-base64" }) text.ShouldNotContain(word);
        report.Settings.ShouldContain(s => s.Key == "Shop:Providers:6:Password" && s.Secret && s.Set);
    }

    [Fact]
    public void An_empty_list_is_shown_and_fine()
    {
        using var services = Build("Production");
        var report = ConfigurationReport.Check(services);
        report.Ok.ShouldBeTrue();
        report.Settings.ShouldContain(s => s.Key == "Shop:Providers" && !s.Set);
        services.GetRequiredService<IProviders>().All.ShouldBeEmpty();
    }

    [Fact]
    public void Two_modules_have_lists_of_their_own()
    {
        using var services = Build("Development", builder => builder.AddProviders("Store:Providers"),
            ("Shop:Providers:0:Url", "http://a.example"), ("Store:Providers:0:Url", "http://b.example"), ("Store:Providers:1:Url", "http://c.example"));
        services.GetRequiredKeyedService<IProviders>("Shop:Providers").All.Count.ShouldBe(1);
        services.GetRequiredKeyedService<IProviders>("Store:Providers").All.Count.ShouldBe(2);
        Should.Throw<InvalidOperationException>(services.GetRequiredService<IProviders>).Message.ShouldContain("key");
        services.GetRequiredService<OutboundMetrics>().Circuits.Select(c => c.Service).Order().ShouldBe(["shop/webhook1", "store/webhook1", "store/webhook2"]);
        ConfigurationReport.Check(services).Warnings.ShouldBeEmpty();
    }

    private static ServiceProvider Build(string environment, params (string Key, string Value)[] settings) => Build(environment, _ => { }, settings);

    private static ServiceProvider Build(string environment, Action<ModuleBuilder> more, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        var services = new ServiceCollection().AddMetrics().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System);
        var builder = new ModuleBuilder(services, configuration, new Surroundings(environment));
        builder.AddOptions<ShopOptions>("Shop").AddProviders("Shop:Providers");
        more(builder);
        return services.BuildServiceProvider();
    }

    private sealed class Surroundings(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "test";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
