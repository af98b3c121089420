using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>What every file store promises.</summary>
[Trait("kind", "unit")]
public sealed class FileStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [EachStore(0)]
    [EachStore(1)]
    [EachStore(3_000_000)]
    public async Task What_was_put_can_be_opened_until_it_is_deleted(string store, int size)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        var content = Bytes(size);

        var key = await bench.PutAsync(content);

        key.ShouldMatch("^[0-9a-f]{32}$");
        (await bench.StoredAsync()).ShouldBe([$"{key[..2]}/{key[2..4]}/{key}"]);
        (await bench.ReadAsync(key)).ShouldBe(content);
        (await bench.Store.DeleteAsync(key, Cancel)).ShouldBeTrue();
        (await bench.ReadAsync(key)).ShouldBeNull();
        (await bench.Store.DeleteAsync(key, Cancel)).ShouldBeFalse();
    }

    [Theory, EachStore]
    public async Task Equal_and_different_contents_put_at_once_get_keys_of_their_own(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        var contents = Enumerable.Range(0, 24).Select(i => Bytes(1 + i / 2 * 997)).ToList();
        var keys = await Task.WhenAll(contents.Select(bench.PutAsync));
        keys.ShouldBeUnique();
        var read = await Task.WhenAll(keys.Select(bench.ReadAsync));
        for (var i = 0; i < read.Length; i++) read[i].ShouldBe(contents[i]);
    }

    [Theory]
    [EachStore("")]
    [EachStore(".")]
    [EachStore("..")]
    [EachStore("/etc/passwd")]
    [EachStore("../../../../etc/passwd")]
    [EachStore("incoming")]
    [EachStore("ab/cd/abcd")]
    [EachStore("..%2f..%2fetc%2fpasswd")]
    [EachStore("0123456789ABCDEF0123456789ABCDEF")]
    [EachStore("0123456789abcdef0123456789abcdef0")]
    [EachStore("0123456789abcdef0123456789abcde")]
    [EachStore("0123456789abcdef0123456789abcde\0")]
    [EachStore("../56789abcdef0123456789abcdef01")]
    [EachStore("٠١٢٣٤٥٦٧٨٩abcdef0123456789abcdef")]
    [EachStore("0123456789abcdef0123456789abcdef")]
    [EachStore("C:\\windows\\win.ini")]
    public async Task A_key_that_the_store_never_gave_finds_nothing(string store, string key)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        (await bench.Store.OpenAsync(key, Cancel)).ShouldBeNull();
        (await bench.Store.DeleteAsync(key, Cancel)).ShouldBeFalse();
    }

    [Theory, EachStore]
    public async Task A_stream_that_breaks_leaves_nothing_behind(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        await using var broken = new BreakingStream(1000, new IOException("The line went dead."));
        await Should.ThrowAsync<IOException>(() => bench.Store.PutAsync(broken, Cancel));
        (await bench.StoredAsync()).ShouldBeEmpty();
    }

    [Theory, EachStore]
    public async Task Who_calls_it_off_leaves_nothing_behind(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        using var off = new CancellationTokenSource();
        await using var calledOff = new BreakingStream(1000, new OperationCanceledException(off.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => bench.Store.PutAsync(calledOff, off.Token));
        (await bench.StoredAsync()).ShouldBeEmpty();
    }

    [Theory, EachStore]
    public async Task The_rest_of_a_stream_is_stored_and_the_stream_stays_open(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        using var stream = new MemoryStream([1, 2, 3, 4, 5]);
        stream.Position = 2;
        var key = await bench.Store.PutAsync(stream, Cancel);
        stream.CanRead.ShouldBeTrue();
        (await bench.ReadAsync(key)).ShouldBe([3, 4, 5]);
    }

    [Theory, EachStore]
    public async Task A_reader_seeks(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        var content = Bytes(100_000);
        var key = await bench.PutAsync(content);
        await using var reader = await bench.Store.OpenAsync(key, Cancel);
        reader.ShouldNotBeNull();
        (reader.CanSeek, reader.Position, reader.Length).ShouldBe((true, 0L, 100_000L));
        foreach (var start in new[] { 70_000, 10, 99_990, 0 })
        {
            reader.Seek(start, SeekOrigin.Begin);
            var part = new byte[Math.Min(1000, content.Length - start)];
            await reader.ReadExactlyAsync(part, Cancel);
            part.ShouldBe(content[start..(start + part.Length)]);
        }

        reader.Seek(-1, SeekOrigin.End);
        reader.ReadByte().ShouldBe(content[^1]);
        reader.ReadByte().ShouldBe(-1);
    }

    [Theory, EachStore]
    public async Task A_reader_reads_on_when_the_file_is_deleted(string store)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows keeps the name until the last reader closes.");
        await using var bench = await StoreBench.CreateAsync(store);
        var key = await bench.PutAsync([1, 2, 3]);
        await using var reader = await bench.Store.OpenAsync(key, Cancel);
        (await bench.Store.DeleteAsync(key, Cancel)).ShouldBeTrue();
        var content = new byte[3];
        await reader!.ReadExactlyAsync(content, Cancel);
        content.ShouldBe([1, 2, 3]);
    }

    [Theory, EachStore]
    public async Task What_is_put_back_replaces_what_was_there_and_may_be_put_back_again(string store)
    {
        await using var bench = await StoreBench.CreateAsync(store);
        var key = await bench.PutAsync([1]);
        foreach (var content in new byte[][] { [2, 2], [3, 3, 3], [3, 3, 3] })
        {
            using var stream = new MemoryStream(content);
            await bench.Store.PutBackAsync(key, stream, Cancel);
            (await bench.ReadAsync(key)).ShouldBe(content);
        }

        var lost = new string('a', 32);
        using var back = new MemoryStream([4]);
        await bench.Store.PutBackAsync(lost, back, Cancel);
        (await bench.ReadAsync(lost)).ShouldBe([4]);
        await Should.ThrowAsync<ArgumentException>(() => bench.Store.PutBackAsync("../etc/passwd", back, Cancel));
        (await bench.StoredAsync()).Count.ShouldBe(2);
    }

    private static byte[] Bytes(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    /// <summary>Gives some bytes, then fails. Neither its length nor its position are known.</summary>
    private sealed class BreakingStream(int bytes, Exception failure) : Stream
    {
        private int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0) throw failure;
            var given = Math.Min(count, _left);
            _left -= given;
            return given;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
