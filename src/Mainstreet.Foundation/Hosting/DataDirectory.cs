namespace Mainstreet.Foundation.Hosting;

/// <summary>The folder that <c>--data</c> names: the SQLite file and, unless set elsewhere, uploaded files.</summary>
public sealed class DataDirectory(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string File(string name)
    {
        Directory.CreateDirectory(Root);
        return Path.Combine(Root, name);
    }
}
