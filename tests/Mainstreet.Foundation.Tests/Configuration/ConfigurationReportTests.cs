using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

[Trait("kind", "unit")]
public sealed class ConfigurationReportTests : IDisposable
{
    private const string Prefix = "MAINSTREET_REPORT_TESTS_";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mainstreet-{Guid.CreateVersion7():N}.json");

    public enum Colour
    {
        Red,
        Green,
    }

    public sealed class ShopOptions : IValidatableObject
    {
        [Required, RegularExpression("^(a|b)$", ErrorMessage = "must be 'a' or 'b'")]
        public string Kind { get; set; } = "a";

        [Range(1, 10)]
        public int Tills { get; set; } = 2;

        public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(1);

        public Colour Paint { get; set; }

        [Url]
        public string? Site { get; set; }

        [Secret, MinLength(8)]
        public string? Key { get; set; }

        public string[] Aisles { get; set; } = [];

        public DoorOptions Door { get; set; } = new();

        public Dictionary<string, DoorOptions> SideDoors { get; set; } = [];

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Tills == 7) yield return new ValidationResult("must not be seven", [nameof(Tills)]);
        }
    }

    public sealed class DoorOptions
    {
        [Range(1, 5)]
        public double Metres { get; set; } = 2;

        [Secret]
        public int Code { get; set; }
    }

    public sealed class KitchenOptions
    {
        [Required]
        public string? Cook { get; set; }
    }

    public void Dispose()
    {
        File.Delete(_file);
        Environment.SetEnvironmentVariable(Prefix + "Shop__Tills", null);
        Environment.SetEnvironmentVariable(Prefix + "Shpo__Tills", null);
    }

    [Fact]
    public void All_errors_of_all_classes_come_at_once_with_name_source_and_expectation()
    {
        File.WriteAllText(_file, """{ "Shop": { "Kind": "c", "Door": { "Metres": 9 }, "SideDoors": { "north": { "Metres": 0 } } } }""");
        Environment.SetEnvironmentVariable(Prefix + "Shop__Tills", "many");
        var report = Check("--Shop:Pause=soon", "--Shop:Paint=blue", "--Shop:Site=nowhere", "--Shop:Door:Code=x1");

        Lines(report).ShouldBe(
        [
            "The configuration has 9 errors:",
            "  Kitchen:Cook (Kitchen__Cook), default: must be set",
            "  Shop:Door:Code (Shop__Door__Code) = (secret), command line --Shop:Door:Code: must be a whole number from -2147483648 to 2147483647",
            $"  Shop:Door:Metres (Shop__Door__Metres) = '9', {Path.GetFileName(_file)}: must be between 1 and 5",
            $"  Shop:Kind (Shop__Kind) = 'c', {Path.GetFileName(_file)}: must be 'a' or 'b'",
            "  Shop:Paint (Shop__Paint) = 'blue', command line --Shop:Paint: must be one of red, green",
            "  Shop:Pause (Shop__Pause) = 'soon', command line --Shop:Pause: must be a duration such as 00:00:30",
            $"  Shop:SideDoors:north:Metres (Shop__SideDoors__north__Metres) = '0', {Path.GetFileName(_file)}: must be between 1 and 5",
            "  Shop:Site (Shop__Site) = 'nowhere', command line --Shop:Site: must be an absolute http or https address",
            $"  Shop:Tills (Shop__Tills) = 'many', environment variable {Prefix}Shop__Tills: must be a whole number between 1 and 10",
        ], report.Render());
    }

    [Fact]
    public void A_later_source_wins_and_is_the_one_that_is_named()
    {
        File.WriteAllText(_file, """{ "Shop": { "Tills": 3 } }""");
        Environment.SetEnvironmentVariable(Prefix + "Shop__Tills", "99");
        var error = Check("--Kitchen:Cook=Ann").Errors.ShouldHaveSingleItem();
        error.Source.ShouldBe(new SettingSource(SettingOrigin.Environment, $"environment variable {Prefix}Shop__Tills"));
        error.Message.ShouldBe("must be between 1 and 10");
    }

    [Fact]
    public void A_number_out_of_type_names_the_range_that_is_allowed() =>
        Check("--Kitchen:Cook=Ann", "--Shop:Tills=1e99").Errors.ShouldHaveSingleItem().Message.ShouldBe("must be a whole number between 1 and 10");

    [Fact]
    public void Secrets_are_named_but_never_printed()
    {
        var report = Check("--Kitchen:Cook=Ann", "--Shop:Key=hunter2", "--Shop:Door:Code=4711", "--Shop:Tills=99");
        var text = report.Render() + string.Join('\n', report.Settings) + string.Join('\n', report.Errors);
        text.ShouldNotContain("hunter2");
        text.ShouldNotContain("4711");
        report.Errors.Select(e => e.Key).ShouldBe(["Shop:Key", "Shop:Tills"]);
        report.Settings.Single(s => s.Key == "Shop:Key").ShouldSatisfyAllConditions(s => s.Secret.ShouldBeTrue(), s => s.Set.ShouldBeTrue(), s => s.Value.ShouldBeNull());
    }

    [Fact]
    public void A_validator_that_quotes_a_secret_is_scrubbed()
    {
        var report = Check(services => services.AddSingleton<IValidateOptions<ShopOptions>>(
            new ValidateOptions<ShopOptions>(null, o => false, "Shop:Key is wrong: 'open sesame'")), "--Kitchen:Cook=Ann", "--Shop:Key=open sesame");
        report.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Key.ShouldBe("Shop:Key"), e => e.Message.ShouldBe("is wrong: '(secret)'"), e => e.Value.ShouldBeNull());
    }

    [Fact]
    public void A_class_may_judge_itself_and_others_may_judge_it()
    {
        var report = Check(services => services.AddSingleton<IValidateOptions<KitchenOptions>>(
            new ValidateOptions<KitchenOptions>(null, o => o.Cook != "Bob", "Bob is on leave")), "--Kitchen:Cook=Bob", "--Shop:Tills=7");
        report.Errors.Select(e => (e.Key, e.Message)).ShouldBe([("Kitchen", "Bob is on leave"), ("Shop:Tills", "must not be seven")]);
    }

    [Fact]
    public void What_nothing_reads_is_warned_of_with_the_nearest_name()
    {
        Environment.SetEnvironmentVariable(Prefix + "Shpo__Tills", "3");
        var report = Check("--Kitchen:Cook=Ann", "--Shop:Tils=3", "--Shop:Door:Colour=red", "--Shop:Kind:Sub=1", "--Elsewhere=1", "--Logging:LogLevel:Default=Warning");
        report.Errors.ShouldBeEmpty();
        report.Warnings.Select(w => (w.Key, w.Nearest)).ShouldBe(
        [
            ("Elsewhere", null), ("Shop:Door:Colour", null), ("Shop:Kind:Sub", "Shop:Kind"), ("Shop:Tils", "Shop:Tills"), ("Shpo:Tills", "Shop:Tills"),
        ]);
    }

    [Fact]
    public void A_list_given_as_a_value_and_a_section_given_as_a_value_are_errors()
    {
        var report = Check("--Kitchen:Cook=Ann", "--Shop:Aisles=a,b", "--Shop:Door=open");
        report.Errors.Select(e => (e.Key, e.Message)).ShouldBe(
            [("Shop:Aisles", "is a list: set Shop:Aisles:0, Shop:Aisles:1 and so on"), ("Shop:Door", "is a section and takes no value of its own")]);
    }

    [Fact]
    public async Task A_host_does_not_start_on_a_wrong_configuration()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Shop:Tills"] = "abc", ["Shop:Kind"] = "z" });
        builder.Services.AddValidatedOptions<ShopOptions>(builder.Configuration, "Shop");
        using var host = builder.Build();
        var refused = await Should.ThrowAsync<ConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        refused.Report.Errors.Select(e => e.Key).ShouldBe(["Shop:Kind", "Shop:Tills"]);
        Should.Throw<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<ShopOptions>>().Value)
            .Failures.ShouldContain("Shop:Tills must be a whole number between 1 and 10");
    }

    [Theory]
    [InlineData("Database", "Databse", 1)]
    [InlineData("Tills", "Tlils", 1)]
    [InlineData("Web", "", 3)]
    [InlineData("same", "same", 0)]
    public void Slips_are_counted(string a, string b, int slips)
    {
        NearestName.Distance(a, b).ShouldBe(slips);
        NearestName.Distance(b, a).ShouldBe(slips);
    }

    private ConfigurationReport Check(params string[] arguments) => Check(_ => { }, arguments);

    private ConfigurationReport Check(Action<IServiceCollection> add, params string[] arguments)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(_file, optional: true).AddEnvironmentVariables(Prefix).AddCommandLine(arguments).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddValidatedOptions<ShopOptions>(configuration, "Shop");
        services.AddValidatedOptions<KitchenOptions>(configuration, "Kitchen");
        services.AddValidatedOptions<KitchenOptions>(configuration, "Kitchen");
        add(services);
        using var provider = services.BuildServiceProvider();
        return ConfigurationReport.Check(provider);
    }

    private static List<string> Lines(ConfigurationReport report) =>
        [.. report.Render().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r'))];
}
