using Mainstreet.Foundation.Files;
using Shouldly;
using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

[Trait("kind", "unit")]
public sealed class DiskFileStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("file-store-").FullName;
    private readonly DiskFileStore _store;

    public DiskFileStoreTests() => _store = new DiskFileStore(_root, TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<string> Put(byte[] content)
    {
        using var stream = new MemoryStream(content);
        return await _store.PutAsync(stream, Cancel);
    }

    private async Task<byte[]?> Read(string key)
    {
        await using var stream = await _store.OpenAsync(key, Cancel);
        if (stream is null) return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task What_was_put_can_be_opened_until_it_is_deleted(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);

        var key = await Put(content);

        key.ShouldMatch("^[0-9a-f]{32}$");
        File.Exists(Path.Combine(_root, key[..2], key[2..4], key)).ShouldBeTrue();
        (await Read(key)).ShouldBe(content);
        (await _store.DeleteAsync(key, Cancel)).ShouldBeTrue();
        (await Read(key)).ShouldBeNull();
        (await _store.DeleteAsync(key, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Equal_contents_get_keys_of_their_own()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Put([1, 2, 3])));
        keys.Distinct().Count().ShouldBe(50);
    }

    public static TheoryData<string> ForeignKeys() =>
    [
        "", ".", "..", "/etc/passwd", "../../../../etc/passwd", "incoming", "ab/cd/abcd", "..%2f..%2fetc%2fpasswd",
        "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdef0", "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcde\0", "../56789abcdef0123456789abcdef01", "٠١٢٣٤٥٦٧٨٩abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef", "C:\\windows\\win.ini",
    ];

    [Theory, MemberData(nameof(ForeignKeys))]
    public async Task A_key_that_the_store_never_gave_finds_nothing(string key)
    {
        (await _store.OpenAsync(key, Cancel)).ShouldBeNull();
        (await _store.DeleteAsync(key, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing_behind()
    {
        await Should.ThrowAsync<IOException>(() => _store.PutAsync(new BreakingStream(), Cancel));
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reader_reads_on_when_the_file_is_deleted()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows keeps the name until the last reader closes.");
        var key = await Put([1, 2, 3]);
        await using var reader = await _store.OpenAsync(key, Cancel);
        (await _store.DeleteAsync(key, Cancel)).ShouldBeTrue();
        var content = new byte[3];
        await reader!.ReadExactlyAsync(content, Cancel);
        content.ShouldBe([1, 2, 3]);
    }

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
        var key = await Put([1]);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions.");
            return;
        }
        File.GetUnixFileMode(Path.Combine(_root, key[..2], key[2..4], key)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Gives a thousand bytes, then fails.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private bool _gave;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            CopyThenBreak(destination, cancellationToken);

        private async Task CopyThenBreak(Stream destination, CancellationToken cancel)
        {
            if (!_gave) await destination.WriteAsync(new byte[1000], cancel);
            _gave = true;
            throw new IOException("The line went dead.");
        }
    }
}
