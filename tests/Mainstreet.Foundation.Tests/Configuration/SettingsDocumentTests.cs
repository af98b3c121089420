using System.Text.Json;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>What is written about settings is what the program reads.</summary>
[Trait("kind", "unit")]
public sealed class SettingsDocumentTests
{
    [Theory]
    [InlineData("markdown", "docs/operations/settings.md")]
    [InlineData("env", ".env.example")]
    public async Task The_committed_file_is_what_the_program_writes(string format, string path)
    {
        var (code, output, error) = await CommandLine.RunAsync("config", "docs", "--format", format);
        code.ShouldBe(0, error);
        var committed = await File.ReadAllTextAsync(CommandLine.InRepository(path), TestContext.Current.CancellationToken);
        committed.ShouldBe(output, $"write it anew: mainstreet config docs --format {format} > {path}");
    }

    [Fact]
    public async Task Every_setting_has_a_description_a_type_and_a_name_of_its_own()
    {
        var entries = await EntriesAsync();
        entries.Count.ShouldBeGreaterThan(100);
        entries.Where(e => e.Description is null or { Length: < 10 }).Select(e => e.Key).ShouldBeEmpty("these have no documentation comment");
        entries.ShouldAllBe(e => e.Type.Length > 0);
        entries.Select(e => e.Environment).ShouldBeUnique();
        entries.Where(e => e.Secret).ShouldAllBe(e => e.Default == null);
        new[] { "Database:ConnectionString", "Broker:Uri", "Trades:Classifier:ApiKey", "Careers:Model:ApiKey", "Studio:Assistant:Providers:{n}:ApiKey" }
            .ShouldBeSubsetOf(entries.Where(e => e.Secret).Select(e => e.Key));
        new[] { "Features:StoreOrders", "Web:Burst", "Requests:SlowMilliseconds", "Health:JobBacklog", "Logging:LogLevel:{category}" }
            .ShouldBeSubsetOf(entries.Where(e => e.Reloads).Select(e => e.Key));
        entries.ShouldContain(e => e.Key == "Web:Burst" && e.Environment == "Web__Burst" && e.Default == "2000" && e.Bounds == "1 to 1000000");
        entries.ShouldContain(e => e.Key == "Events:FirstRetry" && e.Default == "00:00:00.5" && e.Bounds == "00:00:00.001 to 01:00:00" && e.Unit == "d.hh:mm:ss");
    }

    [Fact]
    public async Task No_word_for_a_secret_stands_in_a_setting_that_is_printed()
    {
        var open = (await EntriesAsync()).Where(e => !e.Secret && e.Type == "text").Select(e => e.Key.Split(':')[^1]);
        open.ShouldNotContain(name => name.EndsWith("Key", StringComparison.Ordinal) || name.EndsWith("Password", StringComparison.Ordinal) || name.EndsWith("Secret", StringComparison.Ordinal) || name.EndsWith("Token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_line_of_the_example_is_read_and_every_default_is_accepted()
    {
        var lines = (await File.ReadAllLinesAsync(CommandLine.InRepository(".env.example"), TestContext.Current.CancellationToken)).Where(l => l.Length > 0).ToList();
        lines.ShouldAllBe(l => l.StartsWith('#'));
        var given = lines.Where(l => l.StartsWith('#') && l.Length > 1 && char.IsAsciiLetter(l[1]) && l.Contains('=')).Select(l => l[1..].Split('=', 2)).ToList();
        given.Count.ShouldBe((await EntriesAsync()).Count + 1, "and ASPNETCORE_ENVIRONMENT");
        var settings = given.Where(p => p[1].Length > 0 && p[0] != "ASPNETCORE_ENVIRONMENT" && !p[0].Contains("__0__")).Select(p => $"--{p[0].Replace("__", ":")}={p[1]}");
        var (code, output, error) = await CommandLine.RunAsync(["config", "check", "--json", "--environment=Development", .. settings]);
        code.ShouldBe(0, output + error);
        JsonDocument.Parse(output).RootElement.GetProperty("warnings").GetArrayLength().ShouldBe(0, output);
    }

    private sealed record Entry(string Key, string Environment, string Type, string? Default, string? Bounds, string? Unit, bool Secret, bool Reloads, string? Description);

    private static async Task<List<Entry>> EntriesAsync()
    {
        var (code, output, error) = await CommandLine.RunAsync("config", "docs", "--format", "json");
        code.ShouldBe(0, error);
        return JsonSerializer.Deserialize<List<Entry>>(output, JsonSerializerOptions.Web)!;
    }
}
