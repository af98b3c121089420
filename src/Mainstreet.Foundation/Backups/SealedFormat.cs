using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// A stream encrypted in chunks: <c>MSBK1</c>, 16 bytes of salt, then chunks of 64 KiB, each sealed by AES-256-GCM (NIST SP 800-38D) with its tag of 16 bytes
/// behind it. The nonce is the chunk's number (11 bytes) and whether it is the last (1 byte), as in the STREAM construction (Hoang, Reyhanitabar, Rogaway,
/// Vizár 2015): what was cut off, swapped, repeated or changed does not open. The last chunk may be shorter and is always there.
/// </summary>
internal static class SealedFormat
{
    internal const string Name = "aes-256-gcm-chunks-v1";
    internal const int ChunkBytes = 64 * 1024;
    internal const int TagBytes = 16;
    internal const int SaltBytes = 16;

    internal static ReadOnlySpan<byte> Magic => "MSBK1"u8;

    internal static int HeaderBytes => Magic.Length + SaltBytes;

    internal static void Nonce(Span<byte> nonce, long number, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..11], number);
        nonce[11] = last ? (byte)1 : (byte)0;
    }

    /// <summary>Length of the sealed form of so many bytes.</summary>
    internal static long LengthOf(long plain) => HeaderBytes + plain + TagBytes * Math.Max(1, (plain + ChunkBytes - 1) / ChunkBytes);
}

/// <summary>Seals what is written to it. Complete only after <see cref="EndAsync"/>; leaves the target open.</summary>
internal sealed class SealingStream : Stream
{
    private readonly Stream _target;
    private readonly AesGcm _aes;
    private readonly byte[] _plain = new byte[SealedFormat.ChunkBytes];
    private readonly byte[] _sealed = new byte[SealedFormat.ChunkBytes + SealedFormat.TagBytes];
    private int _filled;
    private long _number;
    private bool _ended;

    internal SealingStream(Stream target, BackupKeys keys, string path)
    {
        _target = target;
        var salt = RandomNumberGenerator.GetBytes(SealedFormat.SaltBytes);
        _aes = new AesGcm(keys.OfFile(path, salt), SealedFormat.TagBytes);
        target.Write(SealedFormat.Magic);
        target.Write(salt);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits for the next byte: only then is it known not to be the last.
            if (_filled == _plain.Length) await SealAsync(last: false, cancellationToken);
            var count = Math.Min(buffer.Length, _plain.Length - _filled);
            buffer[..count].CopyTo(_plain.AsMemory(_filled));
            _filled += count;
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Writes are asynchronous.");

    /// <summary>Writes the last chunk. Without it the stream does not open again.</summary>
    internal async Task EndAsync(CancellationToken cancel)
    {
        await SealAsync(last: true, cancel);
        _ended = true;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _aes.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task SealAsync(bool last, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        Seal(last);
        await _target.WriteAsync(_sealed.AsMemory(0, _filled + SealedFormat.TagBytes), cancel);
        _filled = 0;
        _number++;
    }

    private void Seal(bool last)
    {
        Span<byte> nonce = stackalloc byte[12];
        SealedFormat.Nonce(nonce, _number, last);
        _aes.Encrypt(nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, SealedFormat.TagBytes));
    }
}

/// <summary>Opens what <see cref="SealingStream"/> wrote. Gives out nothing of a chunk before its seal was checked.</summary>
/// <remarks>Reading throws <see cref="InvalidDataException"/> where the stream was changed, or ends early.</remarks>
internal sealed class OpeningStream : Stream
{
    private const string Broken = "a seal is broken: the file was changed, cut off, or is not of this backup";

    private readonly Stream _source;
    private readonly BackupKeys _keys;
    private readonly string _path;
    private readonly byte[] _plain = new byte[SealedFormat.ChunkBytes];
    private byte[] _sealed = new byte[SealedFormat.ChunkBytes + SealedFormat.TagBytes];
    private byte[] _ahead = new byte[SealedFormat.ChunkBytes + SealedFormat.TagBytes];
    private AesGcm? _aes;
    private int _sealedLength;
    private int _at;
    private int _filled;
    private long _number;
    private bool _last;

    internal OpeningStream(Stream source, BackupKeys keys, string path) => (_source, _keys, _path) = (source, keys, path);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        while (_at == _filled)
        {
            if (_last) return 0;
            await OpenAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _filled - _at);
        _plain.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reads are asynchronous.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _aes?.Dispose();
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        if (_aes is null)
        {
            var header = new byte[SealedFormat.HeaderBytes];
            if (await _source.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel) < header.Length || !header.AsSpan().StartsWith(SealedFormat.Magic))
                throw new InvalidDataException(Broken);
            _aes = new AesGcm(_keys.OfFile(_path, header.AsSpan(SealedFormat.Magic.Length)), SealedFormat.TagBytes);
            _sealedLength = await _source.ReadAtLeastAsync(_sealed, _sealed.Length, throwOnEndOfStream: false, cancel);
        }

        // The last chunk is the one with nothing behind it; that the writer meant it to be the last, its nonce proves.
        var ahead = _sealedLength == _sealed.Length ? await _source.ReadAtLeastAsync(_ahead, _ahead.Length, throwOnEndOfStream: false, cancel) : 0;
        Open(last: ahead == 0);
        (_sealed, _ahead, _sealedLength) = (_ahead, _sealed, ahead);
    }

    private void Open(bool last)
    {
        if (_sealedLength < SealedFormat.TagBytes) throw new InvalidDataException(Broken);
        Span<byte> nonce = stackalloc byte[12];
        SealedFormat.Nonce(nonce, _number++, last);
        var length = _sealedLength - SealedFormat.TagBytes;
        try
        {
            _aes!.Decrypt(nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, SealedFormat.TagBytes), _plain.AsSpan(0, length));
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new InvalidDataException(Broken, mismatch);
        }

        (_at, _filled, _last) = (0, length, last);
    }
}
