using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Backups;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Backups;

[Trait("kind", "unit")]
public sealed class SealedFormatTests
{
    private const int Chunk = SealedFormat.ChunkBytes + SealedFormat.TagBytes;

    private static readonly BackupKeys Keys = BackupKeys.ForNew(new BackupOptions { Key = BackupBench.Key });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SealedFormat.ChunkBytes - 1)]
    [InlineData(SealedFormat.ChunkBytes)]
    [InlineData(SealedFormat.ChunkBytes + 1)]
    [InlineData(3 * SealedFormat.ChunkBytes)]
    public async Task What_was_sealed_opens_again(int length)
    {
        var plain = Bytes(length);
        var closed = await SealAsync(plain, "a");
        closed.Length.ShouldBe((int)SealedFormat.LengthOf(length));
        (await OpenAsync(closed, "a")).ShouldBe(plain);
    }

    [Fact]
    public void Any_change_is_found()
    {
        var damages = from length in Gen.Elements(0, 1, 50, SealedFormat.ChunkBytes, SealedFormat.ChunkBytes + 9, 3 * SealedFormat.ChunkBytes)
                      from kind in Gen.Choose(0, 4)
                      from place in Gen.Choose(0, 1_000_000)
                      from bit in Gen.Choose(0, 7)
                      select (length, kind, place, bit);
        Prop.ForAll(damages.ToArbitrary(), damage => IsFound(damage.length, damage.kind, damage.place, damage.bit)).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_short_stream_is_found()
    {
        var closed = await SealAsync(Bytes(20), "a");
        for (var i = 0; i < closed.Length * 8; i++)
        {
            closed[i / 8] ^= (byte)(1 << i % 8);
            Refuses(closed, "a").ShouldBeTrue($"bit {i}");
            closed[i / 8] ^= (byte)(1 << i % 8);
        }
    }

    [Fact]
    public async Task A_file_does_not_open_in_anothers_place_or_with_another_key()
    {
        var closed = await SealAsync(Bytes(100), "a");
        Refuses(closed, "b").ShouldBeTrue();
        var other = BackupKeys.ForNew(new BackupOptions { Key = new string('f', 64) });
        await Should.ThrowAsync<InvalidDataException>(async () => await new OpeningStream(new MemoryStream(closed), other, "a").CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_passphrase_makes_the_same_key_again_and_a_wrong_one_is_told()
    {
        var made = BackupKeys.ForNew(new BackupOptions { Passphrase = "correct horse battery" });
        var again = BackupKeys.ForExisting(new BackupOptions { Passphrase = "correct horse battery" }, made.Header).ShouldNotBeNull();
        again.OfFile("a", new byte[16]).ShouldBe(made.OfFile("a", new byte[16]));
        Should.Throw<BackupException>(() => BackupKeys.ForExisting(new BackupOptions { Passphrase = "correct horse staple!" }, made.Header)).Message.ShouldContain("another passphrase");
        BackupKeys.ForExisting(new BackupOptions(), made.Header).ShouldBeNull();
    }

    [Fact]
    public void The_key_before_still_reads()
    {
        var made = BackupKeys.ForNew(new BackupOptions { Key = BackupBench.Key });
        var next = new string('a', 64);
        BackupKeys.ForExisting(new BackupOptions { Key = next, PreviousKey = BackupBench.Key }, made.Header).ShouldNotBeNull();
        Should.Throw<BackupException>(() => BackupKeys.ForExisting(new BackupOptions { Key = next }, made.Header)).Message.ShouldNotContain(next);
    }

    private static bool IsFound(int length, int kind, int place, int bit)
    {
        var closed = SealAsync(Bytes(length), "a").GetAwaiter().GetResult();
        var changed = Damage(closed, kind, place, bit);
        return changed.AsSpan().SequenceEqual(closed) || Refuses(changed, "a");
    }

    private static byte[] Damage(byte[] closed, int kind, int place, int bit)
    {
        var copy = closed.ToArray();
        var chunks = Math.Max(1, (copy.Length - SealedFormat.HeaderBytes + Chunk - 1) / Chunk);
        switch (kind)
        {
            case 0:
                copy[place % copy.Length] ^= (byte)(1 << bit);
                return copy;
            case 1:
                return copy[..(place % copy.Length)];
            case 2:
                return [.. copy, .. Bytes(1 + place % 100)];
            case 3:
                // The last chunks are left out as a whole.
                return copy[..(SealedFormat.HeaderBytes + place % chunks * Chunk)];
            default:
                if (chunks < 3) return copy;
                copy.AsSpan(SealedFormat.HeaderBytes, Chunk).CopyTo(copy.AsSpan(SealedFormat.HeaderBytes + Chunk));
                return copy;
        }
    }

    private static bool Refuses(byte[] closed, string path)
    {
        try
        {
            OpenAsync(closed, path).GetAwaiter().GetResult();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static async Task<byte[]> SealAsync(byte[] plain, string path)
    {
        using var target = new MemoryStream();
        using var sealing = new SealingStream(target, Keys, path);
        for (var at = 0; at < plain.Length; at += 40_000) await sealing.WriteAsync(plain.AsMemory(at, Math.Min(40_000, plain.Length - at)));
        await sealing.EndAsync(CancellationToken.None);
        return target.ToArray();
    }

    private static async Task<byte[]> OpenAsync(byte[] closed, string path)
    {
        await using var opening = new OpeningStream(new MemoryStream(closed), Keys, path);
        using var plain = new MemoryStream();
        await opening.CopyToAsync(plain);
        return plain.ToArray();
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
