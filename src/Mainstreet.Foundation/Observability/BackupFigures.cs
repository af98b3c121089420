using Mainstreet.Foundation.Backups;

using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>Whether there are backups, and how old the newest is. Says nothing of whether one can be restored.</summary>
internal sealed class BackupFigures(IOptions<BackupOptions> options, TimeProvider clock) : IFigures
{
    private const string Kept = "mainstreet.backup.kept";
    private const string Age = "mainstreet.backup.age";
    private const string Size = "mainstreet.backup.size";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Kept, "{backup}", "Finished backups in the folder Backup:Folder."),
        new(Age, "s", "Age of the newest backup."),
        new(Size, "By", "Size of the newest backup."),
    ];

    public Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(options.Value.Folder)) return Task.FromResult<IReadOnlyList<Figure>>([]);
        var folder = new DirectoryInfo(options.Value.Folder);
        var all = folder.Exists ? folder.GetFileSystemInfos().Where(e => !e.Name.EndsWith(".partial", StringComparison.Ordinal)).ToList() : [];
        if (all.MaxBy(e => e.LastWriteTimeUtc) is not { } newest) return Task.FromResult<IReadOnlyList<Figure>>([new(Kept, 0)]);
        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new(Kept, all.Count),
            new(Age, Math.Max(0, (clock.GetUtcNow() - newest.LastWriteTimeUtc).TotalSeconds)),
            new(Size, newest is FileInfo file ? file.Length : ((DirectoryInfo)newest).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)),
        ]);
    }
}
