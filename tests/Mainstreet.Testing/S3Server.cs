using System.Diagnostics;
using System.Security.Cryptography;

namespace Mainstreet.Testing;

/// <summary>
/// An S3 server on loopback, a process of its own: OpenStack Swift with its S3 API, as <c>tests/s3-server</c> starts it. One serves all tests of a process, which
/// keep apart by the beginnings of names. Ends with the process that started it.
/// </summary>
public static class S3Server
{
    /// <summary>The one bucket.</summary>
    public const string Bucket = "files";

    /// <summary>The account.</summary>
    public const string AccessKeyId = "test:tester";

    /// <summary>Its key, known to everybody who reads this, and strong enough for the rules of Production.</summary>
    public const string SecretAccessKey = "vK3x9QpL2mZt7Wc1Jr8n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);
    private static readonly Lazy<Task<Uri>> One = new(StartAsync);

    /// <summary>Why tests with it are skipped; <c>null</c> when they run, in CI always.</summary>
    public static string? WhyNot =>
        Directory.Exists("/usr/lib/python3/dist-packages/swift/obj") || Environment.GetEnvironmentVariable("CI") is "true"
            ? null : "there is no S3 server: install python3-swift (Debian)";

    /// <summary>Starts it at the first call.</summary>
    public static Task<Uri> AddressAsync() => One.Value;

    /// <summary>The beginning of names that no other test has.</summary>
    public static string NewPrefix() => $"t{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>For a host, with names of its own.</summary>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="endpoint">Another way to the server; default its own address.</param>
    public static async Task<Dictionary<string, string?>> SettingsAsync(string prefix, Uri? endpoint = null) => new()
    {
        ["Files:Store"] = "s3",
        ["Files:S3:Endpoint"] = (endpoint ?? await AddressAsync()).ToString(),
        ["Files:S3:Bucket"] = Bucket,
        ["Files:S3:Prefix"] = prefix,
        ["Files:S3:AccessKeyId"] = AccessKeyId,
        ["Files:S3:SecretAccessKey"] = SecretAccessKey,
    };

    private static async Task<Uri> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-s3-").FullName;
        // The server ends when this process closes its standard input, also by dying.
        var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Script(), folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("There is no /usr/bin/python3.");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.Kill();
            server.WaitForExit();
            Directory.Delete(folder, recursive: true);
        };
        using var patience = new CancellationTokenSource(Patience);
        var line = await server.StandardOutput.ReadLineAsync(patience.Token);
        return line?.Split(' ') is ["ready", var address] ? new Uri(address) : throw new InvalidOperationException($"The S3 server did not start: {line}");
    }

    private static string Script()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Mainstreet.slnx"))) return Path.Combine(folder, "tests", "s3-server");
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
