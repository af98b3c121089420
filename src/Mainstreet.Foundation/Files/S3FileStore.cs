using System.Buffers;
using System.Net;
using System.Net.Sockets;

using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Mainstreet.Foundation.Files;

/// <summary>
/// Files in a bucket of an S3-compatible store, named as <see cref="DiskFileStore"/> names its own, so that a folder can be copied into a bucket and back.
/// What comes and what goes passes through a temporary file: an upload needs its length and its hash beforehand, and a reader gets what it can seek in, that
/// a deletion or an outage cannot take away. See docs/decisions/0037-files-in-s3.md.
/// </summary>
/// <remarks>A file is one PUT, which S3 answers when the object is durable and shows to nobody before; 5 GiB at most.</remarks>
public sealed class S3FileStore : IFileStore, IDisposable
{
    private const int CopyBytes = 81_920;

    /// <summary>How long a failed upload's possible object is looked after; longer, and a caller waits for a store that is away.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(5);

    private readonly S3Options _options;
    private readonly Spool _spool;
    private readonly AmazonS3Client _client;
    private readonly AmazonS3Client _asking;
    private readonly string _name;

    /// <param name="options">The bucket.</param>
    /// <param name="spool">Folder of temporary files, made when missing.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public S3FileStore(S3Options options, string spool)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _spool = new Spool(spool);
        var account = new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey);
        _client = new AmazonS3Client(account, Config(options, options.Retries));
        // Who asks how the store does wants to hear of the first failure.
        _asking = new AmazonS3Client(account, Config(options, 0));
        _name = $"bucket {options.Bucket} at {options.Endpoint ?? $"Amazon, {options.Region}"}";
    }

    public async Task<string> PutAsync(Stream content, CancellationToken cancel)
    {
        var key = FileKey.New();
        await using var spooled = await SpoolAsync(content, cancel);
        try
        {
            await UploadAsync(key, spooled, cancel);
        }
        catch (Exception failure) when (failure is not FileStoreAwayException { Refused: true })
        {
            // The store may have taken the file and only its answer was lost: nobody would ever ask for it or delete it.
            await ForgetAsync(key);
            throw;
        }

        return key;
    }

    public async Task PutBackAsync(string key, Stream content, CancellationToken cancel)
    {
        if (!FileKey.IsOne(key)) throw new ArgumentException("It is no key of a file store.", nameof(key));
        await using var spooled = await SpoolAsync(content, cancel);
        await UploadAsync(key, spooled, cancel);
    }

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!FileKey.IsOne(key)) return null;
        var spooled = _spool.Open();
        try
        {
            for (var tries = 0; ; tries++)
            {
                using var answer = await AskAsync(token => FindAsync(key, token), cancel);
                if (answer is null) break;
                if (await ReceiveAsync(answer, spooled, tries < _options.Retries, cancel)) return spooled;
                spooled.SetLength(0);
            }
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }

        await spooled.DisposeAsync();
        return null;
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!FileKey.IsOne(key)) return false;
        // S3 says the same whether there was something to delete or not.
        if (!await AskAsync(token => ExistsAsync(key, token), cancel)) return false;
        await AskAsync(token => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = NameOf(key) }, token), cancel);
        return true;
    }

    /// <summary>Asks for the bucket, once.</summary>
    /// <exception cref="FileStoreAwayException">It does not answer, is not there, or the account may not see it.</exception>
    internal async Task ProbeAsync(CancellationToken cancel) =>
        await AskAsync(token => _asking.HeadBucketAsync(new HeadBucketRequest { BucketName = _options.Bucket }, token), cancel);

    public void Dispose()
    {
        _client.Dispose();
        _asking.Dispose();
    }

    private static AmazonS3Config Config(S3Options options, int retries)
    {
        var timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.IsPathStyle,
            Timeout = timeout,
            ConnectTimeout = timeout < TimeSpan.FromSeconds(5) ? timeout : TimeSpan.FromSeconds(5),
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = retries,
            // Ten more by default, whatever the line above says; .NET itself repeats what met a connection that was closed meanwhile.
            MaxStaleConnectionRetries = 0,
            // Trailing checksums are Amazon's; other stores refuse them. The signature covers the content's SHA-256 instead.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // The settings say where the files are, not a variable that another program needs.
            IgnoreConfiguredEndpointUrls = true,
            DisableLogging = true,
        };
        if (options.Endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = options.Region;
        }

        return config;
    }

    private async Task<FileStream> SpoolAsync(Stream content, CancellationToken cancel)
    {
        var spooled = _spool.Open();
        try
        {
            await content.CopyToAsync(spooled, cancel);
            spooled.Position = 0;
            return spooled;
        }
        catch
        {
            await spooled.DisposeAsync();
            throw;
        }
    }

    private Task<PutObjectResponse> UploadAsync(string key, FileStream spooled, CancellationToken cancel) => AskAsync(
        token => _client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _options.Bucket,
                Key = NameOf(key),
                InputStream = spooled,
                AutoCloseStream = false,
                ContentType = "application/octet-stream",
                UseChunkEncoding = false,
                DisablePayloadSigning = false,
            },
            token),
        cancel);

    private async Task ForgetAsync(string key)
    {
        using var limit = new CancellationTokenSource(CleanUp);
        try
        {
            await AskAsync(token => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = NameOf(key) }, token), limit.Token);
        }
        catch (Exception failure) when (failure is FileStoreAwayException or OperationCanceledException)
        {
            // It is away, as the caller is told: an object without a row may be left.
        }
    }

    private async Task<GetObjectResponse?> FindAsync(string key, CancellationToken cancel)
    {
        try
        {
            return await _client.GetObjectAsync(new GetObjectRequest { BucketName = _options.Bucket, Key = NameOf(key) }, cancel);
        }
        catch (AmazonS3Exception missing) when (missing.ErrorCode == "NoSuchKey")
        {
            // A missing bucket is 404 too, and must not pass for a missing file.
            return null;
        }
    }

    private async Task<bool> ExistsAsync(string key, CancellationToken cancel)
    {
        try
        {
            await _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = NameOf(key) }, cancel);
            return true;
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>The whole content, at its start; false when it broke off and may be asked for again.</summary>
    private async Task<bool> ReceiveAsync(GetObjectResponse answer, FileStream spooled, bool again, CancellationToken cancel)
    {
        var silence = TimeSpan.FromSeconds(_options.TimeoutSeconds);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (true)
            {
                limit.CancelAfter(silence);
                var read = await AskAsync(token => answer.ResponseStream.ReadAsync(buffer, token).AsTask(), limit.Token, cancel);
                if (read == 0) break;
                await spooled.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            if (spooled.Length != answer.ContentLength) throw Away("broke off in the middle of a file", null);
            await spooled.FlushAsync(cancel);
            spooled.Position = 0;
            return true;
        }
        catch (FileStoreAwayException) when (again)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) => AskAsync(ask, cancel, cancel);

    /// <summary>All that can go wrong on the way and there, as the contract says it. The store's own words stay behind: they may quote what was signed.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken limit, CancellationToken cancel)
    {
        try
        {
            return await ask(limit);
        }
        catch (AmazonServiceException refusal) when (refusal.StatusCode != 0)
        {
            throw new FileStoreAwayException($"the store of files ({_name}) answers {(int)refusal.StatusCode} {refusal.ErrorCode}") { Refused = (int)refusal.StatusCode is >= 400 and < 500 };
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException)
        {
            throw Away("cannot be reached", failure);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw Away($"is silent for {_options.TimeoutSeconds} s", late);
        }
    }

    private FileStoreAwayException Away(string what, Exception? cause) =>
        new($"the store of files ({_name}) {what}{(cause is null or OperationCanceledException ? "" : $": {cause.GetBaseException().Message}")}", cause);

    private string NameOf(string key) => $"{_options.NamesBegin}{key[..2]}/{key[2..4]}/{key}";
}
