using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Files;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// Writes a backup's folder: each file once, hashed and (with a key) sealed on the way, flushed to the disk. The name ends in <c>.partial</c> until
/// <see cref="FinishAsync"/> has flushed everything, so a crash leaves a folder that nobody takes for a backup.
/// </summary>
internal sealed class BackupWriter
{
    internal const string SumsName = "SHA256SUMS";

    private readonly string _partial;
    private readonly string _final;
    private readonly BackupKeys? _keys;
    private readonly SortedDictionary<string, StoredFile> _files = new(StringComparer.Ordinal);

    private BackupWriter(string final, BackupKeys? keys) => (_final, _partial, _keys) = (final, final + BackupName.Partial, keys);

    internal long Bytes => _files.Values.Sum(f => f.Bytes);

    internal static BackupWriter Begin(string folder, string name, BackupKeys? keys)
    {
        var writer = new BackupWriter(Path.Combine(folder, name), keys);
        MakeFolder(folder);
        MakeFolder(writer._partial);
        return writer;
    }

    /// <summary>Paths of the files of the file store so far.</summary>
    internal IEnumerable<string> FilePaths => _files.Values.Where(f => f.Key is not null).Select(f => f.Path);

    internal bool Has(string path) => _files.ContainsKey(path);

    /// <summary>Adds a file; its place is the manifest's path.</summary>
    internal async Task AddAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancel) =>
        _files.Add(path, await WriteAsync(path, write, _keys, cancel));

    /// <summary>Takes a file out again.</summary>
    internal void Remove(string path)
    {
        File.Delete(At(path));
        _files.Remove(path);
    }

    /// <summary>Writes the manifest and its checksums, makes everything durable and gives the folder its name.</summary>
    internal async Task<string> FinishAsync(BackupManifest manifest, CancellationToken cancel)
    {
        manifest = manifest with { Encryption = _keys?.Header, Files = [.. _files.Values] };
        var sums = new List<StoredFile> { await WriteAsync(BackupManifest.FileName, (file, token) => JsonSerializer.SerializeAsync(file, manifest, BackupManifest.Json, token), null, cancel) };
        if (_keys is not null) sums.Add(await WriteAsync(BackupManifest.SealName, (file, token) => file.WriteAsync(Encoding.ASCII.GetBytes(sums[0].Sha256), token).AsTask(), _keys, cancel));
        await WriteAsync(SumsName, (file, token) => file.WriteAsync(Encoding.ASCII.GetBytes(SumsOf([.. sums, .. _files.Values])), token).AsTask(), null, cancel);
        foreach (var folder in Directory.EnumerateDirectories(_partial, "*", SearchOption.AllDirectories)) DurableDirectory.Flush(folder, folder);
        DurableDirectory.Flush(_partial, _partial);
        Faults.Failpoints.Hit(Faults.Failpoints.BeforeBackupIsNamed);
        Directory.Move(_partial, _final);
        var parent = Path.GetDirectoryName(_final)!;
        DurableDirectory.Flush(parent, parent);
        return _final;
    }

    internal void Abandon()
    {
        if (Directory.Exists(_partial)) Directory.Delete(_partial, recursive: true);
    }

    /// <summary>The form of <c>sha256sum</c>, so that <c>sha256sum -c SHA256SUMS</c> checks a backup anywhere.</summary>
    internal static string SumsOf(IEnumerable<StoredFile> files) => string.Concat(files.Select(f => $"{f.Sha256}  {f.Path}\n"));

    private async Task<StoredFile> WriteAsync(string path, Func<Stream, CancellationToken, Task> write, BackupKeys? keys, CancellationToken cancel)
    {
        var place = At(path);
        MakeFolder(Path.GetDirectoryName(place)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 128 * 1024 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(place, options);
        using var hashing = new HashingStream(file);
        if (keys is null)
        {
            await write(hashing, cancel);
        }
        else
        {
            using var sealing = new SealingStream(hashing, keys, path);
            await write(sealing, cancel);
            await sealing.EndAsync(cancel);
        }

        await file.FlushAsync(cancel);
        file.Flush(flushToDisk: true);
        return new StoredFile(path, hashing.Bytes, hashing.Sha256());
    }

    private string At(string path) => Path.Combine(_partial, path);

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

/// <summary>Counts and hashes what is written through it. Leaves the target open.</summary>
internal sealed class HashingStream(Stream target) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    internal long Bytes { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Bytes;

    public override long Position { get => Bytes; set => throw new NotSupportedException(); }

    internal string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        Bytes += buffer.Length;
        await target.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        Bytes += buffer.Length;
        target.Write(buffer);
    }

    public override void Flush() => target.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}
