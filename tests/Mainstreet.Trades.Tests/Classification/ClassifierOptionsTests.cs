using Mainstreet.Trades.Classification;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Classification;

[Trait("kind", "unit")]
public sealed class ClassifierOptionsTests
{
    [Fact]
    public void No_settings_mean_offline()
    {
        var options = Read();
        options.UsesModel.ShouldBeFalse();
        options.Timeout.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("Provider", "skynet")]
    [InlineData("Endpoint", "not an address")]
    [InlineData("Timeout", "00:02:00")]
    [InlineData("Timeout", "00:00:00")]
    [InlineData("MinimumConfidence", "1.5")]
    [InlineData("ModelAccuracy", "0")]
    [InlineData("MaximumAnswerTokens", "0")]
    [InlineData("FailuresBeforeBreak", "0")]
    [InlineData("Break", "00:00:00")]
    public void A_setting_out_of_range_is_refused_by_name(string name, string value) =>
        Should.Throw<OptionsValidationException>(() => Read((name, value))).Message.ShouldContain(name);

    [Fact]
    public void A_provider_needs_a_model_and_a_key_and_both_are_told_at_once()
    {
        var failures = Should.Throw<OptionsValidationException>(() => Read(("Provider", "openai"))).Message;
        failures.ShouldContain("Model");
        failures.ShouldContain("ApiKey");
    }

    [Fact]
    public void A_compatible_server_may_do_without_a_key() =>
        Read(("Provider", "openai"), ("Model", "m"), ("Endpoint", "http://127.0.0.1:11434/v1")).UsesModel.ShouldBeTrue();

    [Fact]
    public void A_refused_setting_does_not_print_the_key() =>
        Should.Throw<OptionsValidationException>(() => Read(("Provider", "openai"), ("ApiKey", "s3cret")))
            .Message.ShouldNotContain("s3cret");

    private static ClassifierOptions Read(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create($"{ClassifierOptions.Section}:{s.Name}", (string?)s.Value))).Build();
        using var services = new ServiceCollection().AddClassification(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<ClassifierOptions>>().Value;
    }
}
