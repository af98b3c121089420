using System.Formats.Tar;
using System.IO.Compression;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>A project's files as .tar.gz; the same files and instant make the same bytes.</summary>
internal static class ProjectArchive
{
    internal static byte[] Write(IEnumerable<(string Path, byte[] Content)> files, DateTimeOffset at)
    {
        using var whole = new MemoryStream();
        using (var zip = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            foreach (var (path, content) in files)
            {
                using var data = new MemoryStream(content, writable: false);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = data, ModificationTime = at, Mode = (UnixFileMode)0b110_100_100 });
            }
        }

        return whole.ToArray();
    }
}
