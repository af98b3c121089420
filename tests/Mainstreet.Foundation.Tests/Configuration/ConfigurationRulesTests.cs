using System.Text.Json;

using Mainstreet.Foundation.Configuration.Rules;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Configuration;

/// <summary>What Production refuses, Development lets pass, and what Staging may.</summary>
[Trait("kind", "unit")]
public sealed class ConfigurationRulesTests : IDisposable
{
    private const string Strong = "vK3x9QpL2mZt7Wc1Jr8n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mainstreet-rules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    // Secrets.
    [InlineData("Database:ConnectionString", "--Database:Provider=postgres", "--Database:ConnectionString=Host=db;Username=app;Password=development")]
    [InlineData("Database:ConnectionString", "--Database:Provider=postgres", "--Database:ConnectionString=Host=db;Username=app;Password=Mainstreet-demo-1")]
    [InlineData("Database:ConnectionString", "--Database:Provider=postgres", "--Database:ConnectionString=Host=db;Username=app;Password=hunter22")]
    [InlineData("Broker:Uri", "--Broker:Uri=amqp://guest:guest@rabbit:5672/")]
    [InlineData("Otlp:Headers", "--Otlp:Headers=x-key=changeme")]
    [InlineData("Occasions:Providers:0:Secret", "--Occasions:Providers:0:Url=https://hooks.example.com/g", "--Occasions:Providers:0:Secret=abcdefghijklmnopqrst")]
    [InlineData("Store:Payments:Razorpay:KeySecret", "--Store:Payments:Razorpay:KeySecret=simulated-secret-of-development")]
    // Transport.
    [InlineData("Database:ConnectionString", "--Database:Provider=postgres", "--Database:ConnectionString=Host=db.example.com;Username=app;Password=vK3x9QpL2mZt7Wc1Jr8n")]
    [InlineData("Broker:Uri", "--Broker:Uri=amqp://app:vK3x9QpL2mZt7Wc1Jr8n@broker.example.com:5672/")]
    [InlineData("Otlp:Endpoint", "--Otlp:Endpoint=http://collector.example.com:4317")]
    [InlineData("Careers:Model:Endpoint", "--Careers:Model:Endpoint=http://models.example.com/v1")]
    [InlineData("Studio:PublicUrl", "--Studio:PublicUrl=http://street.example")]
    [InlineData("Careers:Jobs:PublicUrl", "--Careers:Jobs:PublicUrl=http://street")]
    [InlineData("Studio:Sites:Address", "--Studio:Sites:Address=http://{site}.sites.example")]
    [InlineData("Web:CorsOrigins:0", "--Web:CorsOrigins:0=http://pages.example")]
    // Also inside a network of one's own: photos are people's.
    [InlineData("Files:S3:Endpoint", "--Files:Store=s3", "--Files:S3:Endpoint=http://minio:9000", "--Files:S3:Bucket=files", "--Files:S3:AccessKeyId=street", "--Files:S3:SecretAccessKey=vK3x9QpL2mZt7Wc1Jr8n")]
    [InlineData("Files:S3:SecretAccessKey", "--Files:Store=s3", "--Files:S3:Endpoint=https://minio", "--Files:S3:Bucket=files", "--Files:S3:AccessKeyId=street", "--Files:S3:SecretAccessKey=minioadmin")]
    // Real things.
    [InlineData("Seed", "--Seed=true")]
    [InlineData("Store:Payments:Provider", "--Store:Payments:Provider=simulator")]
    [InlineData("Occasions:Providers:0:Name", "--Occasions:Providers:0:Url=https://hooks.example.com/g", "--Occasions:Providers:0:Name=simulator")]
    // Doors.
    [InlineData("Web:TrustedProxies:0", "--Web:TrustedProxies:0=0.0.0.0/0")]
    [InlineData("Web:TrustedProxies:1", "--Web:TrustedProxies:0=10.0.0.0/8", "--Web:TrustedProxies:1=::/0")]
    [InlineData("Web:CorsOrigins:0", "--Web:CorsOrigins:0=*")]
    public async Task Production_and_Staging_refuse_what_Development_takes(string key, params string[] settings)
    {
        foreach (var environment in new[] { "Production", "Staging", "Elsewhere" })
        {
            var (code, errors, _) = await CheckAsync(environment, settings);
            code.ShouldBe(78, environment);
            errors.ShouldBe([key], ignoreOrder: false, environment);
        }

        (await CheckAsync("Development", settings)).ShouldSatisfyAllConditions(d => d.Code.ShouldBe(0), d => d.Errors.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("AllowedHosts", "--AllowedHosts=*")]
    [InlineData("Store:Payments:Razorpay:KeyId", "--Store:Payments:Razorpay:KeyId=rzp_test_abc123")]
    public async Task Staging_may_what_it_is_for(string key, params string[] settings)
    {
        (await CheckAsync("Production", settings)).Errors.ShouldBe([key]);
        (await CheckAsync("Staging", settings)).Errors.ShouldBeEmpty();
        (await CheckAsync("Development", settings)).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Metrics:Public", "--Metrics:Public=true")]
    [InlineData("Roles", "--Roles=web")]
    [InlineData("Broker:Uri", "--Broker:Uri=amqp://app:vK3x9QpL2mZt7Wc1Jr8n@rabbit:5672/")]
    [InlineData("Otlp:Endpoint", "--Otlp:Endpoint=http://collector:4317")]
    [InlineData("Broker:Uri", "--Database:Provider=postgres", "--Database:ConnectionString=Host=db;Username=app;Password=vK3x9QpL2mZt7Wc1Jr8n", "--Broker:Uri=amqp://guest:guest@127.0.0.1:5672/")]
    public async Task Production_warns_and_starts(string key, params string[] settings)
    {
        var (code, errors, warnings) = await CheckAsync("Production", settings);
        code.ShouldBe(0);
        errors.ShouldBeEmpty();
        warnings.ShouldBe([key]);
        (await CheckAsync("Development", settings)).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_production_as_it_should_be_is_accepted_without_a_word()
    {
        var (code, errors, warnings) = await CheckAsync("Production",
            "--Database:Provider=postgres", $"--Database:ConnectionString=Host=db.example.com;Username=app;Password={Strong};SSL Mode=VerifyFull", $"--Broker:Uri=amqps://app:{Strong}@broker.example.com/",
            "--AllowedHosts=street.example", "--Web:TrustedProxies:0=10.0.0.0/8", "--Store:Payments:Provider=razorpay", "--Store:Payments:Razorpay:KeyId=rzp_live_abc123",
            $"--Store:Payments:Razorpay:KeySecret={Strong}", $"--Store:Payments:Razorpay:WebhookSecret={Strong}x", "--Studio:PublicUrl=https://street.example", "--Urls=http://0.0.0.0:8080");
        errors.ShouldBeEmpty();
        warnings.ShouldBeEmpty();
        code.ShouldBe(0);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite, 78, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, 0, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, 0, false)]
    public async Task A_file_with_a_secret_is_nobody_elses(UnixFileMode mode, int code, bool warns)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are of Unix.");
            return;
        }

        var file = await SecretFileAsync(_folder, mode);
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var production = await CheckAsync("Production", $"--SettingsFile={file}");
        production.Code.ShouldBe(code);
        // In a container nobody else is there to read it.
        var alone = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";
        production.Warnings.ShouldBe(warns && !alone ? new[] { "Otlp:Headers" } : [], ignoreOrder: false);
        (await CheckAsync("Development", $"--SettingsFile={file}")).ShouldSatisfyAllConditions(d => d.Code.ShouldBe(0), d => d.Warnings.ShouldBeEmpty());

        // Nobody else gets that far.
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await CheckAsync("Production", $"--SettingsFile={file}")).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_in_the_data_folder_would_go_into_its_backups()
    {
        var file = await SecretFileAsync(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await CheckAsync("Production", $"--SettingsFile={file}", $"--Data={_folder.FullName}")).Errors.ShouldBe(["Otlp:Headers"]);
        (await CheckAsync("Development", $"--SettingsFile={file}", $"--Data={_folder.FullName}")).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("changeme")]
    [InlineData("ChangeMe123!")]
    [InlineData("P@ssw0rd")]
    [InlineData("mainstreet")]
    [InlineData("your-secret-here")]
    [InlineData("password-password-password")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("0123456789abcdef0123")]
    [InlineData("kT9w")]
    public void What_everybody_tries_first_is_weak(string secret) => SecretStrength.Weakness(secret).ShouldNotBeNull();

    [Theory]
    [InlineData("4f3c9a7be210d8866e51bb02c97fa3d4")]
    [InlineData("vK3x9QpL2mZt")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("correct horse battery staple")]
    public void What_was_drawn_is_not(string secret) => SecretStrength.Weakness(secret).ShouldBeNull();

    [Fact]
    public async Task A_wrong_log_level_is_named()
    {
        var (code, errors, _) = await CheckAsync("Development", "--Logging:LogLevel:Default=Loud", "--Logging:Console:LogLevel:Microsoft=Chatty");
        code.ShouldBe(78);
        errors.ShouldBe(["Logging:Console:LogLevel:Microsoft", "Logging:LogLevel:Default"]);
    }

    private static async Task<string> SecretFileAsync(DirectoryInfo folder, UnixFileMode mode)
    {
        var file = Path.Combine(folder.FullName, "settings.json");
        await File.WriteAllTextAsync(file, $$"""{ "Otlp": { "Headers": "x-key={{Strong}}" } }""", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, mode);
        return file;
    }

    private static async Task<(int Code, IEnumerable<string> Errors, IEnumerable<string> Warnings)> CheckAsync(string environment, params string[] settings)
    {
        var (code, output, error) = await CommandLine.RunAsync(["config", "check", "--json", $"--environment={environment}", .. settings]);
        output.ShouldNotContain(Strong);
        error.ShouldBeEmpty();
        var report = JsonDocument.Parse(output).RootElement;
        return (code, Keys("errors"), Keys("warnings"));

        List<string> Keys(string list) => [.. report.GetProperty(list).EnumerateArray().Select(e => e.GetProperty("key").GetString()!)];
    }
}
