using Mainstreet.Foundation.Files;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>What only a folder has; the rest is in <see cref="FileStoreTests"/>.</summary>
[Trait("kind", "unit")]
public sealed class DiskFileStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("file-store-").FullName;
    private readonly DiskFileStore _store;

    public DiskFileStoreTests() => _store = new DiskFileStore(_root, TimeProvider.System);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_a_crash_left_is_deleted_after_a_day_and_not_before()
    {
        var old = Path.Combine(_root, "incoming", "old");
        var fresh = Path.Combine(_root, "incoming", "fresh");
        File.WriteAllText(old, "");
        File.WriteAllText(fresh, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-25));
        _ = new DiskFileStore(_root, TimeProvider.System);
        (File.Exists(old), File.Exists(fresh)).ShouldBe((false, true));
    }

    [Fact]
    public async Task Others_on_the_machine_cannot_read_the_files()
    {
        using var content = new MemoryStream([1]);
        var key = await _store.PutAsync(content, TestContext.Current.CancellationToken);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions.");
            return;
        }
        File.GetUnixFileMode(Path.Combine(_root, key[..2], key[2..4], key)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
