namespace Mainstreet.Foundation.Files;

/// <summary>
/// Files in a directory: <c>ab/cd/abcd...</c>, two levels so that no directory grows too large. A file is written beside its
/// place, flushed to the disk and then renamed, so that a crash leaves a whole file or none; what a crash leaves in
/// <c>incoming</c> is deleted after a day.
/// </summary>
public sealed class DiskFileStore : IFileStore
{
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly string _incoming;

    /// <exception cref="IOException">The root cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The root may not be written.</exception>
    public DiskFileStore(string root, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        _root = Path.GetFullPath(root);
        _incoming = Path.Combine(_root, "incoming");
        Directory.CreateDirectory(_incoming);
        var oldest = clock.GetUtcNow().UtcDateTime - AbandonedAfter;
        foreach (var path in Directory.EnumerateFiles(_incoming))
        {
            if (File.GetLastWriteTimeUtc(path) < oldest) File.Delete(path);
        }
    }

    public async Task<string> PutAsync(Stream content, CancellationToken cancel)
    {
        var key = FileKey.New();
        await WriteAsync(key, content, overwrite: false, cancel);
        return key;
    }

    public async Task PutBackAsync(string key, Stream content, CancellationToken cancel)
    {
        if (!FileKey.IsOne(key)) throw new ArgumentException("It is no key of a file store.", nameof(key));
        await WriteAsync(key, content, overwrite: true, cancel);
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!FileKey.IsOne(key)) return Task.FromResult<Stream?>(null);
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(key), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<bool> DeleteAsync(string key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (!FileKey.IsOne(key)) return Task.FromResult(false);
        var path = PathOf(key);
        if (!File.Exists(path)) return Task.FromResult(false);
        File.Delete(path);
        return Task.FromResult(true);
    }

    private async Task WriteAsync(string key, Stream content, bool overwrite, CancellationToken cancel)
    {
        var path = PathOf(key);
        var incoming = Path.Combine(_incoming, FileKey.New());
        try
        {
            await using (var file = new FileStream(incoming, NewFile()))
            {
                await content.CopyToAsync(file, cancel);
                file.Flush(flushToDisk: true);
            }
            var folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            File.Move(incoming, path, overwrite);
            DurableDirectory.Flush(folder, _root);
        }
        catch
        {
            File.Delete(incoming);
            throw;
        }
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private string PathOf(string key) => Path.Combine(_root, key[..2], key[2..4], key);
}
