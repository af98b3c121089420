using Mainstreet.Foundation.Configuration;

using Microsoft.Extensions.Configuration;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

[Trait("kind", "unit")]
public sealed class SecretFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mainstreet-secrets-");

    [Theory]
    [InlineData("Host=db;Password=abc", "Host=db;Password=abc")]
    [InlineData("abc\n", "abc")]
    [InlineData("abc\r\n\n", "abc")]
    [InlineData(" a b \n", " a b ")]
    [InlineData("first\nsecond\n", "first\nsecond")]
    public void A_setting_is_the_files_text_without_line_breaks_at_its_end(string text, string expected) =>
        Read(("Database__ConnectionString_FILE", Write(text)))["Database:ConnectionString"].ShouldBe(expected);

    [Fact]
    public void A_file_wins_over_what_came_before_and_the_command_line_over_it()
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Broker:Uri"] = "plain", ["Broker:Exchange"] = "plain" });
        configuration.AddCommandLine(["--Broker:Exchange=said"]);
        configuration.AddSecretFiles(new Dictionary<string, string> { ["Broker__Uri_FILE"] = Write("filed"), ["Broker__Exchange_FILE"] = Write("filed") });
        configuration["Broker:Uri"].ShouldBe("filed");
        configuration["Broker:Exchange"].ShouldBe("said");
    }

    [Fact]
    public void Lists_and_deeper_sections_can_be_given_too() =>
        Read(("Occasions__Providers__0__Secret_FILE", Write("abc")))["Occasions:Providers:0:Secret"].ShouldBe("abc");

    [Theory]
    [InlineData("SSL_CERT_FILE")]
    [InlineData("Database__ConnectionString")]
    [InlineData("Database__ConnectionString_file")]
    public void Variables_of_other_programs_and_plain_ones_are_left_alone(string name) => Read((name, "/there/is/no/such/file")).AsEnumerable().ShouldBeEmpty();

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_its_variable()
    {
        var failure = Should.Throw<InvalidDataException>(() => Read(("Broker__Uri_FILE", "/there/is/no/such/file")));
        failure.Message.ShouldContain("Broker__Uri_FILE");
        failure.Message.ShouldContain("/there/is/no/such/file");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void An_empty_file_is_no_secret(string text) =>
        Should.Throw<InvalidDataException>(() => Read(("Broker__Uri_FILE", Write(text)))).Message.ShouldContain("is empty");

    [Fact]
    public void The_variable_itself_is_a_known_setting_only_when_its_setting_is_given()
    {
        var configuration = Read(("Broker__Uri_FILE", Write("abc")));
        SecretFiles.Names(configuration, "Broker:Uri_FILE").ShouldBeTrue();
        SecretFiles.Names(configuration, "Broker:Url_FILE").ShouldBeFalse();
        SecretFiles.Names(configuration, "Broker:Uri").ShouldBeFalse();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static ConfigurationManager Read(params (string Name, string Value)[] variables)
    {
        var configuration = new ConfigurationManager();
        configuration.AddSecretFiles(variables.ToDictionary(v => v.Name, v => v.Value));
        return configuration;
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder.FullName, Guid.CreateVersion7().ToString("N"));
        File.WriteAllText(file, text);
        return file;
    }
}
