using System.Reflection;

using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

using Mainstreet.Foundation.Files;
using Mainstreet.Testing;

using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>A theory row per kind of file store: the test takes its name. Without an S3 server that row is a visible skip, in CI a failure.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EachStoreAttribute(params object[] arguments) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([Row(FileStoreOptions.Folder, null), Row(FileStoreOptions.Bucket, S3Server.WhyNot)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    private TheoryDataRow Row(string store, string? skip) => new([store, .. arguments]) { Skip = skip };
}

/// <summary>A store with a place of its own, and a look at what is in it that does not go through the store.</summary>
internal sealed class StoreBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("file-store-").FullName;
    private readonly AmazonS3Client? _looking;

    private StoreBench(AmazonS3Client? looking) => _looking = looking;

    /// <summary>What all names in the bucket begin with.</summary>
    internal string Prefix { get; } = S3Server.NewPrefix();

    internal IFileStore Store { get; private set; } = null!;

    internal string Spool => Path.Combine(_folder, "spool");

    internal static async Task<StoreBench> CreateAsync(string store)
    {
        if (store == FileStoreOptions.Bucket) return await InBucketAsync();
        var bench = new StoreBench(null);
        bench.Store = new DiskFileStore(Path.Combine(bench._folder, "files"), TimeProvider.System);
        return bench;
    }

    internal static async Task<StoreBench> InBucketAsync(Action<S3Options>? with = null)
    {
        var address = (await S3Server.AddressAsync()).ToString();
        var bench = new StoreBench(new AmazonS3Client(
            new BasicAWSCredentials(S3Server.AccessKeyId, S3Server.SecretAccessKey), new AmazonS3Config { ServiceURL = address, ForcePathStyle = true, AuthenticationRegion = "us-east-1" }));
        var options = new S3Options
        {
            Endpoint = address, Bucket = S3Server.Bucket, Prefix = bench.Prefix, AccessKeyId = S3Server.AccessKeyId, SecretAccessKey = S3Server.SecretAccessKey,
            // The machine may be busy with other tests.
            TimeoutSeconds = 120,
        };
        with?.Invoke(options);
        bench.Store = new S3FileStore(options, bench.Spool);
        return bench;
    }

    /// <summary>The names of all that is stored, from the place's own root.</summary>
    internal async Task<IReadOnlyList<string>> StoredAsync()
    {
        if (_looking is null)
        {
            var root = Path.Combine(_folder, "files");
            return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f))];
        }

        var found = await _looking.ListObjectsV2Async(new ListObjectsV2Request { BucketName = S3Server.Bucket, Prefix = Prefix }, TestContext.Current.CancellationToken);
        return [.. (found.S3Objects ?? []).Select(o => o.Key[(Prefix.Length + 1)..])];
    }

    internal async Task<string> PutAsync(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await Store.PutAsync(stream, TestContext.Current.CancellationToken);
    }

    internal async Task<byte[]?> ReadAsync(string key)
    {
        await using var stream = await Store.OpenAsync(key, TestContext.Current.CancellationToken);
        if (stream is null) return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return copy.ToArray();
    }

    public ValueTask DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        _looking?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
