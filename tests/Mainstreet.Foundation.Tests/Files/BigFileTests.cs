using Mainstreet.Foundation.Files;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Files;

/// <summary>Alone in the process, as it looks at what the process holds.</summary>
[Trait("kind", "unit"), Collection(nameof(BigFileTests))]
public sealed class BigFileTests
{
    private const int Size = 64 * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachStore]
    public async Task A_file_of_64_MiB_goes_in_and_out_in_little_memory(string store)
    {
        var memory = new Memory();
        // On the way to the server and back, too: there the whole file would be held if it ever was.
        await using var proxy = store == FileStoreOptions.Bucket ? new CuttingProxy(await S3Server.AddressAsync(), cuts: 0) { Carried = memory.Look } : null;
        await using var bench = proxy is null ? await StoreBench.CreateAsync(store) : await StoreBench.InBucketAsync(o => o.Endpoint = proxy.Address.ToString());
        await bench.ReadAsync(await bench.PutAsync([1]));
        memory.Begin();

        await using var content = new Pattern(Size, memory.Look);
        var key = await bench.Store.PutAsync(content, Cancel);
        await using var reader = await bench.Store.OpenAsync(key, Cancel);
        await using var expected = new Pattern(Size, memory.Look);
        (await SameAsync(reader!, expected, Cancel)).ShouldBeTrue();

        memory.Looks.ShouldBeGreaterThan(store == FileStoreOptions.Bucket ? 30 : 15);
        memory.Grown.ShouldBeLessThan(Size / 4);
        (await bench.Store.DeleteAsync(key, Cancel)).ShouldBeTrue();
    }

    /// <summary>What is held while bytes go by, looked at every 4 MiB.</summary>
    private sealed class Memory
    {
        private readonly Lock _one = new();
        private long _before = long.MaxValue;
        private long _highest;
        private int _passed;

        internal int Looks { get; private set; }

        internal long Grown => _highest - _before;

        internal void Begin() => _before = GC.GetTotalMemory(forceFullCollection: true);

        internal void Look(int bytes)
        {
            lock (_one)
            {
                if (_before == long.MaxValue || (_passed += bytes) < 4 * 1024 * 1024) return;
                _passed = 0;
                Looks++;
                _highest = Math.Max(_highest, GC.GetTotalMemory(forceFullCollection: true));
            }
        }
    }

    private static async Task<bool> SameAsync(Stream one, Stream other, CancellationToken cancel)
    {
        var (left, right) = (new byte[65_536], new byte[65_536]);
        while (true)
        {
            var read = await one.ReadAtLeastAsync(left, left.Length, throwOnEndOfStream: false, cancel);
            var wanted = await other.ReadAtLeastAsync(right, right.Length, throwOnEndOfStream: false, cancel);
            if (read != wanted || !left.AsSpan(0, read).SequenceEqual(right.AsSpan(0, wanted))) return false;
            if (read == 0) return true;
        }
    }

    /// <summary>Bytes made as they are read, of no known length.</summary>
    private sealed class Pattern(long size, Action<int> passed) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var given = (int)Math.Min(buffer.Length, size - _at);
            for (var i = 0; i < given; i++, _at++) buffer[i] = (byte)(_at * 2_654_435_761 >> 24);
            passed(given);
            return given;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

[CollectionDefinition(nameof(BigFileTests), DisableParallelization = true)]
public sealed class BigFileAlone;
