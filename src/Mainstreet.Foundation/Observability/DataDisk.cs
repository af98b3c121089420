using Mainstreet.Foundation.Hosting;

namespace Mainstreet.Foundation.Observability;

/// <summary>The disk that the data folder is on, also before the folder exists.</summary>
internal static class DataDisk
{
    internal static DriveInfo Of(DataDirectory data)
    {
        var folder = data.Root;
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder) ?? "/";
        return new DriveInfo(folder);
    }
}
