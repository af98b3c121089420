using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mainstreet.Foundation.Backups;

/// <summary>A backup's folder, read with distrust: it may be damaged, cut off, or made by somebody else.</summary>
internal sealed class BackupReader
{
    /// <summary>A manifest of a million files is smaller; a larger one would only fill the memory.</summary>
    private const long MostManifestBytes = 256L << 20;

    private readonly BackupKeys? _keys;

    private BackupReader(string folder, BackupManifest manifest, string manifestHash, BackupKeys? keys) =>
        (Folder, Manifest, ManifestHash, _keys) = (folder, manifest, manifestHash, keys);

    internal string Folder { get; }

    internal BackupManifest Manifest { get; }

    private string ManifestHash { get; }

    internal bool CanOpen => Manifest.Encryption is null || _keys is not null;

    /// <summary>Reads the manifest only.</summary>
    /// <exception cref="BackupException">There is no backup, its manifest is not one to go by, or the key at hand is another one.</exception>
    internal static async Task<BackupReader> OpenAsync(string folder, BackupOptions options, CancellationToken cancel)
    {
        folder = Path.GetFullPath(folder);
        if (Path.GetFileName(folder).EndsWith(BackupName.Partial, StringComparison.Ordinal)) throw new BackupException(BackupFailure.Refused, $"{folder} is no finished backup");
        var file = new FileInfo(Path.Combine(folder, BackupManifest.FileName));
        if (!file.Exists) throw new BackupException(BackupFailure.Refused, $"{folder} holds no backup: there is no {BackupManifest.FileName}");
        if (file.Length > MostManifestBytes) throw new BackupException(BackupFailure.Refused, $"the manifest of {folder} is too large");
        var bytes = await File.ReadAllBytesAsync(file.FullName, cancel);
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, BackupManifest.Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException broken)
        {
            throw new BackupException(BackupFailure.Refused, $"the manifest of {folder} cannot be read: it is damaged, or of a newer program", broken);
        }

        if (manifest.Refuse() is { } refusal) throw new BackupException(BackupFailure.Refused, $"the manifest of {folder} is refused: {refusal}");
        var keys = manifest.Encryption is { } encryption ? BackupKeys.ForExisting(options, encryption) : null;
        return new BackupReader(folder, manifest, Convert.ToHexStringLower(SHA256.HashData(bytes)), keys);
    }

    /// <summary>A file's content, in the clear.</summary>
    /// <exception cref="BackupException">The backup is encrypted and there is no key.</exception>
    internal Stream OpenFile(string path)
    {
        if (!CanOpen) throw new BackupException(BackupFailure.Configuration, "the backup is encrypted: set Backup:Key (or Backup__Key_FILE) or Backup:Passphrase");
        var file = OpenStored(path);
        return _keys is null ? file : new OpeningStream(file, _keys, path);
    }

    internal async Task<BackupContents> ReadContentsAsync(CancellationToken cancel)
    {
        await using var file = OpenFile(BackupContents.FileName);
        try
        {
            return await JsonSerializer.DeserializeAsync<BackupContents>(file, BackupManifest.Json, cancel) ?? throw new JsonException("It is null.");
        }
        catch (JsonException broken)
        {
            throw new BackupException(BackupFailure.Refused, $"{BackupContents.FileName} of {Folder} cannot be read", broken);
        }
    }

    /// <summary>Compares every byte with the checksums, opens every seal when the key is there, and looks for what does not belong.</summary>
    internal async Task<BackupCheck> VerifyAsync(IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var findings = new List<string>();
        var total = Manifest.Files.Sum(f => f.Bytes);
        long read = 0;
        var seal = await CheckSealAsync(findings, cancel);
        foreach (var file in Manifest.Files)
        {
            progress?.Report(new BackupProgress("checksums", read, total));
            if (await CheckAsync(file, cancel) is { } finding) findings.Add(finding);
            else if (_keys is not null && await OpensAsync(file.Path, cancel) is { } broken) findings.Add(broken);
            read += file.Bytes;
        }

        var sums = Path.Combine(Folder, BackupWriter.SumsName);
        List<StoredFile> listed = [new(BackupManifest.FileName, 0, ManifestHash), .. new[] { seal }.OfType<StoredFile>(), .. Manifest.Files];
        // Compared as a whole: the manifest's own checksum stands only here.
        if (!File.Exists(sums)) findings.Add($"{BackupWriter.SumsName} is missing");
        else if (!(await File.ReadAllBytesAsync(sums, cancel)).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(BackupWriter.SumsOf(listed)))) findings.Add($"{BackupWriter.SumsName} does not agree with the manifest");
        findings.AddRange(Strangers(listed));
        return new BackupCheck(Folder, read, Manifest.Encryption is null ? null : _keys is not null, findings);
    }

    private async Task<StoredFile?> CheckSealAsync(List<string> findings, CancellationToken cancel)
    {
        if (Manifest.Encryption is null) return null;
        var path = Path.Combine(Folder, BackupManifest.SealName);
        if (!File.Exists(path))
        {
            findings.Add($"{BackupManifest.SealName} is missing");
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancel);
        if (_keys is not null)
        {
            try
            {
                using var reader = new StreamReader(OpenFile(BackupManifest.SealName));
                if (await reader.ReadToEndAsync(cancel) != ManifestHash) findings.Add("the manifest is not the one that was sealed");
            }
            catch (InvalidDataException broken)
            {
                findings.Add($"{BackupManifest.SealName}: {broken.Message}");
            }
        }

        return new StoredFile(BackupManifest.SealName, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private async Task<string?> CheckAsync(StoredFile file, CancellationToken cancel)
    {
        try
        {
            await using var stored = OpenStored(file.Path);
            if (stored.Length != file.Bytes) return $"{file.Path} has {stored.Length} bytes, not {file.Bytes}";
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stored, cancel)) == file.Sha256 ? null : $"{file.Path} was changed: its checksum is another";
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"{file.Path} is missing";
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return $"{file.Path} cannot be read: {broken.Message}";
        }
    }

    private async Task<string?> OpensAsync(string path, CancellationToken cancel)
    {
        try
        {
            await using var file = OpenFile(path);
            await file.CopyToAsync(Stream.Null, 128 * 1024, cancel);
            return null;
        }
        catch (InvalidDataException broken)
        {
            return $"{path}: {broken.Message}";
        }
    }

    private IEnumerable<string> Strangers(IEnumerable<StoredFile> listed)
    {
        var known = listed.Select(f => Path.Combine(Folder, f.Path)).Append(Path.Combine(Folder, BackupWriter.SumsName)).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(f => !known.Contains(f)).Select(f => $"{Path.GetRelativePath(Folder, f)} is in the folder and not in the manifest");
    }

    private FileStream OpenStored(string path)
    {
        var place = Path.Combine(Folder, path);
        // A link could show another file at each reading.
        if (File.Exists(place) && File.GetAttributes(place).HasFlag(FileAttributes.ReparsePoint)) throw new IOException("it is a link");
        return new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }
}
