using System.IO.Compression;

using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Projects;

/// <summary>
/// Projects as ZIP files. Nothing is unpacked to a disk; sizes are counted as they are read, never believed; anything but plain files and folders is refused,
/// as is the whole archive when one path is no path of a project. Errors: archive_broken, archive_refused, archive_too_large, invalid_path, path_clash,
/// too_many_files, file_too_large, project_too_large.
/// </summary>
internal static class ProjectArchive
{
    /// <summary>Bits of a Unix mode, in the upper half of the external attributes, that say what kind of thing an entry is.</summary>
    private const int KindMask = 0xF000;
    private const int PlainFile = 0x8000;
    private const int Folder = 0x4000;

    internal static Outcome<List<FileEdit>> Read(byte[] archive, StudioOptions limits)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
            var files = new List<FileEdit>();
            var entries = zip.Entries.Where(e => !IsFolder(e)).ToList();
            if (entries.Count > limits.FilesPerProject) return ProjectProblems.TooManyFiles.With($"At most {limits.FilesPerProject} are kept.");
            // All names first: nothing of a bad archive is inflated.
            foreach (var entry in entries)
            {
                if (Refusal(entry) is { } refusal) return refusal;
            }

            if (ProjectTree.Clash(entries.Select(e => e.FullName)) is { } clash) return clash;
            long room = limits.MaxProjectBytes;
            foreach (var entry in entries)
            {
                var content = Inflate(entry, Math.Min(limits.MaxFileBytes, room));
                if (content is null)
                {
                    return room < limits.MaxFileBytes
                        ? ProjectProblems.ProjectTooLarge.With($"At most {limits.MaxProjectBytes} bytes are kept.")
                        : ProjectProblems.FileTooLarge.With($"'{entry.FullName}' has more than {limits.MaxFileBytes} bytes.");
                }

                // A size that is declared too small cuts the content off without a word.
                if (Crc32.Of(content) != entry.Crc32) return ProjectProblems.ArchiveBroken.With($"'{entry.FullName}' is not what the archive says.");
                room -= content.Length;
                files.Add(new FileEdit(entry.FullName, FileContent.Of(content)));
            }

            return files;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException or IOException or ArgumentException)
        {
            return ProjectProblems.ArchiveBroken;
        }
    }

    internal static byte[] Write(IReadOnlyList<ProjectFile> files, DateTimeOffset at)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file.Path, CompressionLevel.Fastest);
                entry.LastWriteTime = at;
                using var stream = entry.Open();
                stream.Write(file.Content);
            }
        }

        return bytes.ToArray();
    }

    private static bool IsFolder(ZipArchiveEntry entry) => entry.FullName.EndsWith('/') && entry.Length == 0;

    private static Problem? Refusal(ZipArchiveEntry entry)
    {
        if (ProjectPath.Check(entry.FullName) is { } invalid) return invalid;
        var kind = (entry.ExternalAttributes >> 16) & KindMask;
        if (kind is not (0 or PlainFile or Folder)) return ProjectProblems.ArchiveRefused.With($"'{entry.FullName}' is a link or a device.");
        return entry.IsEncrypted ? ProjectProblems.ArchiveRefused.With($"'{entry.FullName}' is encrypted.") : null;
    }

    /// <summary>Null when there are more bytes than the most.</summary>
    private static byte[]? Inflate(ZipArchiveEntry entry, long most)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (bytes.Length + read > most) return null;
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
