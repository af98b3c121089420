namespace Mainstreet.Foundation.Files;

/// <summary>Temporary files, nobody else's to read and gone with the last handle: also when the process is killed.</summary>
internal sealed class Spool
{
    private readonly string _folder;

    /// <exception cref="IOException">The folder cannot be made.</exception>
    internal Spool(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(_folder);
    }

    /// <exception cref="IOException">The file cannot be made.</exception>
    internal FileStream Open()
    {
        var path = Path.Combine(_folder, FileKey.New());
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        // On Windows the system deletes at the last close, elsewhere .NET does, which a killed process cannot.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return file;
    }
}
