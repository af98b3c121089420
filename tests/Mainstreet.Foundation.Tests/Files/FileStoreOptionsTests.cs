using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Tests.Backups;
using Mainstreet.Foundation.Tests.Configuration;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>Which store the settings choose, what they must say, and what people see while it is away.</summary>
[Trait("kind", "unit")]
public sealed class FileStoreOptionsTests
{
    private const string Secret = "vK3x9QpL2mZt7Wc1Jr8n";

    private static readonly string[] Bucket =
        ["--Files:Store=s3", "--Files:S3:Endpoint=https://s3.example.com", "--Files:S3:Bucket=street-files", "--Files:S3:AccessKeyId=street", $"--Files:S3:SecretAccessKey={Secret}"];

    [Theory]
    [InlineData("Files:Store", "--Files:Store=ftp")]
    [InlineData("Files:S3:AccessKeyId Files:S3:Bucket Files:S3:SecretAccessKey", "--Files:Store=s3")]
    [InlineData("Files:S3:Bucket Files:S3:Endpoint Files:S3:Prefix Files:S3:Region Files:S3:Retries Files:S3:TimeoutSeconds",
        "--Files:Store=s3", "--Files:S3:AccessKeyId=street", "--Files:S3:SecretAccessKey=vK3x9QpL2mZt7Wc1Jr8n", "--Files:S3:Bucket=Street_Files", "--Files:S3:Endpoint=s3.example.com",
        "--Files:S3:Prefix=../other", "--Files:S3:Region=eu central", "--Files:S3:Retries=99", "--Files:S3:TimeoutSeconds=0")]
    public async Task Everything_wrong_is_said_at_once_and_stops_the_start(string keys, params string[] settings)
    {
        var (code, errors) = await CheckAsync("Development", settings);
        code.ShouldBe(78);
        errors.Order(StringComparer.Ordinal).ShouldBe(keys.Split(' '));
    }

    [Theory]
    [InlineData("/files")]
    [InlineData("files//more")]
    [InlineData("files/../..")]
    [InlineData("./files")]
    [InlineData("files name")]
    [InlineData("files?")]
    public async Task A_prefix_that_another_tool_would_read_otherwise_is_refused(string prefix) =>
        (await CheckAsync("Development", [.. Bucket, $"--Files:S3:Prefix={prefix}"])).Errors.ShouldBe(["Files:S3:Prefix"]);

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_bucket_is_accepted_over_https_and_on_this_machine_without(string environment)
    {
        (await CheckAsync(environment, [.. Bucket, "--Files:S3:Prefix=street/files.1/"])).Errors.ShouldBeEmpty();
        (await CheckAsync(environment, [.. Bucket, "--Files:S3:Endpoint=http://127.0.0.1:9000"])).Errors.ShouldBeEmpty();
        (await CheckAsync(environment, [.. Bucket.Where(s => !s.Contains("Endpoint", StringComparison.Ordinal)), "--Files:S3:Region=eu-central-1"])).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_secret_is_not_shown()
    {
        var (code, output, error) = await CommandLine.RunAsync(["config", "show", "--environment=Development", .. Bucket]);
        code.ShouldBe(0, error);
        output.ShouldContain("street-files");
        (output + error).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Without_a_word_files_are_in_the_folder_even_if_a_bucket_is_described()
    {
        await using var bench = await BackupBench.CreateAsync(Engine.Sqlite, settings: new Dictionary<string, string?> { ["Files:S3:Bucket"] = "street-files" });
        bench.Files.ShouldBeOfType<DiskFileStore>();
    }

    [Theory]
    [InlineData(null, false, "")]
    [InlineData("files", false, "files/")]
    [InlineData("a/b/", true, "a/b/")]
    public void Names_begin_with_the_prefix_and_one_slash(string? prefix, bool endpoint, string begin)
    {
        var options = new S3Options { Prefix = prefix, Endpoint = endpoint ? "https://s3.example.com" : null };
        (options.NamesBegin, options.IsPathStyle).ShouldBe((begin, endpoint));
        options.PathStyle = !endpoint;
        options.IsPathStyle.ShouldBe(!endpoint);
    }

    [Fact]
    public async Task While_the_store_is_away_people_get_503_and_nothing_of_the_reason()
    {
        var http = new DefaultHttpContext();
        var said = new Said();
        (await new ExceptionProblems(said, NullLogger<ExceptionProblems>.Instance).TryHandleAsync(
            http, new FileStoreAwayException("the store of files (bucket b at https://inside) answers 403 AccessDenied"), TestContext.Current.CancellationToken)).ShouldBeTrue();
        (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
        var problem = said.Context!.ProblemDetails;
        problem.Extensions["code"].ShouldBe("files_unavailable");
        $"{problem.Title} {problem.Detail}".ShouldNotContain("inside");
    }

    private static async Task<(int Code, IReadOnlyList<string> Errors)> CheckAsync(string environment, params string[] settings)
    {
        var (code, output, error) = await CommandLine.RunAsync(["config", "check", "--json", $"--environment={environment}", .. settings]);
        error.ShouldBeEmpty();
        output.ShouldNotContain(Secret);
        return (code, [.. JsonDocument.Parse(output).RootElement.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("key").GetString()!)]);
    }

    private sealed class Said : IProblemDetailsService
    {
        internal ProblemDetailsContext? Context { get; private set; }

        public ValueTask WriteAsync(ProblemDetailsContext context)
        {
            Context = context;
            return ValueTask.CompletedTask;
        }

        public ValueTask<bool> TryWriteAsync(ProblemDetailsContext context)
        {
            Context = context;
            return ValueTask.FromResult(true);
        }
    }
}
